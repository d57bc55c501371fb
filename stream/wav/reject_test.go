package wav

import (
	"errors"
	"io"
	"math"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
)

// TestRejects lists inputs that have no samples to give, and what the one line about each must say.
func TestRejects(t *testing.T) {
	replaced := func(old, new string) string {
		return strings.Replace(riff(mono16, chunk("data", ramp(8))), old, new, 1)
	}
	codec := func(tag, bits int) string { return riff(plainFmt(tag, 1, 8000, bits), chunk("data", ramp(8))) }
	rf64 := func(data uint64) string {
		return "RF64\xFF\xFF\xFF\xFFWAVE" + chunk("ds64", le64(1<<40)+le64(data)+le64(0)+le32(0)) + mono16 + claim("data", unknown32)
	}
	for _, c := range []struct{ name, file, want string }{
		{"empty", "", "empty input"},
		{"one byte", "r", "begins with the bytes 72"},
		{"short, not WAVE", "RIFF\x00\x00\x10\x00AV", "begins with the bytes 52"},
		{"text", "hello, world of audio", "68 65 6c 6c 6f"},
		{"id3", "ID3\x04\x00\x00\x00\x00\x00\x00\x00\x00", "MP3"},
		{"mp3 frame", "\xFF\xFB\x90\x64aaaaaaaaaaaa", "MP3"},
		{"aac", "\xFF\xF1\x50\x80aaaaaaaaaaaa", "AAC"},
		{"flac", "fLaC\x00\x00\x00\x22\x10\x00\x10\x00", "FLAC"},
		{"ogg", "OggS\x00\x02\x00\x00\x00\x00\x00\x00", "Ogg"},
		{"aiff", "FORM\x00\x00\x10\x00AIFF", "AIFF"},
		{"aifc", "FORM\x00\x00\x10\x00AIFC", "AIFF"},
		{"rifx", "RIFX\x00\x00\x10\x00WAVE", "big-endian"},
		{"mp4", "\x00\x00\x00\x20ftypM4A ", "MP4"},
		{"avi", "RIFF\x00\x00\x10\x00AVI ", `"AVI "`},
		{"wave64", "riff\x2E\x91\xCF\x11\xA5\xD6\x28\xDB", "Wave64"},
		{"only RIFF", "RIFF", "ends at byte 4"},
		{"half a head", "RIFF\x00\x00\x10\x00WAV", "ends at byte 11"},

		{"a-law", codec(6, 8), "A-law"},
		{"mu-law", codec(7, 8), "mu-law"},
		{"ms adpcm", codec(2, 4), "Microsoft ADPCM"},
		{"ima adpcm", codec(0x11, 4), "IMA ADPCM"},
		{"gsm", codec(0x31, 0), "GSM"},
		{"mp3 in wav", codec(0x55, 0), "MP3"},
		{"unknown tag", codec(0x1234, 16), "0x1234"},
		{"convert", codec(0x1234, 16), "ffmpeg"},
		{"pcm 64", codec(1, 64), "64-bit integer PCM"},
		{"pcm 0", codec(1, 0), "0-bit integer PCM"},
		{"float 16", codec(3, 16), "16-bit float"},
		{"extensible a-law", riff(extFmt(6, 1, 8000, 8, 8, 0), chunk("data", ramp(8))), "A-law"},
		{"foreign guid", strings.Replace(riff(extFmt(1, 1, 8000, 16, 16, 0)), "\x38\x9B\x71", "\x38\x9B\x72", 1), "GUID"},
		{"extensible, short", riff(chunk("fmt ", le16(0xFFFE)+mono16[10:]), chunk("data", ramp(8))), "too short"},
		{"extensible, cbSize 0", strings.Replace(riff(extFmt(1, 1, 8000, 16, 16, 0)), le16(22), le16(0), 1), "too short"},
		{"valid bits", riff(extFmt(1, 1, 8000, 16, 17, 0), chunk("data", "")), "17 valid bits"},

		{"short fmt", riff(chunk("fmt ", mono16[8:22]), chunk("data", "")), "14 bytes long"},
		{"align", replaced(le16(2)+le16(16), le16(3)+le16(16)), "3 bytes per frame"},
		{"24 bits in 4 bytes", strings.Replace(riff(plainFmt(1, 2, 8000, 24), chunk("data", ramp(8))), le16(6)+le16(24), le16(8)+le16(24), 1),
			"24 bits in 4 bytes"},
		{"16 bits in 4 bytes", replaced(le16(2)+le16(16), le16(4)+le16(16)), "4 bytes per frame"},
		{"no channels", replaced(le16(1)+le16(1), le16(1)+le16(0)), "0 channels"},
		{"too many channels", riff(plainFmt(1, 1025, 8000, 16), chunk("data", "")), "1025 channels"},
		{"rate 0", replaced(le32(8000), le32(0)), "sample rate 0"},
		{"data before fmt", riff(chunk("data", ramp(8)), mono16), "before any fmt"},
		{"no data", riff(mono16, chunk("LIST", "abcd")), "no data chunk"},
		{"no chunks", riff(), "no fmt and no data chunk"},
		{"chunks without end", riff(mono16, strings.Repeat(chunk("none", ""), maxHeaderChunks+1), chunk("data", "")), "no data chunk among"},
		{"short ds64", strings.Replace(riff(chunk("ds64", ramp(20)), mono16), "RIFF", "RF64", 1), "20 bytes long"},
		{"ds64 size 2^63", rf64(1 << 63), "out of range"},
		{"ds64 size too great for its place", rf64(math.MaxInt64 - 10), "out of range"},

		{"cut chunk header", riff(mono16, "dat"), "in a chunk header"},
		{"cut data header", riff(mono16, "data\x00\x00"), "in a chunk header"},
		{"cut fmt", riff(mono16[:20]), "in the fmt chunk"},
		{"cut fmt tail", riff(claim("fmt ", 600) + mono16[8:] + ramp(50)), `"fmt " of 600 bytes`},
		{"cut junk", riff(claim("JUNK", 100000) + ramp(500)), `"JUNK" of 100000 bytes`},
		{"cut ds64", strings.Replace(riff(claim("ds64", 28)+ramp(9)), "RIFF", "RF64", 1), "in the ds64 chunk"},
		{"huge fmt", riff(claim("fmt ", math.MaxUint32) + mono16[8:] + ramp(2000)), `"fmt " of 4294967295`},
		{"huge junk", riff(claim("JUNK", math.MaxUint32) + ramp(2000)), "JUNK"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, r := range []io.Reader{strings.NewReader(c.file), onlyReader{strings.NewReader(c.file)},
				iotest.DataErrReader(iotest.OneByteReader(strings.NewReader(c.file)))} {
				_, err := NewReader(r)
				if err == nil {
					t.Fatal("no error")
				}
				if errors.Is(err, io.EOF) || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), c.want) {
					t.Errorf("%T: error %q, want one line with %q", r, err, c.want)
				}
			}
		})
	}
}

