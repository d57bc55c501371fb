package wav

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// TestCloseWithCause: where anything can show that a file is not complete, something does.
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
					t.Errorf("%+v: %v", c, err)
				}
				r := open(t, string(m.b))
				if _, err := readRaw(r, 100); errors.Is(err, io.ErrUnexpectedEOF) != c.shows || c.shows && r.Frames() <= 1000 {
					t.Errorf("%+v, %v: %d frames promised, read back with %v", c, f, r.Frames(), err)
				}
			}
		}
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

// TestCloseAfterFailedWrite: the header is reached even if nothing more can be added to the file.
func TestCloseAfterFailedWrite(t *testing.T) {
	d := &fullDisk{n: 1000, err: errors.New("disk full")}
	w := NewWriter(d, Options{Encoding: pcm.U8})
	if err := w.Open(format(8000, 1), -1); err != nil {
		t.Fatal(err)
	}
	err := w.WriteRaw(make([]byte, blockBytes))
	if !errors.Is(err, d.err) {
		t.Fatal(err)
	}
	if err := w.Close(err); err != nil {
		t.Error(err)
	}
	if got, err := readRaw(open(t, string(d.b)), 100); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	// What keeps the header from being corrected is told, unless it is told already.
	d = &fullDisk{n: 1 << 20, err: errors.New("disk full")}
	w = NewWriter(d, Options{Encoding: pcm.U8})
	if err := w.Open(format(8000, 1), -1); err != nil {
		t.Fatal(err)
	}
	d.n = 0
	if err := w.Close(errors.New("cancelled")); !errors.Is(err, d.err) {
		t.Errorf("header not corrected: %v", err)
	}
}

// calls keeps what each Write got.
type calls struct{ got []string }

func (c *calls) Write(p []byte) (int, error) {
	c.got = append(c.got, string(p))
	return len(p), nil
}

// TestPadComesWithLastBlock: who reads a pipe and knows its size may have left before Close.
func TestPadComesWithLastBlock(t *testing.T) {
	for _, frames := range []int{1, 301, blockBytes - 1, blockBytes + 1, 3*blockBytes + 7} {
		for _, raw := range []bool{false, true} {
			for _, n := range []int{100, blockBytes - 1, blockBytes, blockBytes + 1, frames} {
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
				last := out.got[len(out.got)-1]
				if want := strings.Repeat("\x80", frames) + "\x00"; strings.Join(out.got[1:], "") != want {
					t.Errorf("%d frames by %d, raw %v: other bytes", frames, n, raw)
				}
				if len(out.got) != before || len(last) < 2 {
					t.Errorf("%d frames by %d, raw %v: last write of %d bytes, %d by Close", frames, n, raw, len(last), len(out.got)-before)
				}
			}
		}
	}
}

func TestAnnouncedWrongly(t *testing.T) {
	for _, n := range []int64{0, 4, 6} {
		var b bytes.Buffer
		w := NewWriter(&b, Options{Encoding: pcm.S16})
		err := errors.Join(w.Open(format(8000, 1), n), w.Write(make([]float32, 5)))
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Close(nil); err == nil || !strings.Contains(err.Error(), "5 frames written") {
			t.Errorf("%d announced: %v", n, err)
		}
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
	if opened, closed := count(false), count(true); opened != closed {
		t.Errorf("%v allocations by Open, %v with Write and Close", opened, closed)
	}
}
