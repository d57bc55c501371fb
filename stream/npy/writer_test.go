package npy

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// TestWriter requires the array of every shape, with and without an announced length, and its statistics.
func TestWriter(t *testing.T) {
	for _, o := range []Options{{}, {Vector: true}, {Layout: FramesFirst}, {Layout: FramesFirst, Vector: true}} {
		for _, channels := range []int{1, 2, 80} {
			for _, frames := range []int{0, 1, 100} {
				for _, announced := range []bool{true, false} {
					t.Run(fmt.Sprintf("%+v/%d of %d/announced %v", o, frames, channels, announced), func(t *testing.T) {
						checkWriter(t, o, channels, frames, announced)
					})
				}
			}
		}
	}
}

func checkWriter(t *testing.T, o Options, channels, frames int, announced bool) {
	t.Helper()
	var m memory
	var out io.Writer = &m
	n := int64(-1)
	if announced {
		out, n = onlyWriter{&m}, int64(frames)
	}
	x := ramp(channels * frames)
	w := NewWriter(out, o)
	if got := w.Stats(); got != (pcm.Stats{}) {
		t.Errorf("stats before Open: got %+v, want zeros", got)
	}
	if err := w.Open(format(channels), n); err != nil {
		t.Fatal(err)
	}
	for at, k := 0, channels; at < len(x); at, k = at+k, k*3 {
		if err := w.Write(x[at:min(at+k, len(x))]); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(nil), w.Close(nil)); err != nil {
		t.Fatalf("Close, twice: got error %v, want none", err)
	}
	want := Array{Shape: []int{frames, channels}, Float32: x}
	switch {
	case o.Vector && channels == 1:
		want.Shape = []int{frames}
	case o.Layout == ChannelsFirst:
		want = Array{Shape: []int{channels, frames}, Float32: make([]float32, len(x))}
		for i, v := range x {
			want.Float32[i%channels*frames+i/channels] = v
		}
	}
	got, err := Read(bytes.NewReader(m.b))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, *got); d != "" {
		t.Errorf("want (-), got (+):\n%s", d)
	}
	if len(m.b) != headerBytes+4*len(x) || m.pos != int64(len(m.b)) {
		t.Errorf("got %d bytes, position %d, want both %d", len(m.b), m.pos, headerBytes+4*len(x))
	}
	if s := w.Stats(); s.Frames != int64(frames) || frames > 0 && s.Peak != x[len(x)-1] {
		t.Errorf("stats: got %+v, want %d frames", s, frames)
	}
}

// TestHeaderLength requires that the length of a header does not depend on the number of frames.
func TestHeaderLength(t *testing.T) {
	for _, o := range []Options{{}, {Vector: true}, {Layout: FramesFirst}} {
		for _, channels := range []int{1, 1 << 30} {
			for _, frames := range []int64{0, unfinished, math.MaxInt64} {
				t.Run(fmt.Sprintf("%+v/%d of %d", o, frames, channels), func(t *testing.T) {
					if got := len(o.header(channels, frames)); got != headerBytes {
						t.Errorf("got %d bytes, want %d", got, headerBytes)
					}
				})
			}
		}
	}
}

// TestIdentity requires that an array that is read as a stream and written again has the same values and, if it was
// written here, the same bytes.
func TestIdentity(t *testing.T) {
	for _, o := range orders {
		for _, channels := range []int{1, 3} {
			value := func(frame, channel int) float64 { return float64(frame) + float64(channel)/8 }
			b := array(true, o.fortran, o.shape("", channels, 500), o.elements(channels, 500, value))
			for _, block := range []int{0, 1, 7} {
				t.Run(fmt.Sprintf("%+v/%d/block %d", o, channels, block), func(t *testing.T) {
					first := copyOf(t, bytes.NewReader(b), o.layout, block)
					checkFrames(t, bytes.NewReader(first), o.layout, 500, channels, value)
					for kind, r := range readers(first) {
						if !bytes.Equal(copyOf(t, r, o.layout, block), first) {
							t.Errorf("copy of a copy, %s: got other bytes, want the same", kind)
						}
					}
				})
			}
		}
	}
}

