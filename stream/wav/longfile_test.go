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

// A sink is an io.WriteSeeker of any size that keeps the first bytes only.
type sink struct {
	head     [256]byte
	pos, end int64
}

func (s *sink) Write(p []byte) (int, error) {
	if s.pos < int64(len(s.head)) {
		copy(s.head[s.pos:], p)
	}
	s.pos += int64(len(p))
	s.end = max(s.end, s.pos)
	return len(p), nil
}

func (s *sink) Seek(off int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		off += s.pos
	case io.SeekEnd:
		off += s.end
	}
	s.pos = off
	return off, nil
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

// zeros gives n zero bytes.
type zeros struct{ n int64 }

func (z *zeros) Read(p []byte) (int, error) {
	if z.n == 0 {
		return 0, io.EOF
	}
	p = p[:min(int64(len(p)), z.n)]
	clear(p)
	z.n -= int64(len(p))
	return len(p), nil
}

// TestPlaceholderPassed reads a pipe that goes on for longer than the size sox put into its header.
func TestPlaceholderPassed(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 2 GiB")
	}
	const size = 0x7FFFF000
	for _, c := range []struct{ riff, want int64 }{
		{size + 36, size + 5000},
		{size + 36 + 5000, size}, // chunks are said to follow
	} {
		head := "RIFF" + le32(c.riff) + "WAVE" + mono16 + claim("data", size)
		r, err := NewReader(io.MultiReader(strings.NewReader(head), &zeros{size + 5000}))
		if err != nil {
			t.Fatal(err)
		}
		p, got := make([]byte, 1<<20), int64(0)
		for err == nil {
			var n int
			n, err = r.ReadRaw(p)
			got += int64(n)
		}
		if err != io.EOF || got != c.want {
			t.Errorf("riff size %#x: %d bytes, %v; want %d", c.riff, got, err, c.want)
		}
	}
}
