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

	"github.com/tailwave/tailwave/dsp/pcm"
)

// TestHeadersWritten compares whole headers of empty files, byte for byte.
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
		t.Run(c.name, func(t *testing.T) {
			var m memory
			write(t, &m, c.o, format(8000, c.channels), -1, nil)
			if want := riff(junk, c.want); string(m.b) != want {
				t.Errorf("file of unknown length:\n got %q\nwant %q", m.b, want)
			}
			var known memory
			var b bytes.Buffer
			for name, out := range map[string]io.Writer{"file": &known, "pipe": &b} {
				write(t, out, c.o, format(8000, c.channels), 0, nil)
				got := b.String()
				if name == "file" {
					got = string(known.b)
				}
				if want := riff(c.want); got != want {
					t.Errorf("%s:\n got %q\nwant %q", name, got, want)
				}
			}
		})
	}
}

// TestSizes writes the same frames to a file and to a pipe, with and without an announced number. A file always has the
// right sizes, and a JUNK chunk if the number was not announced. A pipe gets the bytes of the file if the number was
// announced, otherwise unknown sizes and no JUNK chunk.
func TestSizes(t *testing.T) {
	x := signal(7, true)
	junk := chunk("JUNK", strings.Repeat("\x00", 28))
	for _, f := range allFormats {
		t.Run(f.String(), func(t *testing.T) {
			o := Options{Encoding: f}
			e, _ := pcm.NewEncoder(f, 1, false)
			data := string(e.Encode(nil, x))
			var known, unknown bytes.Buffer
			write(t, &known, o, format(8000, 1), 7, x)
			write(t, &unknown, o, format(8000, 1), -1, x)
			if size := int64(known.Len()); !strings.HasPrefix(known.String(), "RIFF"+le32(size-8)) || size%2 != 0 ||
				!strings.Contains(known.String(), claim("data", int64(len(data)))+data) || strings.Contains(known.String(), "JUNK") {
				t.Errorf("pipe, known: got %q, want a RIFF size of %d, which is even, no JUNK, and %d bytes of data %q",
					known.String(), size-8, len(data), data)
			}
			var files [4]memory
			for i, n := range []int64{7, 3, 11, -1} {
				write(t, &files[i], o, format(8000, 1), n, x)
				want := known.String()
				if n < 0 {
					want = riff(junk, want[12:])
				}
				if got := string(files[i].b); got != want {
					t.Errorf("file, %d frames announced:\n got %q\nwant %q", n, got, want)
				}
			}
			head := known.String()[:strings.Index(known.String(), "data")]
			head = "RIFF" + le32(-1) + strings.Replace(head[8:], "fact"+le32(4)+le32(7), "fact"+le32(4)+le32(-1), 1)
			if want := head + claim("data", -1) + data; unknown.String() != want {
				t.Errorf("pipe, unknown:\n got %q\nwant %q", unknown.String(), want)
			}
			for name, c := range map[string]struct {
				file   string
				frames int64
			}{"file": {string(files[0].b), 7}, "file, unknown": {string(files[3].b), 7}, "pipe, known": {known.String(), 7},
				"pipe, unknown": {unknown.String(), -1}} {
				r, err := NewReader(onlyReader{strings.NewReader(c.file)})
				if err != nil {
					t.Fatal(err)
				}
				if got, err := readRaw(r, 2); err != nil || string(got) != data {
					t.Errorf("%s: read back %q, error %v, want %q, no error", name, got, err, data)
				}
				if got := r.Info().Frames; got != c.frames {
					t.Errorf("%s: read back %d frames, want %d", name, got, c.frames)
				}
			}
		})
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

// TestFourGiB writes files on either side of the limit of RIFF to a sink that keeps only their headers.
func TestFourGiB(t *testing.T) {
	const overhead = 36 + 36 // bytes in the RIFF size in addition to the data, with JUNK in a file
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
		t.Run(fmt.Sprint(c.data), func(t *testing.T) {
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
				t.Errorf("got a file of %d bytes, position %d, want %d, %d", s.end, s.pos, size, size)
			}
			mono8 := plainFmt(1, 1, 48000, 8)
			want := "RIFF" + le32(size-8) + "WAVE" + chunk("JUNK", strings.Repeat("\x00", 28)) + mono8 + claim("data", c.data)
			if c.long {
				long := le64(uint64(size-8)) + le64(uint64(c.data)) + le64(uint64(c.data)) + le32(0)
				want = "RF64" + le32(-1) + "WAVE" + chunk("ds64", long) + mono8 + claim("data", -1)
			}
			if got := string(s.head[:80]); got != want {
				t.Errorf("header:\n got %q\nwant %q", got, want)
			}
			r, err := NewReader(io.NewSectionReader(sparse{begin: string(s.head[:])}, 0, size))
			if err != nil {
				t.Fatal(err)
			}
			i := r.Info()
			if i.Frames != c.data || i.DataBytes != c.data || i.DataOffset != 80 || (i.Container == RF64) != c.long {
				t.Errorf("read back: got %+v, want %d frames and bytes from byte 80 on, RF64 %v", i, c.data, c.long)
			}
		})
	}
}

