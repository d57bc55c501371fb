package wav

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// TestWriteCuts: the lengths of the calls of Write and WriteRaw change no byte in any encoding, with dither too.
func TestWriteCuts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := Options{Encoding: rapid.SampledFrom(allFormats).Draw(t, "format"), Dither: rapid.Bool().Draw(t, "dither")}
		channels := rapid.IntRange(1, 9).Draw(t, "channels")
		x := signal(channels*rapid.IntRange(0, 12000).Draw(t, "frames"), false)
		seekable, raw := rapid.Bool().Draw(t, "seekable"), rapid.Bool().Draw(t, "raw")
		size := o.Encoding.Bytes()
		e, err := pcm.NewEncoder(o.Encoding, channels, o.Dither)
		if err != nil {
			t.Fatal(err)
		}
		data := e.Encode(nil, x)
		var m memory
		var out io.Writer = &m
		announced := int64(len(x) / channels)
		if seekable {
			announced = -1
		} else {
			out = onlyWriter{&m}
		}
		w := NewWriter(out, o)
		if err := w.Open(format(8000, channels), announced); err != nil {
			t.Fatal(err)
		}
		for at := 0; at < len(x); {
			n := min(rapid.IntRange(0, 5000).Draw(t, "n")*channels, len(x)-at)
			if raw {
				err = w.WriteRaw(data[at*size : (at+n)*size])
			} else {
				err = w.Write(x[at : at+n])
			}
			if err != nil {
				t.Fatal(err)
			}
			at += n
		}
		if err := w.Close(nil); err != nil {
			t.Fatal(err)
		}
		start := bytes.Index(m.b, []byte("data")) + 8
		got := m.b[start:]
		if want := len(data) + len(data)%2; len(got) != want {
			t.Fatalf("got %d bytes of data with a pad byte, want %d", len(got), want)
		}
		for i := range data {
			if got[i] != data[i] {
				t.Fatalf("byte %d of the data: got %#x, want %#x", i, got[i], data[i])
			}
		}
		if s := w.Stats(); s.Frames != int64(len(x)/channels) || !raw && s != e.Stats() {
			t.Fatalf("stats: got %+v, want %d frames, %+v", s, len(x)/channels, e.Stats())
		}
	})
}

// TestOpenRejects: Open rejects formats that WAV cannot hold. It writes nothing then, and the Writer stays closed.
func TestOpenRejects(t *testing.T) {
	s16 := Options{Encoding: pcm.S16}
	mel := stream.Format{Rate: stream.Rate{Num: 22050, Den: 256}, Channels: 1}
	for name, c := range map[string]struct {
		o      Options
		f      stream.Format
		frames int64
		want   string
	}{
		"no encoding":       {Options{}, format(8000, 1), -1, "writing WAV: no sample format is set: choose pcm.U8"},
		"part of a hertz":   {s16, mel, -1, "22050/256 Hz is not a whole number"},
		"rate of 2^32":      {s16, format(1<<32, 1), -1, "sample rate 4294967296"},
		"rate of 0":         {s16, format(0, 1), -1, "frame rate"},
		"no channels":       {s16, format(8000, 0), -1, "0 channels"},
		"2^16 channels":     {s16, format(1, 65536), -1, "65536 channels"},
		"1025 channels":     {Options{Encoding: pcm.U8}, format(1, 1025), -1, "1025 channels, need 1 to 1024"},
		"byte rate of 2^32": {s16, format(1<<31, 1), -1, "frames of 2 bytes per second"},
		"mask": {Options{Encoding: pcm.S16, ChannelMask: 7}, format(8000, 2), -1,
			"3 loudspeakers for 2 channels"},
		"-2 frames":          {s16, format(8000, 1), -2, "out of range"},
		"size beyond int64":  {s16, format(8000, 1), math.MaxInt64 / 2, "out of range"},
		"most frames of all": {s16, format(8000, 1), math.MaxInt64, "out of range"},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			w := NewWriter(&b, c.o)
			if err := w.Open(c.f, c.frames); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Open: got error %v, want %q", err, c.want)
			}
			if b.Len() != 0 {
				t.Errorf("got %d bytes written, want 0", b.Len())
			}
			if err := w.Write(nil); err == nil {
				t.Error("Write after a failed Open: got no error, want one")
			}
			if err := w.WriteRaw(nil); err == nil {
				t.Error("WriteRaw after a failed Open: got no error, want one")
			}
			if err := w.Close(nil); err != nil {
				t.Errorf("Close after a failed Open: got error %v, want none", err)
			}
		})
	}
}

// TestOpenAccepts the most channels and the greatest rate.
func TestOpenAccepts(t *testing.T) {
	for _, f := range []stream.Format{format(1, 1024), format(math.MaxUint32, 1)} {
		t.Run(fmt.Sprint(f), func(t *testing.T) {
			var b bytes.Buffer
			write(t, &b, Options{Encoding: pcm.U8}, f, 1, make([]float32, f.Channels))
			if got, err := readFloat(open(t, b.String()), 1); err != nil || len(got) != f.Channels {
				t.Errorf("read back %d samples, error %v, want %d, no error", len(got), err, f.Channels)
			}
		})
	}
}

