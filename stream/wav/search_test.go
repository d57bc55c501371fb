package wav

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

// pipeHead returns the header of a pipe with frames of 2, 3 or 6 bytes.
func pipeHead(channels, bits int) string {
	return "RIFF" + le32(-1) + "WAVE" + plainFmt(1, channels, 8000, bits) + claim("data", -1)
}

// TestUnknownSizeEnds: data whose size the header lacks end before chunks that fill the input and before a second file,
// in files and in pipes. Samples that look like chunks remain samples.
func TestUnknownSizeEnds(t *testing.T) {
	list, id3 := chunk("LIST", "INFOIART\x04\x00\x00\x00abcd"), chunk("id3 ", "ID3")
	second := "second RIFF header"
	for _, c := range []struct {
		name           string
		channels, bits int
		data, rest     string
		note           string
		metadata       []string
	}{
		{"nothing follows", 1, 16, ramp(40), "", "", nil},
		{"LIST", 1, 16, ramp(40), list, "", []string{"LIST"}},
		{"LIST and id3", 1, 16, ramp(40), list + id3, "", []string{"LIST", "id3 "}},
		{"no data, LIST", 1, 16, "", list, "", []string{"LIST"}},
		{"odd data, padded", 1, 24, ramp(39), "\x00" + list, "", []string{"LIST"}},
		{"odd data, not padded", 1, 24, ramp(39), list, "", []string{"LIST"}},
		{"LIST of odd size without pad byte", 2, 16, ramp(40), claim("LIST", 5) + "INFOx" + id3, "", []string{"LIST", "id3 "}},
		{"filler", 1, 16, ramp(40), chunk("JUNK", ramp(30)), "", nil},
		{"name of the writer", 1, 16, ramp(40), chunk("LIST", "INFOISFT\x03\x00\x00\x00abc\x00"), "", nil},
		{"id3v1 after LIST", 1, 16, ramp(40), list + "TAG" + ramp(125), "an ID3v1 tag", []string{"LIST"}},
		{"another file", 1, 16, ramp(40), riff(mono16, chunk("data", ramp(8))), second + " at byte 84: not read", nil},
		{"another file, not at a frame", 1, 24, ramp(40), riff(mono16, chunk("data", ramp(8))), second, nil},
		{"another file after LIST", 1, 16, ramp(40), list + pipeHead(1, 16) + ramp(100), second, []string{"LIST"}},
		{"another RF64", 1, 16, ramp(40), "RF64" + pipeHead(1, 16)[4:], "second RF64 header", nil},
		{"part of a frame", 2, 24, ramp(39), "", "3 bytes of an incomplete frame at byte 80", nil},
		{"samples like a chunk", 1, 16, ramp(40) + chunk("cue ", ramp(20)) + ramp(2), "", "", nil},
		{"LIST and zeros", 1, 16, ramp(40), list + strings.Repeat("\x00", 512), "512 bytes after the last chunk, from byte 108 on, all zero", []string{"LIST"}},
		{"LIST and text", 1, 16, ramp(40), list + "some text without a header", "26 bytes after the last chunk, from byte 108 on: not read", []string{"LIST"}},
		{"LIST and 3 bytes", 1, 16, ramp(40), list + "abc", "3 bytes after the last chunk", []string{"LIST"}},
		{"LIST that is cut", 1, 16, ramp(40), list[:20], `chunk "LIST" at byte 84: the input ends after 12 bytes of its 16 bytes: not read`, []string{"LIST"}},
		{"id3v1", 1, 16, ramp(40), "TAG" + ramp(125), "128 bytes after the data, from byte 84 on, an ID3v1 tag: not read", nil},
		{"id3v1, odd data", 1, 24, ramp(39), "TAG" + ramp(125), "128 bytes after the data, from byte 83 on, an ID3v1 tag: not read", nil},
		{"TAG in the samples", 1, 16, ramp(40) + "TAG" + ramp(127), "", "", nil},
		{"APE tag", 1, 16, ramp(40), "APETAGEX" + ramp(60), "68 bytes after the data, from byte 84 on, an APE tag: not read", nil},
		{"id3v2", 2, 16, ramp(40), "ID3\x04\x00\x00\x00\x00\x00\x05hello", "15 bytes after the data, from byte 84 on, an ID3v2 tag: not read", nil},
		{"samples like a chunk that goes on", 1, 16, ramp(40) + claim("LIST", 4000) + ramp(40), "", "", nil},
		{"samples like a chunk, not at a frame", 2, 16, ramp(42) + chunk("LIST", "INFOIART\x06\x00\x00\x00abcdef"), "", "", nil},
		{"beginning of a chunk", 1, 16, ramp(40) + "LIST", "", "", nil},
		{"beginning of a file", 1, 16, ramp(40) + "RIFF1234WA", "", "", nil},
		{"AVI", 1, 16, ramp(40) + "RIFF1234AVI ", "", "", nil},
		{"samples like a chunk before LIST", 1, 16, ramp(40) + "JUNK\x00\x00\x00\x7F" + ramp(2000), list, "", []string{"LIST"}},
		{"samples like a chunk before LIST, stereo", 2, 16, ramp(40) + "JUNK\x00\x00\x00\x7F" + ramp(2000), list, "", []string{"LIST"}},
		{"samples like a chunk before LIST, 24 bits", 1, 24, ramp(42) + "JUNK\x00\x00\x00\x7F" + ramp(2002), list, "", []string{"LIST"}},
		{"large LIST", 1, 16, ramp(40), chunk("LIST", "INFO"+ramp(3<<20)), "", []string{"LIST"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := pipeHead(c.channels, c.bits) + c.data + c.rest
			for kind, in := range map[string]io.Reader{
				"file": strings.NewReader(file), "pipe": onlyReader{strings.NewReader(file)},
				"bytes": iotest.OneByteReader(strings.NewReader(file)), "halves": iotest.HalfReader(strings.NewReader(file)),
			} {
				r, err := NewReader(in)
				if err != nil {
					t.Fatalf("%s: got error %v, want none", kind, err)
				}
				whole := len(c.data) / r.Info().FrameBytes() * r.Info().FrameBytes()
				if got, err := readRaw(r, 5); string(got) != c.data[:whole] || err != nil {
					t.Errorf("%s: got %d bytes %.20q, error %v, want %d bytes %.20q", kind, len(got), got, err, whole, c.data)
				}
				if err := r.ReadRest(); err != nil {
					t.Errorf("%s: ReadRest: got error %v, want none", kind, err)
				}
				if !slices.Equal(r.Metadata(), c.metadata) {
					t.Errorf("%s: metadata: got %q, want %q", kind, r.Metadata(), c.metadata)
				}
				if n := r.Notes(); len(n) > 1 || (len(n) == 1) != (c.note != "") || len(n) == 1 && !strings.Contains(n[0].Text, c.note) {
					t.Errorf("%s: notes: got %q, want %q", kind, n, c.note)
				}
			}
		})
	}
}