// copyOf reads an array and writes its frames in the same layout.
func copyOf(t *testing.T, r io.Reader, l Layout, block int) []byte {
	t.Helper()
	source, err := NewReader(r, hz, l)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	p := stream.Pipeline{Source: source, Sink: NewWriter(&out, Options{Layout: l}), BlockFrames: block}
	if _, err := p.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestWriterNaN requires that every NaN is written with the same bits.
func TestWriterNaN(t *testing.T) {
	var b bytes.Buffer
	w := NewWriter(&b, Options{Vector: true})
	x := []float32{math.Float32frombits(0xFFC12345), math.Float32frombits(0x7F800001)}
	if err := errors.Join(w.Open(format(1), 2), w.Write(x), w.Close(nil)); err != nil {
		t.Fatal(err)
	}
	if got, want := b.String()[headerBytes:], "\x00\x00\xC0\x7F\x00\x00\xC0\x7F"; got != want {
		t.Errorf("got % x, want % x", got, want)
	}
	if w.Stats().NaNs != 2 {
		t.Errorf("NaN: got %d, want 2", w.Stats().NaNs)
	}
}

// TestWriteFails requires the error of the output from Write, and again from Close unless that gets a cause.
func TestWriteFails(t *testing.T) {
	for cause, want := range map[error]error{nil: errFull, errFull: nil} {
		t.Run(fmt.Sprintf("cause %v", cause), func(t *testing.T) {
			m := memory{room: headerBytes + 20}
			w := NewWriter(&m, Options{Layout: FramesFirst})
			if err := errors.Join(w.Open(format(2), 2), w.Write(ramp(4))); err != nil {
				t.Fatal(err)
			}
			err, again := w.Write(ramp(2)), w.Write(ramp(2))
			if !errors.Is(err, errFull) || again != err || w.Stats().Frames != 2 {
				t.Errorf("got errors %v and %v, %d frames counted, want %v twice, 2 frames", err, again, w.Stats().Frames, errFull)
			}
			if err := w.Close(cause); !errors.Is(err, want) {
				t.Errorf("Close: got error %v, want %v", err, want)
			}
			if a, err := Read(bytes.NewReader(m.b)); !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("file: got %v, error %v, want a truncated one", a, err)
			}
		})
	}
	t.Run("header", func(t *testing.T) {
		w := NewWriter(&memory{room: 1}, Options{})
		if err := w.Open(format(1), 5); !errors.Is(err, errFull) {
			t.Errorf("Open: got error %v, want %v", err, errFull)
		}
	})
}

// TestOpenRefuses requires an error for formats that an array cannot hold, with nothing written, and for calls in the
// wrong order.
func TestOpenRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		o      Options
		f      stream.Format
		frames int64
		want   string
	}{
		"layout":      {Options{Layout: 2}, format(1), 1, "layout 2"},
		"no channels": {Options{}, format(0), 1, "0 channels"},
		"-2 frames":   {Options{}, format(1), -2, "-2 frames: out of range"},
	} {
		t.Run(name, func(t *testing.T) {
			var m memory
			if err := NewWriter(&m, c.o).Open(c.f, c.frames); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got error %v, want one that contains %q", err, c.want)
			}
			if len(m.b) != 0 {
				t.Errorf("got %d bytes, want 0", len(m.b))
			}
		})
	}
	t.Run("order", func(t *testing.T) {
		w := NewWriter(new(memory), Options{})
		if err := w.Write([]float32{0}); err == nil {
			t.Error("Write before Open: got no error, want one")
		}
		if err := errors.Join(w.Close(nil), w.Open(format(2), -1)); err != nil {
			t.Errorf("Close before Open, and Open: got error %v, want none", err)
		}
		if err := w.Open(format(2), -1); err == nil || !strings.Contains(err.Error(), "opened twice") {
			t.Errorf("second Open: got error %v, want one that contains %q", err, "opened twice")
		}
		if err := w.Write(make([]float32, 3)); err == nil {
			t.Error("Write of a frame and a half: got no error, want one")
		}
		if err := w.Close(nil); err != nil {
			t.Errorf("Close: got error %v, want none", err)
		}
		if err := w.Write(make([]float32, 2)); err == nil {
			t.Error("Write after Close: got no error, want one")
		}
	})
}

// TestMiddleOfFile requires that positions count from where the Writer began.
func TestMiddleOfFile(t *testing.T) {
	m := memory{b: []byte("before" + strings.Repeat("x", 500)), pos: 6}
	w := NewWriter(&m, Options{Vector: true})
	if err := errors.Join(w.Open(format(1), -1), w.Write(ramp(5)), w.Close(nil)); err != nil {
		t.Fatal(err)
	}
	end := int64(6 + headerBytes + 4*5)
	if m.pos != end || string(m.b[:6]) != "before" || m.b[end] != 'x' {
		t.Errorf("got position %d, bytes %q and %q around, want %d, %q and %q", m.pos, m.b[:6], m.b[end], end, "before", 'x')
	}
	if a, err := Read(bytes.NewReader(m.b[6:])); err != nil || !slices.Equal(a.Float32, ramp(5)) {
		t.Errorf("got %v, error %v, want %v", a, err, ramp(5))
	}
}

// TestWriterAllocations requires that Write allocates nothing after the first.
func TestWriterAllocations(t *testing.T) {
	w := NewWriter(io.Discard, Options{})
	if err := w.Open(format(2), 1<<40); err != nil {
		t.Fatal(err)
	}
	x := ramp(2 * 1000)
	if n := testing.AllocsPerRun(100, func() { // which calls it once before it counts
		if err := w.Write(x); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("got %v allocations per block, want 0", n)
	}
}