// TestLongAnnounced: the announced number of frames decides between RIFF and RF64, for files as for pipes.
func TestLongAnnounced(t *testing.T) {
	for _, c := range []struct {
		frames int64
		long   bool
	}{
		{(math.MaxUint32 - 36) / 2, false},
		{(math.MaxUint32-36)/2 + 1, true},
		{1 << 40, true},
		{(math.MaxInt64 - 1024) / 2, true},
	} {
		t.Run(fmt.Sprint(c.frames), func(t *testing.T) {
			var b bytes.Buffer
			var m memory
			for _, out := range []io.Writer{&b, &m} {
				if err := NewWriter(out, Options{Encoding: pcm.S16}).Open(format(48000, 1), c.frames); err != nil {
					t.Fatal(err)
				}
			}
			if got, want := string(m.b), b.String(); got != want {
				t.Errorf("file: got header %q, want %q as for a pipe", got, want)
			}
			size := 44
			if c.long {
				size = 80
			}
			if b.Len() != size {
				t.Fatalf("header: got %d bytes, want %d", b.Len(), size)
			}
			r, err := NewReader(io.NewSectionReader(sparse{begin: b.String()}, 0, min(math.MaxInt64-1, int64(size)+2*c.frames)))
			if err != nil {
				t.Fatal(err)
			}
			if i := r.Info(); i.Frames != c.frames || (i.Container == RF64) != c.long || i.DataOffset != int64(size) {
				t.Errorf("read back: got %+v, want %d frames from byte %d on, RF64 %v", i, c.frames, size, c.long)
			}
			if c.long {
				got, want := binary.LittleEndian.Uint64(b.Bytes()[20:]), uint64(size)-8+2*uint64(c.frames)
				if got != want {
					t.Errorf("RIFF size: got %d, want %d", got, want)
				}
			}
		})
	}
}

// TestLongFact: the 32-bit number of frames is all ones if the actual number does not fit.
func TestLongFact(t *testing.T) {
	for frames, want := range map[int64]int64{
		1 << 20: 1 << 20, math.MaxUint32: unknown32, 1<<33 + 5: unknown32, -1: unknown32,
	} {
		t.Run(fmt.Sprint(frames), func(t *testing.T) {
			var b bytes.Buffer
			w := NewWriter(&b, Options{Encoding: pcm.F32})
			if err := w.Open(format(48000, 1), frames); err != nil {
				t.Fatal(err)
			}
			if want := chunk("fact", le32(want)); !strings.Contains(b.String(), want) {
				t.Errorf("header: got %q, want %q in it", b.String(), want)
			}
		})
	}
}

// TestLongFileRoundTrip lowers the limit of RIFF so that whole files pass it: RF64 files have the samples of RIFF
// files.
func TestLongFileRoundTrip(t *testing.T) {
	for _, f := range allFormats {
		for _, channels := range []int{1, 3} {
			t.Run(fmt.Sprintf("%v/%d", f, channels), func(t *testing.T) {
				x := signal(channels*333, false)
				var m, known, short memory
				var pipe bytes.Buffer
				for _, c := range []struct {
					out    io.Writer
					limit  int64
					frames int64
				}{{&m, 300, -1}, {&known, 300, 333}, {&pipe, 300, 333}, {&short, riffLimit, -1}} {
					w := NewWriter(c.out, Options{Encoding: f})
					w.limit = c.limit
					if err := w.Open(format(8000, channels), c.frames); err != nil {
						t.Fatal(err)
					}
					if err := errors.Join(w.Write(x), w.Close(nil)); err != nil {
						t.Fatal(err)
					}
				}
				if !bytes.Equal(m.b, pipe.Bytes()) || !bytes.Equal(known.b, pipe.Bytes()) {
					t.Errorf("RF64: got %q as a file, %q of announced length, want %q as to a pipe", m.b, known.b, pipe.Bytes())
				}
				if len(m.b) != len(short.b) {
					t.Errorf("got %d bytes as RF64, want %d as RIFF with JUNK", len(m.b), len(short.b))
				}
				r := open(t, string(m.b))
				if i := r.Info(); i.Container != RF64 || r.Info().Frames != 333 {
					t.Errorf("info: got %+v, %d frames, want %v, 333 frames", i, r.Info().Frames, RF64)
				}
				got, err := readRaw(r, 100)
				want, werr := readRaw(open(t, string(short.b)), 100)
				if err != nil || werr != nil || len(got) == 0 {
					t.Errorf("got %d bytes, error %v as RF64, error %v as RIFF, want some, no error", len(got), err, werr)
				}
				wantBytes(t, got, want)
				if list := r.Chunks(); len(list) == 0 || list[0].ID != "ds64" || list[len(list)-1].Size != int64(len(got)) {
					t.Errorf("chunks: got %v, want ds64 first and %d bytes last", list, len(got))
				}
			})
		}
	}
}
