package wav

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp/pcm"
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

// fill writes n bytes in large blocks.
func fill(t *testing.T, w *Writer, n int64) {
	t.Helper()
	block := make([]byte, 16<<20)
	for n > 0 {
		k := min(n, int64(len(block)))
		if err := w.WriteRaw(block[:k]); err != nil {
			t.Fatal(err)
		}
		n -= k
	}
}

// TestFourGiB writes files to either side of the limit, through a sink that takes them and keeps nothing.
func TestFourGiB(t *testing.T) {
	const overhead = 36 + 36 // bytes that the RIFF size counts besides the data, with JUNK in a file
	limit := int64(math.MaxUint32) - overhead
	for _, c := range []struct {
		data int64
		long bool
	}{
		{limit - 1, false}, // with an even size the RIFF size is 2^32-2
		{limit, true},      // odd: the pad byte counts
		{limit + 1, true},
		{1<<32 + 12345, true},
	} {
		var s sink
		w := NewWriter(&s, Options{Encoding: pcm.U8})
		if err := w.Open(format(48000, 1), -1); err != nil {
			t.Fatal(err)
		}
		fill(t, w, c.data)
		if err := w.Close(nil); err != nil {
			t.Fatal(err)
		}
		size := int64(44+36) + c.data + c.data%2
		if s.end != size || s.pos != size {
			t.Errorf("%d bytes: file of %d, position %d, want %d", c.data, s.end, s.pos, size)
		}
		want := "RIFF" + le32(size-8) + "WAVE" + chunk("JUNK", strings.Repeat("\x00", 28)) + plainFmt(1, 1, 48000, 8) + claim("data", c.data)
		if c.long {
			want = "RF64" + le32(-1) + "WAVE" + chunk("ds64", le64(uint64(size-8))+le64(uint64(c.data))+le64(uint64(c.data))+le32(0)) +
				plainFmt(1, 1, 48000, 8) + claim("data", -1)
		}
		if got := string(s.head[:80]); got != want {
			t.Errorf("%d bytes:\n got %q\nwant %q", c.data, got, want)
		}
		r, err := NewReader(bytes.NewReader(s.head[:]))
		if err != nil {
			t.Fatal(err)
		}
		if i := r.Info(); i.Frames != c.data || i.DataBytes != c.data || i.DataOffset != 80 || (i.Container == RF64) != c.long {
			t.Errorf("%d bytes: read back as %+v", c.data, i)
		}
	}
}

// TestLongPipe: an announced number of frames settles the kind of file before the first byte.
func TestLongPipe(t *testing.T) {
	for _, c := range []struct {
		frames int64
		long   bool
	}{
		{(math.MaxUint32 - 36) / 2, false},
		{(math.MaxUint32-36)/2 + 1, true},
		{1 << 40, true},
		{(math.MaxInt64 - 1024) / 2, true},
	} {
		var b bytes.Buffer
		w := NewWriter(&b, Options{Encoding: pcm.S16})
		if err := w.Open(format(48000, 1), c.frames); err != nil {
			t.Fatal(err)
		}
		r := open(t, b.String())
		if i := r.Info(); i.Frames != c.frames || (i.Container == RF64) != c.long || i.DataOffset != int64(b.Len()) {
			t.Errorf("%d frames: %+v", c.frames, i)
		}
		if c.long {
			riff, want := binary.LittleEndian.Uint64(b.Bytes()[20:]), uint64(b.Len())-8+2*uint64(c.frames)
			if b.Len() != 80 || riff != want {
				t.Errorf("%d frames: header of %d bytes, RIFF size %d, want %d", c.frames, b.Len(), riff, want)
			}
		} else if b.Len() != 44 {
			t.Errorf("%d frames: header of %d bytes", c.frames, b.Len())
		}
	}
}

// TestLongFact: the 32-bit count of frames is all ones where they do not fit.
func TestLongFact(t *testing.T) {
	for frames, want := range map[int64]int64{1 << 20: 1 << 20, math.MaxUint32: unknown32, 1<<33 + 5: unknown32, -1: unknown32} {
		var b bytes.Buffer
		w := NewWriter(&b, Options{Encoding: pcm.F32})
		if err := w.Open(format(48000, 1), frames); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), chunk("fact", le32(want))) {
			t.Errorf("%d frames: %q", frames, b.String())
		}
	}
}

// TestLongFileRoundTrip lowers the limit so that whole files pass it, in every encoding.
func TestLongFileRoundTrip(t *testing.T) {
	for _, f := range allFormats {
		for _, channels := range []int{1, 3} {
			x := signal(channels*333, false)
			var m, short memory
			var pipe bytes.Buffer
			for i, out := range []io.Writer{&m, &pipe, &short} {
				w := NewWriter(out, Options{Encoding: f})
				w.limit = 300
				if i == 2 {
					w.limit = riffLimit
				}
				if err := w.Open(format(8000, channels), []int64{-1, 333, -1}[i]); err != nil {
					t.Fatal(err)
				}
				if err := w.Write(x); err != nil {
					t.Fatal(err)
				}
				if err := w.Close(nil); err != nil {
					t.Fatal(err)
				}
			}
			if !bytes.Equal(m.b, pipe.Bytes()) {
				t.Errorf("%v: RF64 as a file and to a pipe differ", f)
			}
			if len(m.b) != len(short.b) {
				t.Errorf("%v: %d bytes as RF64, %d as RIFF with room", f, len(m.b), len(short.b))
			}
			r := open(t, string(m.b))
			if r.Info().Container != RF64 || r.Frames() != 333 {
				t.Errorf("%v: %+v", f, r.Info())
			}
			got, err := readRaw(r, 100)
			want, werr := readRaw(open(t, string(short.b)), 100)
			if err != nil || werr != nil || !bytes.Equal(got, want) || len(got) == 0 {
				t.Errorf("%v: %d bytes, %v; as RIFF %d, %v", f, len(got), err, len(want), werr)
			}
			list, err := Scan(bytes.NewReader(m.b), int64(len(m.b)))
			if err != nil || list[0].ID != "ds64" || list[len(list)-1].Size != int64(len(got)) {
				t.Errorf("%v: %v, %v", f, list, err)
			}
		}
	}
}