// TestUnknownSizeOfFiles: in a file, unlike in a pipe, chunks of any name can end the data, and so can the size of the
// outer chunk unless it covers less than half of the file.
func TestUnknownSizeOfFiles(t *testing.T) {
	outer := func(size int64) string { return "RIFF" + le32(size) + "WAVE" + mono16 + claim("data", 0) }
	for _, c := range []struct {
		name, file string
		want       int // bytes
		note       string
	}{
		{"chunk of no known name", pipeHead(1, 16) + ramp(40) + chunk("what", ramp(8)), 40, ""},
		{"chunks of no known name", pipeHead(1, 16) + ramp(40) + chunk("XMP ", ramp(9)) + chunk("Zork", ""), 40, ""},
		{"bytes after the outer chunk", outer(36+40) + ramp(43), 40, "3 bytes after the data, from byte 84 on: not read"},
		{"outer chunk begun only", outer(36+2) + ramp(40), 40, ""},
		{"outer chunk without data", outer(36) + ramp(40), 40, ""},
		{"outer chunk too long", outer(100) + ramp(40), 40, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := open(t, c.file)
			if got, err := readRaw(r, 5); string(got) != ramp(c.want) || err != nil {
				t.Errorf("got %d bytes, error %v, want %d, no error", len(got), err, c.want)
			}
			if n := r.Notes(); len(n) > 1 || (len(n) == 1) != (c.note != "") || len(n) == 1 && n[0].Text != c.note {
				t.Errorf("notes: got %q, want %q", n, c.note)
			}
		})
	}
}

