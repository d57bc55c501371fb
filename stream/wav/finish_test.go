package wav

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// TestCloseWithCause: a file that is closed with a cause reads as truncated if its output can seek or more frames were
// announced than came.
func TestCloseWithCause(t *testing.T) {
	cause := errors.New("cancelled")
	for _, c := range []struct {
		announced int64
		seekable  bool
		shows     bool
	}{
		{-1, true, true}, {2000, true, true}, {999, true, true}, {1000, true, true}, {0, true, true},
		{2000, false, true}, {1000, false, false}, {-1, false, false},
	} {
		t.Run(fmt.Sprintf("%d/seekable=%v", c.announced, c.seekable), func(t *testing.T) {
			for _, limit := range []int64{riffLimit, 300} {
				for _, f := range []pcm.Format{pcm.U8, pcm.S16, pcm.F32} {
					var m memory
					var out io.Writer = &m
					if !c.seekable {
						out = onlyWriter{&m}
					}
					w := NewWriter(out, Options{Encoding: f})
					w.limit = limit
					err := errors.Join(w.Open(format(8000, 1), c.announced), w.Write(make([]float32, 1000)))
					if err != nil {
						t.Fatal(err)
					}
					if err := errors.Join(w.Close(cause), w.Close(nil)); err != nil {
						t.Errorf("%v, limit %d: Close: got error %v, want none", f, limit, err)
					}
					r := open(t, string(m.b))
					_, err = readRaw(r, 100)
					if got := errors.Is(err, io.ErrUnexpectedEOF); got != c.shows {
						t.Errorf("%v, limit %d: read back: got error %v, truncated %v, want %v", f, limit, err, got, c.shows)
					}
					if c.shows && r.Info().Frames <= 1000 {
						t.Errorf("%v, limit %d: got %d frames promised, want more than 1000", f, limit, r.Info().Frames)
					}
				}
			}
		})
	}
}

// fullDisk takes n bytes, and beyond them only what overwrites them.
type fullDisk struct {
	memory
	n   int64
	err error
}

func (d *fullDisk) Write(p []byte) (int, error) {
	if d.pos+int64(len(p)) > d.n {
		k, _ := d.memory.Write(p[:max(d.n-d.pos, 0)])
		return k, d.err
	}
	return d.memory.Write(p)
}

// TestCloseAfterFailedWrite: Close changes the header even if nothing more can be added to the file. An error in doing
// so is returned, unless Write returned one before.
func TestCloseAfterFailedWrite(t *testing.T) {
	t.Run("header can be changed", func(t *testing.T) {
		d := &fullDisk{n: 1000, err: errors.New("disk full")}
		w := NewWriter(d, Options{Encoding: pcm.U8})
		if err := w.Open(format(8000, 1), -1); err != nil {
			t.Fatal(err)
		}
		err := w.WriteRaw(make([]byte, blockBytes))
		if !errors.Is(err, d.err) {
			t.Fatalf("WriteRaw: got error %v, want %v", err, d.err)
		}
		if err := w.Close(err); err != nil {
			t.Errorf("Close: got error %v, want none", err)
		}
		if got, err := readRaw(open(t, string(d.b)), 100); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("read back %d bytes, error %v, want %v", len(got), err, io.ErrUnexpectedEOF)
		}
	})
	t.Run("header cannot be changed", func(t *testing.T) {
		d := &fullDisk{n: 1 << 20, err: errors.New("disk full")}
		w := NewWriter(d, Options{Encoding: pcm.U8})
		if err := w.Open(format(8000, 1), -1); err != nil {
			t.Fatal(err)
		}
		d.n = 0
		if err := w.Close(errors.New("cancelled")); !errors.Is(err, d.err) {
			t.Errorf("Close: got error %v, want %v", err, d.err)
		}
	})
}

// calls keeps what each Write got.
type calls struct{ got []string }

func (c *calls) Write(p []byte) (int, error) {
	c.got = append(c.got, string(p))
	return len(p), nil
}

// TestPadComesWithLastBlock: the pad byte is written to a pipe together with the last announced frames, since the
// reader may have left before Close.
func TestPadComesWithLastBlock(t *testing.T) {
	for _, frames := range []int{1, 301, blockBytes - 1, blockBytes + 1, 3*blockBytes + 7} {
		for _, raw := range []bool{false, true} {
			t.Run(fmt.Sprintf("%d/raw=%v", frames, raw), func(t *testing.T) {
				for _, n := range []int{100, blockBytes - 1, blockBytes, blockBytes + 1, frames} {
					checkPad(t, frames, n, raw)
				}
			})
		}
	}
}