// TestCutOuter: a file cut inside its first bytes is one, and not something else.
func TestCutOuter(t *testing.T) {
	for _, kind := range []string{"RIFF", "RF64", "BW64"} {
		file := kind + le32(-1) + "WAVE"
		for n := 1; n < 12; n++ {
			_, err := NewReader(onlyReader{strings.NewReader(file[:n])})
			_, scanErr := Scan(strings.NewReader(file[:n]), int64(n))
			for _, err := range []error{err, scanErr} {
				if !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), "truncated WAV header: input ends at byte "+strconv.Itoa(n)+" ") {
					t.Errorf("%q: %v", file[:n], err)
				}
			}
		}
	}
}

func TestUnsupportedError(t *testing.T) {
	_, err := NewReader(strings.NewReader(riff(extFmt(7, 1, 8000, 8, 8, 0))))
	var u *UnsupportedError
	if !errors.As(err, &u) || *u != (UnsupportedError{Tag: 7, Bits: 8, Name: "mu-law"}) {
		t.Errorf("got %#v", err)
	}
}

// TestClaimsAllocateNothing: what a header claims is not what is allocated.
func TestClaimsAllocateNothing(t *testing.T) {
	for _, file := range []string{
		riff(claim("fmt ", math.MaxUint32) + mono16[8:] + ramp(2000)),
		riff(claim("LIST", math.MaxUint32) + ramp(2000)),
		riff(mono16, claim("data", 0xFFFFFFF0)+ramp(2000)),
		"RF64" + le32(-1) + "WAVE" + claim("ds64", 0xFFFFFFF0) + ramp(2000),
		"RF64" + le32(-1) + "WAVE" + chunk("ds64", le64(1<<62)+le64(1<<62)+le64(1<<62)+le32(-1)) + mono16 + claim("data", -1) + ramp(2000),
	} {
		for _, r := range []io.Reader{strings.NewReader(file), onlyReader{strings.NewReader(file)}} {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			rd, err := NewReader(r)
			if err == nil {
				p := make([]byte, 1000)
				for err == nil {
					_, err = rd.ReadRaw(p)
				}
			}
			runtime.ReadMemStats(&after)
			if got := after.TotalAlloc - before.TotalAlloc; got > 200<<10 {
				t.Errorf("%.12q: %d bytes allocated", file, got)
			}
		}
	}
}