// TestCallOrder: Write and WriteRaw need whole frames and an open Writer, Open a new one, and Close nothing.
func TestCallOrder(t *testing.T) {
	var m memory
	w := NewWriter(&m, Options{Encoding: pcm.S16})
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
	if err := w.Open(format(8000, 2), -1); err != nil {
		t.Fatal(err)
	}
	fails("second Open", w.Open(format(8000, 2), -1))
	fails("Write of a frame and a half", w.Write(make([]float32, 3)))
	fails("WriteRaw of a frame and a half", w.WriteRaw(make([]byte, 6)))
	if err := w.Write([]float32{0.5, 2}); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Close(nil), w.Close(nil)); err != nil {
		t.Fatalf("Close, twice: got error %v, want none", err)
	}
	fails("Write after Close", w.Write(make([]float32, 2)))
	fails("WriteRaw after Close", w.WriteRaw(make([]byte, 4)))
	if got, want := w.Stats(), (pcm.Stats{Frames: 1, Clipped: 1, Peak: 2}); got != want {
		t.Errorf("stats: got %+v, want %+v", got, want)
	}
}

// TestTooManyFrames: a frame that would make a size in the header overflow is an error.
func TestTooManyFrames(t *testing.T) {
	var s sink
	w := NewWriter(&s, Options{Encoding: pcm.S16})
	if err := w.Open(format(8000, 1), -1); err != nil {
		t.Fatal(err)
	}
	w.frames = w.layout.maxFrames() - 1
	if err := w.Write(make([]float32, 2)); err == nil || !strings.Contains(err.Error(), "more frames") {
		t.Errorf("one frame too many: got error %v, want %q", err, "more frames")
	}
	w.err = nil
	if err := w.Write(make([]float32, 1)); err != nil {
		t.Errorf("last frame: got error %v, want none", err)
	}
	if err := w.Write(make([]float32, 1)); err == nil {
		t.Error("frame after the last: got no error, want one")
	}
}

// TestLargeBlocks: blocks that are too large for the buffer keep their order among smaller ones.
func TestLargeBlocks(t *testing.T) {
	data := ramp(3*blockBytes + 900)
	for _, seekable := range []bool{true, false} {
		t.Run(fmt.Sprintf("seekable=%v", seekable), func(t *testing.T) {
			var m memory
			var out io.Writer = &m
			if !seekable {
				out = onlyWriter{&m}
			}
			w := NewWriter(out, Options{Encoding: pcm.U8})
			err := w.Open(format(8000, 3), -1)
			for at, i := 0, 0; at < len(data) && err == nil; i++ {
				n := min([]int{300, 2*blockBytes + 1, 99, blockBytes - 1}[i%4], len(data)-at)
				n -= n % 3
				err = w.WriteRaw([]byte(data[at : at+n]))
				at += n
			}
			if err := errors.Join(err, w.Close(nil)); err != nil {
				t.Fatal(err)
			}
			got, err := readRaw(open(t, string(m.b)), 50)
			if err != nil {
				t.Errorf("got error %v, want none", err)
			}
			wantBytes(t, got, []byte(data))
		})
	}
}

// TestPipeGetsBlocksAtOnce: Write writes its frames to a pipe and does not wait until the buffer is full.
func TestPipeGetsBlocksAtOnce(t *testing.T) {
	var b bytes.Buffer
	w := NewWriter(&b, Options{Encoding: pcm.S16})
	if err := w.Open(format(8000, 1), -1); err != nil {
		t.Fatal(err)
	}
	for n := 44; n < 60; n += 4 {
		if b.Len() != n {
			t.Errorf("got %d bytes out, want %d", b.Len(), n)
		}
		if err := w.Write(make([]float32, 2)); err != nil {
			t.Fatal(err)
		}
	}
}

// TestMiddleOfFile: offsets count from where the Writer began, and Close leaves the position at the end of the written
// bytes.
func TestMiddleOfFile(t *testing.T) {
	m := memory{b: []byte("before" + strings.Repeat("x", 500)), pos: 6}
	write(t, &m, Options{Encoding: pcm.U8}, format(8000, 1), -1, make([]float32, 5))
	end := int64(6 + 44 + 36 + 5 + 1)
	if m.pos != end {
		t.Errorf("position: got %d, want %d", m.pos, end)
	}
	if before, after := string(m.b[:6]), m.b[end]; before != "before" || after != 'x' {
		t.Errorf("bytes around the file: got %q and %q, want %q and %q", before, after, "before", 'x')
	}
	if got, err := readRaw(open(t, string(m.b[6:])), 2); err != nil || len(got) != 5 {
		t.Errorf("read back %d bytes, error %v, want 5, no error", len(got), err)
	}
}

