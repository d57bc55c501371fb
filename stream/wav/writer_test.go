package wav

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// TestWriteCuts: how the frames come changes no byte, whatever the encoding, dither included.
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
		if got := m.b[start:]; !bytes.Equal(got[:len(data)], data) || len(got) != len(data)+len(data)%2 {
			t.Fatal("data differ")
		}
		if s := w.Stats(); s.Frames != int64(len(x)/channels) || !raw && s != e.Stats() {
			t.Fatalf("stats %+v, want %+v", s, e.Stats())
		}
	})
}

func TestOpenRejects(t *testing.T) {
	s16 := Options{Encoding: pcm.S16}
	for _, c := range []struct {
		o      Options
		f      stream.Format
		frames int64
		want   string
	}{
		{Options{}, format(8000, 1), -1, "sample format"},
		{s16, stream.Format{Rate: stream.Rate{Num: 22050, Den: 256}, Channels: 1}, -1, "22050/256 Hz is not a whole number"},
		{s16, format(1<<32, 1), -1, "sample rate 4294967296"},
		{s16, format(0, 1), -1, "frame rate"},
		{s16, format(8000, 0), -1, "0 channels"},
		{s16, format(1, 65536), -1, "65536 channels"},
		{Options{Encoding: pcm.U8}, format(1, 1025), -1, "1025 channels, need 1 to 1024"},
		{s16, format(1<<31, 1), -1, "frames of 2 bytes per second"},
		{Options{Encoding: pcm.S16, ChannelMask: 7}, format(8000, 2), -1, "3 loudspeakers for 2 channels"},
		{s16, format(8000, 1), -2, "out of range"},
		{s16, format(8000, 1), math.MaxInt64 / 2, "out of range"},
		{s16, format(8000, 1), math.MaxInt64, "out of range"},
	} {
		var b bytes.Buffer
		w := NewWriter(&b, c.o)
		err := w.Open(c.f, c.frames)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v %v %d: %v, want %q", c.o, c.f, c.frames, err, c.want)
		}
		if b.Len() != 0 || w.Write(nil) == nil || w.WriteRaw(nil) == nil || w.Close(nil) != nil {
			t.Errorf("%+v %v: written to, or closed with an error, after a failed Open", c.o, c.f)
		}
	}
	for _, f := range []stream.Format{format(1, 1024), format(math.MaxUint32, 1)} {
		var b bytes.Buffer
		write(t, &b, Options{Encoding: pcm.U8}, f, 1, make([]float32, f.Channels))
		if got, err := readFloat(open(t, b.String()), 1); err != nil || len(got) != f.Channels {
			t.Errorf("%v: read back %d samples, %v", f, len(got), err)
		}
	}
}

func TestCallOrder(t *testing.T) {
	var m memory
	w := NewWriter(&m, Options{Encoding: pcm.S16})
	if w.Write([]float32{0}) == nil || w.Close(nil) != nil || w.Stats() != (pcm.Stats{}) {
		t.Error("before Open")
	}
	if err := w.Open(format(8000, 2), -1); err != nil {
		t.Fatal(err)
	}
	if w.Open(format(8000, 2), -1) == nil {
		t.Error("opened twice")
	}
	if w.Write(make([]float32, 3)) == nil || w.WriteRaw(make([]byte, 6)) == nil {
		t.Error("part of a frame accepted")
	}
	if err := w.Write([]float32{0.5, 2}); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Close(nil), w.Close(nil)); err != nil {
		t.Fatal(err)
	}
	if w.Write(make([]float32, 2)) == nil || w.WriteRaw(make([]byte, 4)) == nil {
		t.Error("written after Close")
	}
	if s := w.Stats(); s != (pcm.Stats{Frames: 1, Clipped: 1, Peak: 2}) {
		t.Errorf("%+v", s)
	}
}

// TestTooManyFrames: the sizes in a header never overflow.
func TestTooManyFrames(t *testing.T) {
	var s sink
	w := NewWriter(&s, Options{Encoding: pcm.S16})
	if err := w.Open(format(8000, 1), -1); err != nil {
		t.Fatal(err)
	}
	w.frames = w.layout.maxFrames() - 1
	if err := w.Write(make([]float32, 2)); err == nil || !strings.Contains(err.Error(), "more frames") {
		t.Errorf("one too many: %v", err)
	}
	w.err = nil
	if err := w.Write(make([]float32, 1)); err != nil {
		t.Errorf("the last: %v", err)
	}
	if w.Write(make([]float32, 1)) == nil {
		t.Error("one more: no error")
	}
}

// TestLargeBlocks: blocks that pass by the buffer keep their place among those that do not.
func TestLargeBlocks(t *testing.T) {
	data := ramp(3*blockBytes + 900)
	for _, seekable := range []bool{true, false} {
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
		if got, err := readRaw(open(t, string(m.b)), 50); err != nil || string(got) != data {
			t.Errorf("seekable %v: %d bytes of %d, or others, %v", seekable, len(got), len(data), err)
		}
	}
}

