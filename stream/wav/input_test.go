package wav

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
)

// TestReadErrors lets the input fail after every byte. The error wraps the cause and not io.EOF, and all whole frames
// are returned before it.
func TestReadErrors(t *testing.T) {
	cause := errors.New("cable unplugged")
	data := ramp(8)
	file := riff(chunk("JUNK", "abc"), mono16, chunk("data", data))
	start := strings.Index(file, "data") + 8
	t.Run("header", func(t *testing.T) {
		for n := range start {
			if _, err := NewReader(broken{strings.NewReader(file[:n]), cause}); !errors.Is(err, cause) {
				t.Errorf("after %d bytes: got error %v, want %v", n, err, cause)
			}
		}
	})
	t.Run("data", func(t *testing.T) {
		for n := start; n < len(file); n++ {
			r, err := NewReader(broken{strings.NewReader(file[:n]), cause})
			if err != nil {
				t.Errorf("after %d bytes: got error %v, want a Reader", n, err)
				continue
			}
			want := data[:(n-start)&^1]
			if got, err := readRaw(r, 1); !errors.Is(err, cause) || string(got) != want {
				t.Errorf("after %d bytes: got %q, error %v, want %q, %v", n, got, err, want, cause)
			}
		}
	})
	wrapped := errors.Join(errors.New("tunnel"), io.EOF)
	t.Run("io.EOF wrapped, data", func(t *testing.T) {
		r, err := NewReader(broken{strings.NewReader(file[:start+2]), wrapped})
		if err != nil {
			t.Fatal(err)
		}
		if _, err = readRaw(r, 4); err == nil || errors.Is(err, io.EOF) {
			t.Errorf("got error %v, want one that does not wrap io.EOF", err)
		}
	})
	t.Run("io.EOF wrapped, header", func(t *testing.T) {
		if _, err := NewReader(broken{strings.NewReader(file[:3]), wrapped}); err == nil || errors.Is(err, io.EOF) {
			t.Errorf("got error %v, want one that does not wrap io.EOF", err)
		}
	})
}

// TestReadErrorsAfterEmptyData: bytes that were peeked after data of size 0 are returned, and then the error that ended
// the peek.
func TestReadErrorsAfterEmptyData(t *testing.T) {
	cause := errors.New("cable unplugged")
	head := "RIFF" + le32(36+48) + "WAVE" + mono16 + claim("data", 0)
	for n := range 12 {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			r, err := NewReader(iotest.DataErrReader(broken{strings.NewReader(head + ramp(n)), cause}))
			if err != nil {
				t.Fatal(err)
			}
			want := ramp(n)[:n&^1]
			if got, err := readRaw(r, 3); !errors.Is(err, cause) || string(got) != want {
				t.Errorf("got %q, error %v, want %q, %v", got, err, want, cause)
			}
			r = open(t, head+ramp(n))
			if got, err := readRaw(r, 3); err != nil || string(got) != want {
				t.Errorf("whole input: got %q, error %v, want %q, no error", got, err, want)
			}
			if got, want := len(r.Notes()), n%2; got != want {
				t.Errorf("whole input: got notes %v, want %d", r.Notes(), want)
			}
		})
	}
}

type stuck struct{ n int }

func (s stuck) Read([]byte) (int, error) { return s.n, nil }

// hesitant returns neither bytes nor an error from every other Read.
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

// sleepy returns neither bytes nor an error from its first Reads.
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

