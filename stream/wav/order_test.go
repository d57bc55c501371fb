package wav

import (
	"io"
	"strings"
	"testing"
)

// TestFmtAfterData: the fmt chunk may follow the data if the input can seek.
func TestFmtAfterData(t *testing.T) {
	data := ramp(39)
	for name, c := range map[string]struct{ file, want string }{
		"known size":           {riff(chunk("data", data), plainFmt(1, 1, 8000, 24), chunk("LIST", "INFO")), data},
		"unknown size":         {riff(claim("data", -1)+data+"\x00", plainFmt(1, 1, 8000, 24), chunk("LIST", "INFO")), data},
		"chunks before, after": {riff(chunk("JUNK", "a"), chunk("data", data), chunk("cue ", "abcd"), plainFmt(1, 1, 8000, 24), chunk("LIST", "INFO")), data},
	} {
		t.Run(name, func(t *testing.T) {
			r := open(t, c.file)
			if got, err := readRaw(r, 4); string(got) != c.want || err != nil {
				t.Errorf("got %q, error %v, want %q, no error", got, err, c.want)
			}
			if list := r.Chunks(); list[len(list)-1].ID != "LIST" {
				t.Errorf("chunks: got %+v, want LIST last", list)
			}
			const want = "the input cannot seek"
			if _, err := NewReader(onlyReader{strings.NewReader(c.file)}); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("pipe: got error %v, want one with %q", err, want)
			}
		})
	}
}

// TestTagsInFront: ID3v2 tags before the file are skipped. Offsets count from the first tag.
func TestTagsInFront(t *testing.T) {
	tag := func(flags byte, n int) string {
		return "ID3\x04\x00" + string(flags) + "\x00\x00" + string([]byte{byte(n >> 7), byte(n & 127)}) + ramp(n)
	}
	file := riff(mono16, chunk("data", ramp(40)))
	for _, c := range []struct {
		name, front string
		notes       int
	}{
		{"one", tag(0, 300), 1},
		{"with a footer", tag(0x10, 20) + ramp(10), 1},
		{"two", tag(0, 3) + tag(0, 0), 2},
		{"padded", tag(0, 3) + strings.Repeat("\x00", 500), 1},
		{"size as a plain number", "ID3\x03\x00\x00\x00\x00\x00\xC8" + ramp(200), 1},
		{"size as a plain number below 2^14", "ID3\x03\x00\x00\x00\x00\x01\x10" + ramp(0x110), 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, in := range []io.Reader{strings.NewReader(c.front + file), onlyReader{strings.NewReader(c.front + file)}} {
				r, err := NewReader(in)
				if err != nil {
					t.Fatalf("%T: got error %v, want none", in, err)
				}
				if got, want := r.Info().DataOffset, int64(len(c.front)+44); got != want {
					t.Errorf("%T: offset of the data: got %d, want %d", in, got, want)
				}
				if got, err := readRaw(r, 7); string(got) != ramp(40) || err != nil || len(r.Notes()) != c.notes {
					t.Errorf("%T: got %q, error %v, notes %q, want %q, no error, %d notes", in, got, err, r.Notes(), ramp(40), c.notes)
				}
			}
		})
	}
	t.Run("cut", func(t *testing.T) {
		const want = "ends inside an ID3v2 tag of 310 bytes"
		if _, err := NewReader(strings.NewReader(tag(0, 300)[:100])); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got error %v, want %q", err, want)
		}
	})
	t.Run("FLAC follows", func(t *testing.T) {
		if _, err := NewReader(strings.NewReader(tag(0, 9) + "fLaC00000000")); err == nil || !strings.Contains(err.Error(), "FLAC") {
			t.Errorf("got error %v, want one that names FLAC", err)
		}
	})
}
