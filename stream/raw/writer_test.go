package raw

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// TestWriter: the bytes and statistics do not depend on how frames are cut. The reference is one call of pcm.Encoder.
// Every Write is one Write of the output.
func TestWriter(t *testing.T) {
	for _, encoding := range allEncodings {
		for _, dither := range []bool{false, true} {
			for _, channels := range []int{1, 2, 5} {
				t.Run(fmt.Sprintf("%v/dither=%v/%d", encoding, dither, channels), func(t *testing.T) {
					checkWriter(t, Options{Encoding: encoding, Dither: dither}, channels)
				})
			}
		}
	}
}

func checkWriter(t *testing.T, o Options, channels int) {
	t.Helper()
	x := append(signal(channels*2000), make([]float32, channels)...)
	x[3], x[40], x[41] = 1.5, float32(math.NaN()), float32(math.Inf(-1))
	e, err := pcm.NewEncoder(o.Encoding, channels, o.Dither)
	if err != nil {
		t.Fatal(err)
	}
	want := e.Encode(nil, x)
	out := &pieces{}
	w := NewWriter(out, o)
	if err := w.Open(format(channels), -1); err != nil {
		t.Fatal(err)
	}
	for at, n, writes := 0, 1, 0; at < len(x); n = n*3 + 1 {
		end := min(at+n*channels, len(x))
		if err := w.Write(x[at:end]); err != nil {
			t.Fatal(err)
		}
		writes++
		if out.writes != writes || out.Len() != end*o.Encoding.Bytes() {
			t.Fatalf("got %d bytes in %d writes, want %d in %d", out.Len(), out.writes, end*o.Encoding.Bytes(), writes)
		}
		at = end
	}
	if err := w.Close(nil); err != nil {
		t.Errorf("Close: got error %v, want none", err)
	}
	wantEqual(t, "bytes", out.Bytes(), want)
	if w.Stats() != e.Stats() || w.Stats().Frames != 2001 {
		t.Errorf("stats: got %+v, want %+v with 2001 frames", w.Stats(), e.Stats())
	}
}

// pieces counts writes.
type pieces struct {
	bytes.Buffer
	writes int
}

func (p *pieces) Write(b []byte) (int, error) { p.writes++; return p.Buffer.Write(b) }

// TestWriterNaN: every NaN is written with the same bits.
func TestWriterNaN(t *testing.T) {
	x := []float32{math.Float32frombits(0xFFC12345), math.Float32frombits(0x7F800001), 1}
	for encoding, want := range map[pcm.Format]string{
		pcm.F32: "\x00\x00\xC0\x7F\x00\x00\xC0\x7F\x00\x00\x80\x3F",
		pcm.F64: "\x00\x00\x00\x00\x00\x00\xF8\x7F\x00\x00\x00\x00\x00\x00\xF8\x7F\x00\x00\x00\x00\x00\x00\xF0\x3F",
		pcm.S16: "\x00\x00\x00\x00\xFF\x7F",
	} {
		t.Run(encoding.String(), func(t *testing.T) {
			var b bytes.Buffer
			w := NewWriter(&b, Options{Encoding: encoding})
			if err := errors.Join(w.Open(format(1), 3), w.Write(x), w.Close(nil)); err != nil {
				t.Fatal(err)
			}
			if b.String() != want {
				t.Errorf("got % x, want % x", b.String(), want)
			}
			if w.Stats().NaNs != 2 {
				t.Errorf("NaN: got %d, want 2", w.Stats().NaNs)
			}
		})
	}
}

// TestOpenRefuses: Open rejects invalid formats. It writes nothing then, and the Writer stays closed.
func TestOpenRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		o    Options
		f    stream.Format
		want string
	}{
		"no encoding": {Options{}, format(1), "writing samples: no sample format is set: choose pcm.U8"},
		"no channels": {Options{Encoding: pcm.S16}, format(0), "0 channels"},
		"no rate":     {Options{Encoding: pcm.S16}, stream.Format{Channels: 1}, "frame rate 0/0"},
		"wide frames": {Options{Encoding: pcm.S16}, format(math.MaxInt32), "must be shorter than 2 GiB"},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			w := NewWriter(&b, c.o)
			if err := w.Open(c.f, -1); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Open: got error %v, want one that contains %q", err, c.want)
			}
			if err := w.Write(nil); err == nil {
				t.Error("Write after a failed Open: got no error, want one")
			}
			if err := w.Close(nil); err != nil || b.Len() != 0 {
				t.Errorf("Close after a failed Open: got error %v and %d bytes, want none", err, b.Len())
			}
		})
	}
}