// checkPad writes frames of one byte to a pipe, n at a time.
func checkPad(t *testing.T, frames, n int, raw bool) {
	t.Helper()
	var out calls
	w := NewWriter(&out, Options{Encoding: pcm.U8})
	if err := w.Open(format(8000, 1), int64(frames)); err != nil {
		t.Fatal(err)
	}
	for left := frames; left > 0; {
		k := min(n, left)
		var err error
		if raw {
			err = w.WriteRaw([]byte(strings.Repeat("\x80", k)))
		} else {
			err = w.Write(make([]float32, k))
		}
		if err != nil {
			t.Fatal(err)
		}
		left -= k
	}
	before := len(out.got)
	if err := errors.Join(w.Write(nil), w.WriteRaw(nil), w.Close(nil)); err != nil {
		t.Fatal(err)
	}
	got, want := strings.Join(out.got[1:], ""), strings.Repeat("\x80", frames)+"\x00"
	if got != want {
		t.Errorf("blocks of %d: got %d bytes that end with %q, want %d, all \\x80 and then the pad byte",
			n, len(got), got[max(len(got)-9, 0):], len(want))
	}
	if got := len(out.got) - before; got != 0 {
		t.Errorf("blocks of %d: got %d writes by Close, want 0", n, got)
	}
	if got := len(out.got[len(out.got)-1]); got < 2 {
		t.Errorf("blocks of %d: got a last write of %d bytes, want at least 2", n, got)
	}
}

// TestAnnouncedWrongly: Close fails if a pipe got another number of frames than Open announced.
func TestAnnouncedWrongly(t *testing.T) {
	for _, n := range []int64{0, 4, 6} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			var b bytes.Buffer
			w := NewWriter(&b, Options{Encoding: pcm.S16})
			err := errors.Join(w.Open(format(8000, 1), n), w.Write(make([]float32, 5)))
			if err != nil {
				t.Fatal(err)
			}
			const want = "5 frames written"
			if err := w.Close(nil); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("Close: got error %v, want %q", err, want)
			}
		})
	}
}

// TestCloseAllocatesNothing compares whole files with files that are opened only.
func TestCloseAllocatesNothing(t *testing.T) {
	x := make([]float32, 999)
	count := func(whole bool) float64 {
		return testing.AllocsPerRun(100, func() {
			w := NewWriter(&sink{}, Options{Encoding: pcm.U8})
			err := w.Open(format(8000, 1), -1)
			if whole && err == nil {
				if err = w.Write(x); err == nil {
					err = w.Close(nil)
				}
			}
			if err != nil {
				t.Fatal(err)
			}
		})
	}
	if got, want := count(true), count(false); got != want {
		t.Errorf("got %v allocations by Open, Write and Close, want the %v of Open", got, want)
	}
}

// TestOutputsThatCannotSeek: /dev/null and pipes are written to without seeking. A file that is opened for appending
// can seek but writes at its end: the header then has unknown sizes, or completing it fails.
func TestOutputsThatCannotSeek(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no /dev/null and no O_APPEND semantics to try")
	}
	s16 := Options{Encoding: pcm.S16}
	t.Run("null", func(t *testing.T) {
		null, err := os.OpenFile("/dev/null", os.O_WRONLY, 0)
		if err != nil {
			t.Skip(err)
		}
		defer null.Close()
		if w := write(t, null, s16, format(8000, 1), -1, make([]float32, 5)); w.seeker != nil {
			t.Errorf("seeker: got %T, want none", w.seeker)
		}
	})
	t.Run("pipe", func(t *testing.T) {
		pr, pw, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer pr.Close()
		write(t, pw, s16, format(8000, 1), 5, make([]float32, 5))
		pw.Close()
		if b, err := io.ReadAll(pr); err != nil || len(b) != 54 || strings.Contains(string(b), "JUNK") {
			t.Errorf("got %d bytes %q, error %v, want 54 without JUNK, no error", len(b), b, err)
		}
	})
	path := filepath.Join(t.TempDir(), "log")
	appending := func(t *testing.T, before string) *os.File {
		t.Helper()
		if err := os.WriteFile(path, []byte(before), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return f
	}
	t.Run("append", func(t *testing.T) {
		write(t, appending(t, "before"), s16, format(8000, 1), -1, make([]float32, 5))
		b, err := os.ReadFile(path)
		if err != nil || !strings.HasPrefix(string(b), "beforeRIFF") {
			t.Fatalf("file: got %q, error %v, want %q first, no error", b, err, "beforeRIFF")
		}
		if got, err := readRaw(open(t, string(b[6:])), 2); err != nil || len(got) != 10 {
			t.Errorf("read back %d bytes, error %v, want 10, no error", len(got), err)
		}
	})
	// An empty file shows only when the header is completed that it is appended to.
	t.Run("append to nothing", func(t *testing.T) {
		w := NewWriter(appending(t, ""), s16)
		if err := errors.Join(w.Open(format(8000, 1), -1), w.Write(make([]float32, 5))); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(nil); err == nil || !strings.Contains(err.Error(), "appends") {
			t.Errorf("Close: got error %v, want %q", err, "appends")
		}
	})
}