// TestFollowing: the bytes after data of a known size are reported, in files and in pipes.
func TestFollowing(t *testing.T) {
	data := ramp(40)
	bext := chunk("bext", ramp(602))
	for _, c := range []struct {
		name, rest string
		note       string
		chunks     int // in addition to fmt and data
	}{
		{"nothing", "", "", 0},
		{"chunks", bext + chunk("none", "") + chunk("LIST", "INFO"), "", 3},
		{"odd chunks without pad bytes", claim("LIST", 5) + "INFOx" + claim("bext", 3) + "abc" + chunk("cue ", ramp(28)), "", 3},
		{"even chunk with a pad byte", chunk("LIST", "INFO") + "\x00" + bext, "", 2},
		{"another file", riff(mono16, chunk("data", data)), "second RIFF header at byte 84: not read", 0},
		{"another file after chunks", bext + riff(), "second RIFF header at byte 694: not read", 1},
		{"second data", chunk("data", ramp(6)), "second data chunk at byte 84, of 6 bytes: not read", 1},
		{"id3v1", "TAG" + ramp(125), "128 bytes after the data, from byte 84 on, an ID3v1 tag: not read", 0},
		{"zeros", strings.Repeat("\x00", 500), "500 bytes after the data, from byte 84 on, all zero: not read", 0},
		{"a byte", "a", "1 byte after the data, from byte 84 on: not read", 0},
		{"garbage", "\xFF\x01" + ramp(100000), "100002 bytes after the data, from byte 84 on: not read", 0},
		{"garbage after chunks", bext + "\xFF\x01" + ramp(100), "102 bytes after the last chunk, from byte 694 on: not read", 1},
		{"text", "This is no chunk", "16 bytes after the data, from byte 84 on: not read", 0},
		{"text after a chunk", bext + "This is no chunk", "16 bytes after the last chunk, from byte 694 on: not read", 1},
		{"APE tag", "APETAGEX" + ramp(60), "68 bytes after the data, from byte 84 on, an APE tag: not read", 0},
		{"chunk that is cut", claim("LIST", 50) + "INFO", `chunk "LIST" at byte 84: the input ends after 4 bytes of its 50 bytes: not read`, 1},
		{"chunk of gigabytes", claim("LIST", 1.8e9) + "junk", `chunk "LIST" at byte 84: the input ends after 4 bytes of its 1.8 GB: not read`, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := riff(mono16, chunk("data", data)) + c.rest
			for kind, in := range map[string]io.Reader{
				"file": strings.NewReader(file), "pipe": onlyReader{strings.NewReader(file)},
				"bytes": iotest.OneByteReader(strings.NewReader(file)),
			} {
				r, err := NewReader(in)
				if err != nil {
					t.Fatalf("%s: got error %v, want none", kind, err)
				}
				if got, err := readRaw(r, 5); string(got) != data || err != nil {
					t.Errorf("%s: got %q, error %v, want %q, no error", kind, got, err, data)
				}
				if err := r.ReadRest(); err != nil {
					t.Errorf("%s: ReadRest: got error %v, want none", kind, err)
				}
				if got, want := len(r.Chunks()), 2+c.chunks; got != want {
					t.Errorf("%s: chunks: got %+v, want %d", kind, r.Chunks(), want)
				}
				if n := r.Notes(); len(n) > 1 || (len(n) == 1) != (c.note != "") || len(n) == 1 && n[0].Text != c.note {
					t.Errorf("%s: notes: got %q, want %q", kind, n, c.note)
				}
			}
		})
	}
}