// TestCallOrder: Write needs whole frames and an open Writer, Open a new one, and Close nothing.
func TestCallOrder(t *testing.T) {
	var b bytes.Buffer
	w := NewWriter(&b, Options{Encoding: pcm.S16})
	fails := func(what string, err error) {
		t.Helper()
		if err == nil {
			t.Errorf("%s: got no error, want one", what)
		}
	}
	fails("Write before Open", w.Write([]float32{0}))
	if err := w.Close(nil); err != nil {
		t.Errorf("Close before Open: got error %v, want none", err)
	}
	if got := w.Stats(); got != (pcm.Stats{}) {
		t.Errorf("stats before Open: got %+v, want zeros", got)
	}
	if err := w.Open(format(2), 17); err != nil {
		t.Fatal(err)
	}
	fails("second Open", w.Open(format(2), -1))
	fails("Write of a frame and a half", w.Write(make([]float32, 3)))
	if err := errors.Join(w.Write(nil), w.Write([]float32{0.5, 2})); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Close(nil), w.Close(nil)); err != nil {
		t.Errorf("Close, twice: got error %v, want none", err)
	}
	fails("Write after Close", w.Write(make([]float32, 2)))
	fails("Open after Close", w.Open(format(2), -1))
	if got, want := w.Stats(), (pcm.Stats{Frames: 1, Clipped: 1, Peak: 2}); got != want {
		t.Errorf("stats: got %+v, want %+v", got, want)
	}
	if got, want := b.String(), "\x00\x40\xFF\x7F"; got != want {
		t.Errorf("bytes: got % x, want % x", got, want)
	}
}

// failing accepts n bytes, then fails with err, which may be nil.
type failing struct {
	n     int
	err   error
	calls int
}

func (f *failing) Write(p []byte) (int, error) {
	f.calls++
	k := min(len(p), f.n)
	f.n -= k
	if k < len(p) {
		return k, f.err
	}
	return k, nil
}

// TestWriteFails: the first error of the output stays, nothing is written after it, and only frames before it count. A
// short write without an error counts as one. Close returns the error if its cause is nil.
func TestWriteFails(t *testing.T) {
	full := errors.New("disk full")
	for name, c := range map[string]struct{ err, want, cause, closed error }{
		"error":       {full, full, nil, full},
		"short write": {nil, io.ErrShortWrite, nil, io.ErrShortWrite},
		"known":       {full, full, full, nil},
	} {
		t.Run(name, func(t *testing.T) {
			out := &failing{n: 10, err: c.err}
			w := NewWriter(out, Options{Encoding: pcm.S16})
			if err := errors.Join(w.Open(format(2), -1), w.Write(make([]float32, 4))); err != nil {
				t.Fatal(err)
			}
			err, again := w.Write(make([]float32, 2)), w.Write(make([]float32, 2))
			if !errors.Is(err, c.want) || again != err || !strings.Contains(err.Error(), "at frame 2") {
				t.Errorf("got errors %v and %v, want the same twice, %v at frame 2", err, again, c.want)
			}
			if out.calls != 2 || w.Stats().Frames != 2 {
				t.Errorf("got %d writes of the output, %d frames counted, want 2 and 2", out.calls, w.Stats().Frames)
			}
			if err := w.Close(c.cause); !errors.Is(err, c.closed) {
				t.Errorf("Close: got error %v, want %v", err, c.closed)
			}
		})
	}
}

// TestWriterAllocations: Write allocates nothing after the first.
func TestWriterAllocations(t *testing.T) {
	x := signal(2 * 1000)
	for _, encoding := range allEncodings {
		t.Run(encoding.String(), func(t *testing.T) {
			w := NewWriter(io.Discard, Options{Encoding: encoding, Dither: true})
			if err := w.Open(format(2), -1); err != nil {
				t.Fatal(err)
			}
			if n := testing.AllocsPerRun(100, func() { // which calls it once before it counts
				if err := w.Write(x); err != nil {
					t.Fatal(err)
				}
			}); n != 0 {
				t.Errorf("got %v allocations per block, want 0", n)
			}
		})
	}
}
