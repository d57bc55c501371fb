package wav

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
)

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

// seekSpy counts the bytes read.
type seekSpy struct {
	*bytes.Reader
	read int
}

func (s *seekSpy) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	s.read += n
	return n, err
}

// fakeSeeker is a pipe with a Seek that fails, like os.Stdin.
type fakeSeeker struct{ io.Reader }

// fakeDevice can seek, and has neither position nor size.
type fakeDevice struct{ io.Reader }

func TestSkipping(t *testing.T) {
	file := "before" + riff(chunk("JUNK", ramp(1<<20+1)), mono16, chunk("data", ramp(8)))
	spy := &seekSpy{Reader: bytes.NewReader([]byte(file))}
	if _, err := spy.Seek(6, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	r, err := NewReader(spy)
	if err != nil {
		t.Fatal(err)
	}
	if spy.read > 200 {
		t.Errorf("%d bytes read to skip a chunk", spy.read)
	}
	if want := int64(len(file) - 6 - 8); r.Info().DataOffset != want {
		t.Errorf("data at %d, want %d", r.Info().DataOffset, want)
	}
	if got, err := readRaw(r, 9); err != nil || string(got) != ramp(8) {
		t.Errorf("after seeking: %q, %v", got, err)
	}
	for _, in := range []io.Reader{fakeSeeker{strings.NewReader(file[6:])}, fakeDevice{strings.NewReader(file[6:])}} {
		r, err = NewReader(in)
		if err != nil {
			t.Fatalf("%T: %v", in, err)
		}
		if got, err := readRaw(r, 9); err != nil || string(got) != ramp(8) {
			t.Errorf("%T: %q, %v", in, got, err)
		}
	}
	// A seek goes past the end of a file without complaint; that must not hide that the chunk is cut.
	for cut := 1; cut < 3; cut++ {
		_, err := NewReader(strings.NewReader(riff(mono16, chunk("JUNK", ramp(1<<20)))[:1<<20-cut]))
		if !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), "JUNK") {
			t.Errorf("cut chunk: %v", err)
		}
	}
}

func TestFilesAndPipes(t *testing.T) {
	file := riff(chunk("JUNK", ramp(100000)), mono16, chunk("data", ramp(80)))
	path := filepath.Join(t.TempDir(), "a.wav")
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	disk, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer disk.Close()
	pr, pw, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer pr.Close()
	go func() {
		io.WriteString(pw, file)
		pw.Close()
	}()
	for name, in := range map[string]io.Reader{"file": disk, "pipe": pr} {
		r, err := NewReader(in)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got, err := readRaw(r, 7); err != nil || string(got) != ramp(80) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}