// TestWriterAllocations: Write and WriteRaw allocate nothing.
func TestWriterAllocations(t *testing.T) {
	x, raw := make([]float32, 2*500), make([]byte, 48*4000)
	for _, f := range allFormats {
		for _, out := range []io.Writer{io.Discard, &sink{}} {
			t.Run(fmt.Sprintf("%v/%T", f, out), func(t *testing.T) {
				w := NewWriter(out, Options{Encoding: f, Dither: true})
				if err := w.Open(format(8000, 2), -1); err != nil {
					t.Fatal(err)
				}
				if n := testing.AllocsPerRun(100, func() {
					if err := errors.Join(w.Write(x), w.WriteRaw(raw)); err != nil {
						t.Fatal(err)
					}
				}); n != 0 {
					t.Errorf("got %v allocations per block, want 0", n)
				}
			})
		}
	}
}

// TestWriteErrors lets the output fail after every number of bytes. The Writer keeps its first error, writes nothing
// after it, and counts the frames that reached the output.
func TestWriteErrors(t *testing.T) {
	for cause, want := range map[error]error{errors.New("disk full"): nil, nil: io.ErrShortWrite} {
		if want == nil {
			want = cause
		}
		t.Run(fmt.Sprint(want), func(t *testing.T) {
			for n := range 44 + 21 + 1 {
				checkWriteError(t, n, cause, want)
			}
		})
	}
}

// checkWriteError writes 7 blocks of 3 frames to an output that fails after n bytes with cause.
func checkWriteError(t *testing.T, n int, cause, want error) {
	t.Helper()
	f := &failing{n: n, err: cause}
	w := NewWriter(f, Options{Encoding: pcm.U8})
	err := w.Open(format(8000, 1), 21)
	for range 7 {
		if err == nil {
			err = w.Write(make([]float32, 3))
		}
	}
	if err != nil {
		calls := f.calls
		again, rawAgain := w.Write(make([]float32, 3)), w.WriteRaw(make([]byte, 3))
		if again == nil || rawAgain == nil || f.calls != calls {
			t.Errorf("%d bytes: after error %v got %v from Write, %v from WriteRaw, %d more writes, want two errors and none",
				n, err, again, rawAgain, f.calls-calls)
		}
	}
	closed := w.Close(nil)
	if err != nil && !errors.Is(closed, err) || !errors.Is(closed, want) {
		t.Errorf("%d bytes: Close: got error %v, want %v and the %v of Write", n, closed, want, err)
	}
	frames := int64(min(max(n-44, 0)/3*3, 18)) // the last block has the pad byte
	if got := w.Stats().Frames; got != frames {
		t.Errorf("%d bytes: got %d frames counted, want %d", n, got, frames)
	}
}

// TestNaN: every NaN is written with one bit pattern, by Write and WriteRaw, in pieces of any size, to files and pipes.
func TestNaN(t *testing.T) {
	const samples = 3*blockBytes/4 + 20
	quiet := map[pcm.Format]string{pcm.F32: "\x00\x00\xC0\x7F", pcm.F64: "\x00\x00\x00\x00\x00\x00\xF8\x7F"}
	for _, f := range []pcm.Format{pcm.F32, pcm.F64} {
		size := f.Bytes()
		x := signal(samples, false)
		var raw, want []byte
		for i := range x {
			isNaN := i%5 == 3 || i == 0 || i == samples-1
			if isNaN {
				x[i] = math.Float32frombits(nans32[i%len(nans32)])
			}
			if f == pcm.F32 {
				raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(x[i]))
			} else if raw = binary.LittleEndian.AppendUint64(raw, math.Float64bits(float64(x[i]))); isNaN {
				binary.LittleEndian.PutUint64(raw[size*i:], nans64[i%len(nans64)])
			}
			if want = append(want, raw[size*i:]...); isNaN {
				copy(want[size*i:], quiet[f])
			}
		}
		for _, encoded := range []bool{false, true} {
			for _, seekable := range []bool{false, true} {
				for _, frames := range []int{1, 50, blockBytes/size/2 - 1, blockBytes / size / 2, samples / 2} {
					t.Run(fmt.Sprintf("%v/encoded=%v/seekable=%v/%d", f, encoded, seekable, frames), func(t *testing.T) {
						var m memory
						var out io.Writer = &m
						if !seekable {
							out = onlyWriter{&m}
						}
						w := NewWriter(out, Options{Encoding: f})
						err := w.Open(format(8000, 2), samples/2)
						before := bytes.Clone(raw)
						for at := 0; at < samples && err == nil; at += 2 * frames {
							end := min(at+2*frames, samples)
							if encoded {
								err = w.WriteRaw(raw[size*at : size*end])
							} else {
								err = w.Write(x[at:end])
							}
						}
						if err == nil {
							err = w.Close(nil)
						}
						if err != nil {
							t.Fatal(err)
						}
						got := m.b[len(m.b)-len(want):]
						for i := 0; i < len(want); i += size {
							if got, want := got[i:i+size], want[i:i+size]; !bytes.Equal(got, want) {
								t.Fatalf("sample %d of %x: got % x, want % x", i/size, raw[i:i+size], got, want)
							}
						}
						for i := range raw {
							if raw[i] != before[i] {
								t.Fatalf("argument of WriteRaw: byte %d is now %#x, want %#x as before", i, raw[i], before[i])
							}
						}
					})
				}
			}
		}
	}
}
