package wav

import (
	"bytes"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// TestHeadersWritten compares whole headers, byte for byte.
func TestHeadersWritten(t *testing.T) {
	junk := chunk("JUNK", strings.Repeat("\x00", 28))
	floatFmt := func(channels, bits int) string {
		return chunk("fmt ", plainFmt(3, channels, 8000, bits)[8:]+le16(0))
	}
	none := claim("data", 0)
	for _, c := range []struct {
		name     string
		o        Options
		channels int
		want     string // chunks of an empty file
	}{
		{"pcm8", Options{Encoding: pcm.U8}, 1, plainFmt(1, 1, 8000, 8) + none},
		{"pcm16", Options{Encoding: pcm.S16}, 2, plainFmt(1, 2, 8000, 16) + none},
		{"pcm16, usual mask", Options{Encoding: pcm.S16, ChannelMask: 3}, 2, plainFmt(1, 2, 8000, 16) + none},
		{"pcm16, other mask", Options{Encoding: pcm.S16, ChannelMask: 0x30}, 2, extFmt(1, 2, 8000, 16, 16, 0x30) + none},
		{"pcm24", Options{Encoding: pcm.S24}, 1, extFmt(1, 1, 8000, 24, 24, 0x4) + none},
		{"pcm24 stereo", Options{Encoding: pcm.S24}, 2, extFmt(1, 2, 8000, 24, 24, 0x3) + none},
		{"pcm32", Options{Encoding: pcm.S32}, 1, extFmt(1, 1, 8000, 32, 32, 0x4) + none},
		{"3.0", Options{Encoding: pcm.S16}, 3, extFmt(1, 3, 8000, 16, 16, 0x7) + none},
		{"quad", Options{Encoding: pcm.S16}, 4, extFmt(1, 4, 8000, 16, 16, 0x33) + none},
		{"5.0", Options{Encoding: pcm.U8}, 5, extFmt(1, 5, 8000, 8, 8, 0x37) + none},
		{"5.1", Options{Encoding: pcm.S16}, 6, extFmt(1, 6, 8000, 16, 16, 0x3F) + none},
		{"6.1", Options{Encoding: pcm.S16}, 7, extFmt(1, 7, 8000, 16, 16, 0x13F) + none},
		{"7.1", Options{Encoding: pcm.S16}, 8, extFmt(1, 8, 8000, 16, 16, 0x63F) + none},
		{"9 channels", Options{Encoding: pcm.S16}, 9, extFmt(1, 9, 8000, 16, 16, 0) + none},
		{"f32", Options{Encoding: pcm.F32}, 1, floatFmt(1, 32) + chunk("fact", le32(0)) + none},
		{"f64", Options{Encoding: pcm.F64}, 2, floatFmt(2, 64) + chunk("fact", le32(0)) + none},
		{"f32 5.1", Options{Encoding: pcm.F32}, 6, extFmt(3, 6, 8000, 32, 32, 0x3F) + chunk("fact", le32(0)) + none},
	} {
		var m memory
		write(t, &m, c.o, format(8000, c.channels), -1, nil)
		if want := riff(junk, c.want); string(m.b) != want {
			t.Errorf("%s, file:\n got %q\nwant %q", c.name, m.b, want)
		}
		var b bytes.Buffer
		write(t, &b, c.o, format(8000, c.channels), 0, nil)
		if want := riff(c.want); b.String() != want {
			t.Errorf("%s, pipe:\n got %q\nwant %q", c.name, b.String(), want)
		}
	}
}

// TestSizes writes the same frames with their number announced and not, to a file and to a pipe.
func TestSizes(t *testing.T) {
	x := signal(7, true)
	for _, f := range allFormats {
		o := Options{Encoding: f}
		e, _ := pcm.NewEncoder(f, 1, false)
		data := string(e.Encode(nil, x))
		var files [3]memory
		for i, n := range []int64{7, -1, 3} {
			write(t, &files[i], o, format(8000, 1), n, x)
			if !bytes.Equal(files[i].b, files[0].b) {
				t.Errorf("%v: file differs when %d frames are announced", f, n)
			}
		}
		var known, unknown bytes.Buffer
		write(t, &known, o, format(8000, 1), 7, x)
		write(t, &unknown, o, format(8000, 1), -1, x)
		if size := int64(known.Len()); !strings.HasPrefix(known.String(), "RIFF"+le32(size-8)) || size%2 != 0 ||
			!strings.Contains(known.String(), claim("data", int64(len(data)))+data) {
			t.Errorf("%v: known: %q", f, known.String())
		}
		head := known.String()[:strings.Index(known.String(), "data")]
		head = "RIFF" + le32(-1) + strings.Replace(head[8:], "fact"+le32(4)+le32(7), "fact"+le32(4)+le32(-1), 1)
		if want := head + claim("data", -1) + data; unknown.String() != want {
			t.Errorf("%v: unknown:\n got %q\nwant %q", f, unknown.String(), want)
		}
		for _, file := range []string{string(files[0].b), known.String(), unknown.String()} {
			r := open(t, file)
			got, err := readRaw(r, 2)
			if err != nil || string(got) != data {
				t.Errorf("%v: read back %q, %v", f, got, err)
			}
			if isKnown := file != unknown.String(); isKnown && r.Frames() != 7 || !isKnown && r.Frames() != -1 {
				t.Errorf("%v: %d frames", f, r.Frames())
			}
		}
	}
}

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

// TestCloseWithCause: where anything can show that a file is not complete, something does.
func TestCloseWithCause(t *testing.T) {
	cause := errors.New("cancelled")
	for _, c := range []struct {
		announced int64
		seekable  bool
		shows     bool
	}{
		{-1, true, true}, {2000, true, true}, {999, true, true}, {1000, true, true}, {0, true, true},
		{2000, false, true}, {1000, false, false}, {-1, false, false},
	} {
		for _, limit := range []int64{riffLimit, 300} {
			for _, f := range []pcm.Format{pcm.U8, pcm.S16, pcm.F32} {
				var m memory
				var out io.Writer = &m
				if !c.seekable {
					out = onlyWriter{&m}
				}
				w := NewWriter(out, Options{Encoding: f})
				w.limit = limit
				err := errors.Join(w.Open(format(8000, 1), c.announced), w.Write(make([]float32, 1000)))
				if err != nil {
					t.Fatal(err)
				}
				if err := errors.Join(w.Close(cause), w.Close(nil)); err != nil {
					t.Errorf("%+v: %v", c, err)
				}
				r := open(t, string(m.b))
				if _, err := readRaw(r, 100); errors.Is(err, io.ErrUnexpectedEOF) != c.shows || c.shows && r.Frames() <= 1000 {
					t.Errorf("%+v, %v: %d frames promised, read back with %v", c, f, r.Frames(), err)
				}
			}
		}
	}
}

// fullDisk takes n bytes, and beyond them only what overwrites them.
type fullDisk struct {
	memory
	n   int64
	err error
}

func (d *fullDisk) Write(p []byte) (int, error) {
	if d.pos+int64(len(p)) > d.n {
		k, _ := d.memory.Write(p[:max(d.n-d.pos, 0)])
		return k, d.err
	}
	return d.memory.Write(p)
}

// TestCloseAfterFailedWrite: the header is reached even if nothing more can be added to the file.
func TestCloseAfterFailedWrite(t *testing.T) {
	d := &fullDisk{n: 1000, err: errors.New("disk full")}
	w := NewWriter(d, Options{Encoding: pcm.U8})
	if err := w.Open(format(8000, 1), -1); err != nil {
		t.Fatal(err)
	}
	err := w.WriteRaw(make([]byte, blockBytes))
	if !errors.Is(err, d.err) {
		t.Fatal(err)
	}
	if err := w.Close(err); err != nil {
		t.Error(err)
	}
	if got, err := readRaw(open(t, string(d.b)), 100); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	// What keeps the header from being corrected is told, unless it is told already.
	d = &fullDisk{n: 1 << 20, err: errors.New("disk full")}
	w = NewWriter(d, Options{Encoding: pcm.U8})
	if err := w.Open(format(8000, 1), -1); err != nil {
		t.Fatal(err)
	}
	d.n = 0
	if err := w.Close(errors.New("cancelled")); !errors.Is(err, d.err) {
		t.Errorf("header not corrected: %v", err)
	}
}

// calls keeps what each Write got.
type calls struct{ got []string }

func (c *calls) Write(p []byte) (int, error) {
	c.got = append(c.got, string(p))
	return len(p), nil
}

// TestPadComesWithLastBlock: who reads a pipe and knows its size may have left before Close.
func TestPadComesWithLastBlock(t *testing.T) {
	for _, frames := range []int{1, 301, blockBytes - 1, blockBytes + 1, 3*blockBytes + 7} {
		for _, raw := range []bool{false, true} {
			for _, n := range []int{100, blockBytes - 1, blockBytes, blockBytes + 1, frames} {
				var out calls
				w := NewWriter(&out, Options{Encoding: pcm.U8})
				if err := w.Open(format(8000, 1), int64(frames)); err != nil {
					t.Fatal(err)
				}
				for left := frames; left > 0; {
					k := min(n, left)
					var err error
					if raw {
						err = w.WriteRaw([]byte(strings.Repeat("\x80", k)))
					} else {
						err = w.Write(make([]float32, k))
					}
					if err != nil {
						t.Fatal(err)
					}
					left -= k
				}
				before := len(out.got)
				if err := errors.Join(w.Write(nil), w.WriteRaw(nil), w.Close(nil)); err != nil {
					t.Fatal(err)
				}
				last := out.got[len(out.got)-1]
				if want := strings.Repeat("\x80", frames) + "\x00"; strings.Join(out.got[1:], "") != want {
					t.Errorf("%d frames by %d, raw %v: other bytes", frames, n, raw)
				}
				if len(out.got) != before || len(last) < 2 {
					t.Errorf("%d frames by %d, raw %v: last write of %d bytes, %d by Close", frames, n, raw, len(last), len(out.got)-before)
				}
			}
		}
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

func TestAnnouncedWrongly(t *testing.T) {
	for _, n := range []int64{0, 4, 6} {
		var b bytes.Buffer
		w := NewWriter(&b, Options{Encoding: pcm.S16})
		err := errors.Join(w.Open(format(8000, 1), n), w.Write(make([]float32, 5)))
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Close(nil); err == nil || !strings.Contains(err.Error(), "5 frames written") {
			t.Errorf("%d announced: %v", n, err)
		}
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

// TestCloseAllocatesNothing compares whole files with files that are opened only.
func TestCloseAllocatesNothing(t *testing.T) {
	x := make([]float32, 999)
	count := func(whole bool) float64 {
		return testing.AllocsPerRun(100, func() {
			w := NewWriter(&sink{}, Options{Encoding: pcm.U8})
			err := w.Open(format(8000, 1), -1)
			if whole && err == nil {
				if err = w.Write(x); err == nil {
					err = w.Close(nil)
				}
			}
			if err != nil {
				t.Fatal(err)
			}
		})
	}
	if opened, closed := count(false), count(true); opened != closed {
		t.Errorf("%v allocations by Open, %v with Write and Close", opened, closed)
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