// TestSizeNotBelieved: a size is corrected if the bytes at another size show that it is the right one.
func TestSizeNotBelieved(t *testing.T) {
	list := chunk("LIST", "INFO")
	const more = 1 << 32
	rf64 := func(long uint64, size32 int64) string {
		return "RF64" + le32(-1) + "WAVE" + chunk("ds64", le64(0)+le64(long)+le64(0)+le32(0)) + mono16 + claim("data", size32)
	}
	for _, c := range []struct {
		name, head, end string
		there           int64 // bytes of data, then end
		want            int64
		note            string
	}{
		{"wrapped", riff(mono16) + claim("data", 2000), "", more + 2000, more + 2000, "data size 2000 at byte 40 wrapped at 4 GiB: read as 4294969296"},
		{"wrapped twice, chunk follows", riff(mono16) + claim("data", 2000), list, 2*more + 2000, 2*more + 2000, "wrapped at 4 GiB"},
		{"wrapped, odd", riff(plainFmt(1, 1, 8000, 8)) + claim("data", 2001), "\x00" + list, more + 2001, more + 2001, "wrapped at 4 GiB"},
		{"not wrapped", riff(mono16) + claim("data", 2000), "", more + 1999, 2000, "4294967295 bytes after the data"},
		{"too short by less", riff(mono16) + claim("data", 2000), "", 5000, 2000, "3000 bytes after the data, from byte 2044 on, all zero"},
		{"ds64 is short, 32 bits right", rf64(1000, 2000), list, 2000, 2000, "data size of 1000 bytes in ds64: read as 2000"},
		{"ds64 is right, 32 bits short", rf64(2000, 1000), list, 2000, 2000, ""},
		{"sox size reached", riff(mono16) + claim("data", 0x7FFFF000), list, 0x7FFFF000, 0x7FFFF000, ""},
		{"largest size reached", riff(mono16) + claim("data", 0xFFFFFF00), "", 0xFFFFFF00, 0xFFFFFF00, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			size := int64(len(c.head)) + c.there
			file := sparse{c.head, c.end, size}
			r, err := NewReader(io.NewSectionReader(file, 0, size+int64(len(c.end))))
			if err != nil {
				t.Fatalf("got error %v, want none", err)
			}
			if got := r.Info().DataBytes; got != c.want {
				t.Errorf("bytes of data: got %d, want %d", got, c.want)
			}
			if n := r.Notes(); len(n) > 1 || (len(n) == 1) != (c.note != "") || len(n) == 1 && !strings.Contains(n[0].Text, c.note) {
				t.Errorf("notes: got %q, want %q", n, c.note)
			}
			if n, err := r.ReadRaw(make([]byte, 100)); n != 100 || err != nil {
				t.Errorf("first samples: got %d bytes, error %v, want 100, no error", n, err)
			}
		})
	}
}

