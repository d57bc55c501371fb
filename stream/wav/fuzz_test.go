package wav

import (
	"bytes"
	"errors"
	"io"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// FuzzReader reads arbitrary bytes from inputs that can and cannot seek. Nothing panics. Allocations depend on the
// input and not on the sizes in it. Every stream ends, with no more frames than its bytes can hold. The way in which
// the bytes of a pipe arrive changes neither frames nor error nor notes.
func FuzzReader(f *testing.F) {
	d := ramp(60)
	for _, file := range []string{
		"", "RIFF", riff(), d,
		riff(mono16, chunk("data", d)),
		riff(chunk("JUNK", ramp(29)), plainFmt(1, 2, 44100, 24), chunk("LIST", "abc"), chunk("data", d), chunk("id3 ", d)),
		riff(plainFmt(3, 1, 8000, 32), chunk("fact", le32(15)), chunk("data", d)),
		riff(extFmt(3, 6, 8000, 64, 64, 0x3F), chunk("data", d+d)),
		riff(extFmt(1, 2, 8000, 32, 20, 3), claim("data", 0)+d),
		riff(mono16, claim("data", 100000)+d),
		"RIFF" + le32(-1) + "WAVE" + plainFmt(1, 1, 8000, 24) + claim("data", -1) + d + "\x00",
		"RIFF" + le32(0x7FFFF024) + "WAVE" + mono16 + claim("data", 0x7FFFF000) + d,
		"RF64" + le32(-1) + "WAVE" + chunk("ds64", le64(200)+le64(60)+le64(0)+le32(0)) + mono16 + claim("data", -1) + d,
		"BW64" + le32(-1) + "WAVE" + chunk("ds64", le64(0)+le64(math.MaxInt64-99)+le64(0)+le32(0)) + mono16 +
			claim("data", -1) + d,
		riff(claim("fmt ", math.MaxUint32) + mono16[8:]),
		riff(claim("JUNK", math.MaxUint32) + mono16),
		riff(plainFmt(6, 1, 8000, 8), chunk("data", d)),
		riff(blockFmt(0x11, 2, 16, 4), chunk("fact", le32(9)), chunk("data", d)),
		riff(blockFmt(2, 1, 20, 4), chunk("data", d)),
		riff(mono16, claim("data", -1)+d+chunk("LIST", "INFO")+chunk("id3 ", "abc")),
		riff(mono16, claim("data", -1)+d+riff(mono16, chunk("data", d))),
		"ID3\x03\x00\x00\x00\x00\x00\x02ab" + riff(mono16, chunk("data", d[:9])) + "TAG",
		riff(claim("data", -1)+d, mono16),
		"RIFF" + le32(36+60) + "WAVE" + mono16 + claim("data", 0) + d,
		riff(mono16, chunk("data", ""), chunk("LIST", d)),
		"RIFF" + le32(0x7FFFFFFF) + "WAVE" + plainFmt(1, 2, 8000, 16) + claim("data", 0x7FFFFFFF) + d,
	} {
		f.Add([]byte(file))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		want, notes, werr := drain(t, onlyReader{bytes.NewReader(b)}, len(b))
		for _, in := range []io.Reader{iotest.HalfReader(bytes.NewReader(b)),
			iotest.DataErrReader(iotest.OneByteReader(bytes.NewReader(b)))} {
			got, gotNotes, err := drain(t, in, len(b))
			if !bytes.Equal(got, want) || (err == nil) != (werr == nil) || err != nil && err.Error() != werr.Error() {
				t.Fatalf("%T: got %d bytes %.20q, error %v, want %d bytes %.20q, error %v as in one piece",
					in, len(got), got, err, len(want), want, werr)
			}
			if !slices.Equal(gotNotes, notes) {
				t.Fatalf("%T: got notes %q, want %q as in one piece", in, gotNotes, notes)
			}
		}
		want, _, werr = drain(t, bytes.NewReader(b), len(b))
		r, err := NewReader(bytes.NewReader(b))
		if err != nil {
			if len(want) != 0 || werr == nil {
				t.Fatalf("opened again: got error %v, want %d bytes and error %v as before", err, len(want), werr)
			}
			return
		}
		i := r.Info()
		x, err := readFloat(r, 100)
		if len(x)*i.Encoding.Bytes() != len(want) || (err == nil) != (werr == nil) {
			t.Fatalf("Read: got %d samples of %d bytes, error %v, want the %d bytes and the error %v of ReadRaw",
				len(x), i.Encoding.Bytes(), err, len(want), werr)
		}
		if err == nil && i.Frames >= 0 && int64(len(x)) != i.Frames*int64(i.Channels) {
			t.Fatalf("got %d samples and no error, want %d frames of %d channels", len(x), i.Frames, i.Channels)
		}
		if werr == nil {
			copyOf(t, i, want)
		}
		for _, c := range r.Chunks() {
			if c.Offset < 20 || c.Offset > int64(len(b)) || c.Size < 0 || len(c.ID) != 4 {
				t.Fatalf("got chunk %+v, want one that begins within the %d bytes, with an ID of 4", c, len(b))
			}
		}
	})
}

// drain reads an input of size bytes to its end, and checks the properties that hold for any input.
func drain(t *testing.T, in io.Reader, size int) (frames []byte, notes []Note, err error) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r, err := NewReader(in)
	if err == nil {
		frames, err = readRaw(r, 4)
		if e := r.ReadRest(); e != nil {
			t.Fatalf("ReadRest: got error %v, want none", e)
		}
		notes = r.Notes()
	}
	runtime.ReadMemStats(&after)
	// The Reader, its buffers, the slice of frames, an error; and the memory of the result itself.
	if got := after.TotalAlloc - before.TotalAlloc; got > 512<<10+32*uint64(size) {
		t.Fatalf("got %d bytes allocated, want at most %d for an input of %d", got, 512<<10+32*size, size)
	}
	if len(frames) > 4*size { // ADPCM decodes 4 bits to 16
		t.Fatalf("got %d bytes of frames, want at most 4 times the %d of the input", len(frames), size)
	}
	if err != nil && (errors.Is(err, io.EOF) || strings.Contains(err.Error(), "\n")) {
		t.Fatalf("got error %q, want one line that is not io.EOF", err)
	}
	for _, n := range notes {
		if len(n.Text) > 400 || strings.ContainsAny(n.Text, "\n\x00") || n.Offset < 0 || n.Offset > int64(size) {
			t.Fatalf("got note %+q, want one line of at most 400 bytes, and an offset within the %d bytes", n, size)
		}
	}
	return frames, notes, err
}

// copyOf writes frames again as a file and expects to read the same, with canonical NaN.
func copyOf(t *testing.T, i Info, frames []byte) {
	var m memory
	w := NewWriter(&m, Options{Encoding: i.Encoding})
	if err := w.Open(format(int(i.Rate), i.Channels), i.Frames); err != nil {
		return // the bytes per second do not fit in 32 bits
	}
	if err := w.WriteRaw(frames); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(nil); err != nil {
		t.Fatal(err)
	}
	got, _, err := drain(t, bytes.NewReader(m.b), len(m.b))
	if err != nil || !bytes.Equal(got, canonical(frames, i.Encoding)) {
		t.Fatalf("copy: got %d bytes %.20q, error %v, want %d bytes %.20q, no error",
			len(got), got, err, len(frames), canonical(frames, i.Encoding))
	}
}