// TestPipeGetsBlocksAtOnce: whoever listens need not wait for a buffer to fill.
func TestPipeGetsBlocksAtOnce(t *testing.T) {
	var b bytes.Buffer
	w := NewWriter(&b, Options{Encoding: pcm.S16})
	if err := w.Open(format(8000, 1), -1); err != nil {
		t.Fatal(err)
	}
	for n := 44; n < 60; n += 4 {
		if b.Len() != n {
			t.Errorf("%d bytes out, want %d", b.Len(), n)
		}
		if err := w.Write(make([]float32, 2)); err != nil {
			t.Fatal(err)
		}
	}
}

// TestMiddleOfFile: offsets count from where the writer began, and the position afterwards is behind the file.
func TestMiddleOfFile(t *testing.T) {
	m := memory{b: []byte("before" + strings.Repeat("x", 500)), pos: 6}
	write(t, &m, Options{Encoding: pcm.U8}, format(8000, 1), -1, make([]float32, 5))
	end := int64(6 + 44 + 36 + 5 + 1)
	if m.pos != end || string(m.b[:6]) != "before" || m.b[end] != 'x' {
		t.Errorf("position %d, want %d", m.pos, end)
	}
	if got, err := readRaw(open(t, string(m.b[6:])), 2); err != nil || len(got) != 5 {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

func TestWriterAllocations(t *testing.T) {
	x, raw := make([]float32, 2*500), make([]byte, 48*4000)
	for _, f := range allFormats {
		for _, out := range []io.Writer{io.Discard, &sink{}} {
			w := NewWriter(out, Options{Encoding: f, Dither: true})
			if err := w.Open(format(8000, 2), -1); err != nil {
				t.Fatal(err)
			}
			if n := testing.AllocsPerRun(100, func() {
				if err := errors.Join(w.Write(x), w.WriteRaw(raw)); err != nil {
					t.Fatal(err)
				}
			}); n != 0 {
				t.Errorf("%v to %T: %v allocations per block", f, out, n)
			}
		}
	}
}

func TestWriteErrors(t *testing.T) {
	full := errors.New("disk full")
	for n := range 44 + 21 + 1 {
		for _, cause := range []error{full, nil} {
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
				if w.Write(make([]float32, 3)) == nil || w.WriteRaw(make([]byte, 3)) == nil || f.calls != calls {
					t.Errorf("%d bytes: written on after an error", n)
				}
			}
			closed := w.Close(nil)
			if closed == nil || err != nil && !errors.Is(closed, err) {
				t.Errorf("%d bytes: Write says %v, Close %v", n, err, closed)
			}
			if got, want := w.Stats().Frames, int64(min(max(n-44, 0)/3*3, 18)); got != want { // the last block has the pad byte
				t.Errorf("%d bytes: %d frames counted, want %d", n, got, want)
			}
			if want := cmpOr(cause, io.ErrShortWrite); !errors.Is(closed, want) {
				t.Errorf("%d bytes: %v is not %v", n, closed, want)
			}
		}
	}
}

func cmpOr(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

func TestOutputsThatCannotSeek(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no /dev/null and no O_APPEND semantics to try")
	}
	null, err := os.OpenFile("/dev/null", os.O_WRONLY, 0)
	if err != nil {
		t.Skip(err)
	}
	defer null.Close()
	if w := write(t, null, Options{Encoding: pcm.S16}, format(8000, 1), -1, make([]float32, 5)); w.seeker != nil {
		t.Error("/dev/null taken for a file")
	}

	pr, pw, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	write(t, pw, Options{Encoding: pcm.S16}, format(8000, 1), 5, make([]float32, 5))
	pw.Close()
	if b, err := io.ReadAll(pr); err != nil || len(b) != 54 || strings.Contains(string(b), "JUNK") {
		t.Errorf("pipe: %d bytes, %v", len(b), err)
	}
	pr.Close()

	// A file opened for appending seeks, and writes elsewhere.
	path := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(path, []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	app, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer app.Close()
	write(t, app, Options{Encoding: pcm.S16}, format(8000, 1), -1, make([]float32, 5))
	b, err := os.ReadFile(path)
	if err != nil || !strings.HasPrefix(string(b), "beforeRIFF") {
		t.Fatalf("%q, %v", b, err)
	}
	if got, err := readRaw(open(t, string(b[6:])), 2); err != nil || len(got) != 10 {
		t.Errorf("appended: %d bytes, %v", len(got), err)
	}
	// At its end, or empty, it can be told only when the header is to be completed: that must not pass in silence.
	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := app.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	w := NewWriter(app, Options{Encoding: pcm.S16})
	if err := errors.Join(w.Open(format(8000, 1), -1), w.Write(make([]float32, 5))); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(nil); err == nil || !strings.Contains(err.Error(), "appends") {
		t.Errorf("append: %v", err)
	}
}

// TestNaN: encoded here or before, in pieces of any size, to a file or a pipe, NaN has one pattern in a file.
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
							if !bytes.Equal(got[i:i+size], want[i:i+size]) {
								t.Fatalf("sample %d of %x is % x, want % x", i/size, raw[i:i+size], got[i:i+size], want[i:i+size])
							}
						}
						if !bytes.Equal(raw, before) {
							t.Error("WriteRaw has changed its argument, want it as it was")
						}
					})
				}
			}
		}
	}
}