// broken fails after n bytes.
type broken struct {
	r   io.Reader
	err error
}

func (b broken) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if err == io.EOF {
		err = b.err
	}
	return n, err
}

// TestReadErrors lets the input fail at every byte: the cause is kept, whole frames come first, io.EOF never comes.
func TestReadErrors(t *testing.T) {
	cause := errors.New("cable unplugged")
	data := ramp(8)
	file := riff(chunk("JUNK", "abc"), mono16, chunk("data", data))
	start := strings.Index(file, "data") + 8
	for n := range len(file) {
		r, err := NewReader(broken{strings.NewReader(file[:n]), cause})
		if n < start {
			if !errors.Is(err, cause) {
				t.Errorf("after %d bytes: %v", n, err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		got, err := readRaw(r, 1)
		if !errors.Is(err, cause) || string(got) != data[:(n-start)&^1] {
			t.Errorf("after %d bytes: %q, %v", n, got, err)
		}
	}
	wrapped := errors.Join(errors.New("tunnel"), io.EOF)
	r, err := NewReader(broken{strings.NewReader(file[:start+2]), wrapped})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = readRaw(r, 4); err == nil || errors.Is(err, io.EOF) {
		t.Errorf("an error that wraps io.EOF became %v", err)
	}
	if _, err := NewReader(broken{strings.NewReader(file[:3]), wrapped}); errors.Is(err, io.EOF) {
		t.Errorf("an error that wraps io.EOF became %v", err)
	}
}

// TestReadErrorsBehindEmptyData: what is read ahead is not lost, nor is why no more came.
func TestReadErrorsBehindEmptyData(t *testing.T) {
	cause := errors.New("cable unplugged")
	head := "RIFF" + le32(36+48) + "WAVE" + mono16 + claim("data", 0)
	for n := range 12 {
		r, err := NewReader(iotest.DataErrReader(broken{strings.NewReader(head + ramp(n)), cause}))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := readRaw(r, 3); !errors.Is(err, cause) || string(got) != ramp(n)[:n&^1] {
			t.Errorf("after %d bytes: %q, %v", n, got, err)
		}
		_, err = readRaw(open(t, head+ramp(n)), 3)
		if errors.Is(err, io.ErrUnexpectedEOF) != (n%2 == 1) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
}

type stuck struct{ n int }

func (s stuck) Read([]byte) (int, error) { return s.n, nil }

// hesitant returns nothing, and no error, every other time.
type hesitant struct {
	r     io.Reader
	calls int
}

func (h *hesitant) Read(p []byte) (int, error) {
	if h.calls++; h.calls%2 == 1 {
		return 0, nil
	}
	return h.r.Read(p)
}

// sleepy returns nothing, and no error, before it begins.
type sleepy struct {
	r     io.Reader
	empty int
}

func (s *sleepy) Read(p []byte) (int, error) {
	if s.empty > 0 {
		s.empty--
		return 0, nil
	}
	return s.r.Read(p)
}

func TestBadReaders(t *testing.T) {
	for n, want := range map[int]error{99: nil, 100: io.ErrNoProgress} {
		if _, err := NewReader(&sleepy{strings.NewReader(riff(mono16, chunk("data", ""))), n}); !errors.Is(err, want) {
			t.Errorf("%d empty reads: %v, want %v", n, err, want)
		}
	}
	if _, err := NewReader(stuck{}); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("reader without progress: %v", err)
	}
	for _, n := range []int{-1, 1 << 30} {
		if _, err := NewReader(stuck{n}); err == nil {
			t.Errorf("reader that returns %d: no error", n)
		}
	}
	r, err := NewReader(&hesitant{r: strings.NewReader(riff(mono16, chunk("data", ramp(8))))})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := readRaw(r, 1); err != nil || string(got) != ramp(8) {
		t.Errorf("hesitant reader: %q, %v", got, err)
	}
	// An error together with or after the last byte of the data is not ours: all that was promised has come.
	file := riff(mono16, chunk("data", ramp(8)))
	r, err = NewReader(iotest.DataErrReader(broken{strings.NewReader(file), errors.New("hangs up")}))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := readRaw(r, 100); err != nil || len(got) != 8 {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}