// TestFilesAndPipesAgree: chunks of any known kind around data of known and unknown size yield the same samples, notes
// and metadata from a file and from pipes of any cut.
func TestFilesAndPipesAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		channels, bits := rapid.IntRange(1, 3).Draw(t, "channels"), 8*rapid.IntRange(1, 4).Draw(t, "bytes")
		align := channels * bits / 8
		data := ramp(align * rapid.IntRange(0, 300).Draw(t, "frames"))
		some := rapid.Custom(func(t *rapid.T) string {
			id := rapid.SampledFrom(slices.Concat(metadata, structural[3:])).Draw(t, "id")
			payload := string(rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(t, "payload"))
			if len(payload)%2 == 1 && rapid.Bool().Draw(t, "no pad") {
				return claim(id, int64(len(payload))) + payload
			}
			return chunk(id, payload)
		})
		around := rapid.SliceOfN(some, 0, 4)
		size := rapid.SampledFrom([]int64{int64(len(data)), 0xFFFFFFFF, 0x7FFFF000, 0xFFFFFF9B}).Draw(t, "size")
		file := join(around.Draw(t, "before")...)
		if strings.Contains(file, "data") || strings.Contains(file, "fmt ") {
			t.Skip("a payload with an ID in it")
		}
		file = "RIFF" + le32(-1) + "WAVE" + file + plainFmt(1, channels, 8000, bits) + claim("data", size) + data
		rest := join(around.Draw(t, "after")...)
		if len(data)%2 == 1 && rest != "" && align > 1 {
			file += "\x00"
		}
		file += rest
		read := func(in io.Reader) (string, []Note, []string) {
			r, err := NewReader(in)
			if err != nil {
				t.Fatalf("%T: got error %v, want none", in, err)
			}
			b, err := readRaw(r, 50)
			if err != nil {
				t.Fatalf("%T: got error %v, want none", in, err)
			}
			if err := r.ReadRest(); err != nil {
				t.Fatalf("%T: ReadRest: got error %v, want none", in, err)
			}
			return string(b), r.Notes(), r.Metadata()
		}
		want, notes, meta := read(strings.NewReader(file))
		if want != data {
			t.Errorf("file: got %d bytes, want %d", len(want), len(data))
		}
		for _, in := range []io.Reader{onlyReader{strings.NewReader(file)}, iotest.OneByteReader(strings.NewReader(file)),
			iotest.DataErrReader(iotest.HalfReader(strings.NewReader(file)))} {
			got, n, m := read(in)
			if got != want || !slices.Equal(n, notes) || !slices.Equal(m, meta) {
				t.Errorf("%T: got %d bytes, notes %q, metadata %q, want %d, %q, %q as from a file", in, len(got), n, m,
					len(want), notes, meta)
			}
		}
	})
}

// TestUnknownSizeDoesNotWait: samples of unknown size are returned as they arrive.
func TestUnknownSizeDoesNotWait(t *testing.T) {
	pr, pw := io.Pipe()
	go func() {
		io.WriteString(pw, pipeHead(1, 16))
		for i := range 20 {
			io.WriteString(pw, le16(16*i))
		}
	}()
	r, err := NewReader(pr)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		x := make([]float32, 9)
		if n, err := r.Read(x); n != 1 || err != nil || x[0] != float32(16*i)/(1<<15) {
			t.Fatalf("read %d: got %d frames %v, error %v, want 1 of value %v", i, n, x[:n], err, float32(16*i)/(1<<15))
		}
	}
	pr.Close()
}

// TestEmptyData: a size of 0 counts only if a chunk inside the outer one follows.
func TestEmptyData(t *testing.T) {
	data := strings.Repeat("\x40", 8000)
	for _, outer := range []int64{0x7FFFFFFF, 0xFFFFFFF0, 36 + 8000} {
		t.Run(fmt.Sprintf("%#x", outer), func(t *testing.T) {
			file := "RIFF" + le32(outer) + "WAVE" + plainFmt(1, 1, 8000, 8) + claim("data", 0) + data
			for _, in := range []io.Reader{strings.NewReader(file), onlyReader{strings.NewReader(file)}} {
				r, err := NewReader(in)
				if err != nil {
					t.Fatal(err)
				}
				if got, err := readRaw(r, 100); string(got) != data || err != nil {
					t.Errorf("%T: got %d bytes, error %v, want %d, no error", in, len(got), err, len(data))
				}
			}
		})
	}
}

// TestManyFalseChunks: a file full of chunk headers that do not reach its end is read in linear time, as samples.
func TestManyFalseChunks(t *testing.T) {
	data := strings.Repeat(claim("LIST", 8)+claim("JUNK", 0)+claim("bext", 1<<20)+"WAVE", 1<<15)
	for _, in := range []io.Reader{strings.NewReader(pipeHead(1, 16) + data), onlyReader{strings.NewReader(pipeHead(1, 16) + data)},
		onlyReader{strings.NewReader(pipeHead(1, 8) + data)}} {
		r, err := NewReader(in)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		p := make([]byte, 1<<16)
		for err == nil {
			var n int
			n, err = r.ReadRaw(p)
			b.Write(p[:n])
		}
		if err != io.EOF || b.String() != data {
			t.Errorf("%T: got %d bytes, error %v, want %d, %v", in, b.Len(), err, len(data), io.EOF)
		}
	}
}