// TestBadReaders: a reader that returns nothing 100 times in a row, or an impossible count, ends with an error. Empty
// reads between others, and an error after the last byte of the data, are not errors.
func TestBadReaders(t *testing.T) {
	for n, want := range map[int]error{99: nil, 100: io.ErrNoProgress} {
		t.Run(fmt.Sprintf("%d empty reads", n), func(t *testing.T) {
			_, err := NewReader(&sleepy{strings.NewReader(riff(mono16, chunk("data", ""))), n})
			if !errors.Is(err, want) {
				t.Errorf("got error %v, want %v", err, want)
			}
		})
	}
	t.Run("no progress", func(t *testing.T) {
		if _, err := NewReader(stuck{}); !errors.Is(err, io.ErrNoProgress) {
			t.Errorf("got error %v, want %v", err, io.ErrNoProgress)
		}
	})
	for _, n := range []int{-1, 1 << 30} {
		t.Run(fmt.Sprintf("returns %d", n), func(t *testing.T) {
			if _, err := NewReader(stuck{n}); err == nil {
				t.Error("got no error, want one")
			}
		})
	}
	file := riff(mono16, chunk("data", ramp(8)))
	t.Run("every other read empty", func(t *testing.T) {
		r, err := NewReader(&hesitant{r: strings.NewReader(file)})
		if err != nil {
			t.Fatalf("NewReader: got error %v, want none", err)
		}
		if got, err := readRaw(r, 1); err != nil || string(got) != ramp(8) {
			t.Errorf("got %q, error %v, want %q, no error", got, err, ramp(8))
		}
	})
	t.Run("error after the data", func(t *testing.T) {
		r, err := NewReader(iotest.DataErrReader(broken{strings.NewReader(file), errors.New("hangs up")}))
		if err != nil {
			t.Fatalf("NewReader: got error %v, want none", err)
		}
		if got, err := readRaw(r, 100); err != nil || len(got) != 8 {
			t.Errorf("got %d bytes, error %v, want 8 bytes, no error", len(got), err)
		}
	})
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

// fakeDevice can seek but has neither position nor size.
type fakeDevice struct{ io.Reader }

// TestSkipping: chunks are skipped by seeking where the input can seek, and by reading where it cannot.
func TestSkipping(t *testing.T) {
	file := "before" + riff(chunk("JUNK", ramp(1<<20+1)), mono16, chunk("data", ramp(8)))
	t.Run("seek", func(t *testing.T) {
		spy := &seekSpy{Reader: bytes.NewReader([]byte(file))}
		if _, err := spy.Seek(6, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		r, err := NewReader(spy)
		if err != nil {
			t.Fatal(err)
		}
		if spy.read > 200 {
			t.Errorf("got %d bytes read to skip a chunk, want at most 200", spy.read)
		}
		if got, want := r.Info().DataOffset, int64(len(file)-6-8); got != want {
			t.Errorf("offset of the data: got %d, want %d", got, want)
		}
		if got, err := readRaw(r, 9); err != nil || string(got) != ramp(8) {
			t.Errorf("data: got %q, error %v, want %q, no error", got, err, ramp(8))
		}
	})
	for _, in := range []io.Reader{fakeSeeker{strings.NewReader(file[6:])}, fakeDevice{strings.NewReader(file[6:])}} {
		t.Run(fmt.Sprintf("%T", in), func(t *testing.T) {
			r, err := NewReader(in)
			if err != nil {
				t.Fatalf("NewReader: got error %v, want none", err)
			}
			if got, err := readRaw(r, 9); err != nil || string(got) != ramp(8) {
				t.Errorf("data: got %q, error %v, want %q, no error", got, err, ramp(8))
			}
		})
	}
	// A seek past the end of a file succeeds, which must not hide that the chunk is cut.
	for cut := 1; cut < 3; cut++ {
		t.Run(fmt.Sprintf("cut by %d", cut), func(t *testing.T) {
			_, err := NewReader(strings.NewReader(riff(mono16, chunk("JUNK", ramp(1<<20)))[:1<<20-cut]))
			if !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), "JUNK") {
				t.Errorf("got error %v, want io.ErrUnexpectedEOF with %q", err, "JUNK")
			}
		})
	}
}

// TestFilesAndPipes: a file of the system and a pipe have the same samples.
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
		t.Run(name, func(t *testing.T) {
			r, err := NewReader(in)
			if err != nil {
				t.Fatalf("NewReader: got error %v, want none", err)
			}
			if got, err := readRaw(r, 7); err != nil || string(got) != ramp(80) {
				t.Errorf("data: got %q, error %v, want %q, no error", got, err, ramp(80))
			}
		})
	}
}
