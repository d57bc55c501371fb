package wav

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// failing accepts n bytes.
type failing struct {
	n     int
	err   error
	calls int
}

func (f *failing) Write(p []byte) (int, error) {
	f.calls++
	k := min(len(p), f.n)
	f.n -= k
	if k < len(p) {
		return k, f.err
	}
	return k, nil
}

func TestWriteErrors(t *testing.T) {
	full := errors.New("disk full")
	for n := range 44 + 21 + 1 {
		for _, cause := range []error{full, nil} {
			f := &failing{n: n, err: cause}
			w := NewWriter(f, Options{Encoding: pcm.U8})
			err := w.Open(format(8000, 1), 21)
			for range 7 {
				if err == nil {
					err = w.Write(make([]float32, 3))
				}
			}
			if err != nil {
				calls := f.calls
				if w.Write(make([]float32, 3)) == nil || w.WriteRaw(make([]byte, 3)) == nil || f.calls != calls {
					t.Errorf("%d bytes: written on after an error", n)
				}
			}
			closed := w.Close(nil)
			if closed == nil || err != nil && !errors.Is(closed, err) {
				t.Errorf("%d bytes: Write says %v, Close %v", n, err, closed)
			}
			if got, want := w.Stats().Frames, int64(min(max(n-44, 0)/3*3, 18)); got != want { // the last block has the pad byte
				t.Errorf("%d bytes: %d frames counted, want %d", n, got, want)
			}
			if want := cmpOr(cause, io.ErrShortWrite); !errors.Is(closed, want) {
				t.Errorf("%d bytes: %v is not %v", n, closed, want)
			}
		}
	}
}

func cmpOr(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

func TestOutputsThatCannotSeek(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no /dev/null and no O_APPEND semantics to try")
	}
	null, err := os.OpenFile("/dev/null", os.O_WRONLY, 0)
	if err != nil {
		t.Skip(err)
	}
	defer null.Close()
	if w := write(t, null, Options{Encoding: pcm.S16}, format(8000, 1), -1, make([]float32, 5)); w.seeker != nil {
		t.Error("/dev/null taken for a file")
	}

	pr, pw, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	write(t, pw, Options{Encoding: pcm.S16}, format(8000, 1), 5, make([]float32, 5))
	pw.Close()
	if b, err := io.ReadAll(pr); err != nil || len(b) != 54 || strings.Contains(string(b), "JUNK") {
		t.Errorf("pipe: %d bytes, %v", len(b), err)
	}
	pr.Close()

	// A file opened for appending seeks, and writes elsewhere.
	path := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(path, []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	app, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer app.Close()
	write(t, app, Options{Encoding: pcm.S16}, format(8000, 1), -1, make([]float32, 5))
	b, err := os.ReadFile(path)
	if err != nil || !strings.HasPrefix(string(b), "beforeRIFF") {
		t.Fatalf("%q, %v", b, err)
	}
	if got, err := readRaw(open(t, string(b[6:])), 2); err != nil || len(got) != 10 {
		t.Errorf("appended: %d bytes, %v", len(got), err)
	}
	// At its end, or empty, it can be told only when the header is to be completed: that must not pass in silence.
	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := app.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	w := NewWriter(app, Options{Encoding: pcm.S16})
	if err := errors.Join(w.Open(format(8000, 1), -1), w.Write(make([]float32, 5))); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(nil); err == nil || !strings.Contains(err.Error(), "appends") {
		t.Errorf("append: %v", err)
	}
}
