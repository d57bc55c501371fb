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

// TestCloseWithCause: a file that is closed with a cause reads as truncated if its output can seek or fewer frames were
// written than announced. It is not a WAV file if its header has no room for a larger number of frames.
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
					if c.announced == 0 && limit == 300 {
						if _, err := NewReader(bytes.NewReader(m.b)); err == nil || !strings.Contains(err.Error(), "not a WAV file") {
							t.Errorf("%v, limit %d: NewReader: got error %v, want %q", f, limit, err, "not a WAV file")
						}
						continue
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

// fullDisk accepts n bytes, and then only writes that overwrite them.
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

// TestCloseAfterFailedWrite: Close changes the header even if the file cannot grow. It returns an error of that, unless
// Write returned one before.
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

// calls records the bytes of each Write.
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

// TestAnnouncedWrongly: Close fails if a pipe got a number of frames that differs from the announced one.
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

// TestFewerOrMoreThanAnnounced: Close corrects the header of a file that can seek. A RIFF file that would have to
// become RF64 has no room for that: Close fails, and the header says that the size is unknown.
func TestFewerOrMoreThanAnnounced(t *testing.T) {
	for _, c := range []struct {
		announced, frames int64
		kind              Container
		fails             bool
	}{
		{200, 201, RIFF, false}, {200, 199, RIFF, false}, {200, 0, RIFF, false}, {0, 256, RIFF, false},
		{257, 258, RF64, false}, {1001, 257, RF64, false}, {1001, 201, RIFF, false}, {1001, 0, RIFF, false},
		{256, 257, RIFF, true}, {0, 999, RIFF, true},
	} {
		t.Run(fmt.Sprintf("%d/%d", c.announced, c.frames), func(t *testing.T) {
			var m memory
			w := NewWriter(&m, Options{Encoding: pcm.U8})
			w.limit = 36 + 256
			data := ramp(int(c.frames))
			if err := errors.Join(w.Open(format(8000, 1), c.announced), w.WriteRaw([]byte(data))); err != nil {
				t.Fatal(err)
			}
			err := w.Close(nil)
			if want := fmt.Sprintf("%d frames written, %d announced", c.frames, c.announced); c.fails {
				if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "no room for 64-bit sizes") {
					t.Errorf("Close: got error %v, want %q", err, want)
				}
				if !strings.HasPrefix(string(m.b), "RIFF"+le32(-1)) || !strings.Contains(string(m.b), claim("data", -1)) {
					t.Errorf("header: got %q, want sizes of 0xFFFFFFFF", m.b[:44])
				}
			} else if err != nil {
				t.Errorf("Close: got error %v, want none", err)
			}
			if m.pos != int64(len(m.b)) {
				t.Errorf("position: got %d, want %d, the end", m.pos, len(m.b))
			}
			r := open(t, string(m.b))
			got, err := readRaw(r, 100)
			if err != nil || string(got) != data || r.Info().Container != c.kind {
				t.Errorf("read back %d bytes, %v, error %v, want %d, %v, no error", len(got), r.Info().Container, err, c.frames, c.kind)
			}
			if want := c.frames; !c.fails && want > 0 && r.Info().Frames != want {
				t.Errorf("header: got %d frames, want %d", r.Info().Frames, want)
			}
		})
	}
}

// TestCauseNearPlaceholders: the header of a file that is closed with a cause announces no size that readers treat as
// "unknown".
func TestCauseNearPlaceholders(t *testing.T) {
	for _, c := range []struct {
		announced, frames, want int64
		kind                    Container
	}{
		{-1, 0x7FFE0000, 0x7FFE0001, RIFF},
		{-1, 0x7FFEFFFF, 0x80000001, RIFF},
		{0x7FFFFFFF, 100, 0x80000001, RIFF},
		{0x80000001, 0x80000000, 0x80000001, RIFF},
		{-1, 0x80000000, 0x80000001, RIFF},
		{-1, 0xFFFF0000, 1 << 32, RF64},
		{1 << 33, 0xFFFF0000, 1 << 33, RF64},
	} {
		t.Run(fmt.Sprintf("%d/%#x", c.announced, c.frames), func(t *testing.T) {
			var s sink
			w := NewWriter(&s, Options{Encoding: pcm.U8})
			if err := w.Open(format(8000, 1), c.announced); err != nil {
				t.Fatal(err)
			}
			w.frames = c.frames
			if err := w.Close(errors.New("cancelled")); err != nil {
				t.Errorf("Close: got error %v, want none", err)
			}
			r := open(t, string(s.head[:]))
			if i := r.Info(); i.DataBytes != c.want || i.Container != c.kind {
				t.Errorf("header: got %d bytes, %v, want %d, %v", i.DataBytes, i.Container, c.want, c.kind)
			}
		})
	}
	t.Run("no room", func(t *testing.T) {
		var s sink
		w := NewWriter(&s, Options{Encoding: pcm.U8})
		if err := w.Open(format(8000, 1), 0xFFFF0000); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(errors.New("cancelled")); err != nil {
			t.Errorf("Close: got error %v, want none", err)
		}
		if got, want := string(s.head[:44]), strings.Repeat("\x00", 44); got != want {
			t.Errorf("header: got %q, want zeros", got)
		}
	})
}

// TestCloseAllocatesNothing compares whole files with files that are only opened.
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
	// Only completing the header shows that an empty file is open for appending.
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
