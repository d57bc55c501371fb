package fileio

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/tailwave/tailwave/dsp/dsptest"
)

// TestInterruptible: the reader returns the bytes and the error of the one that it wraps. When the context ends, so
// does a read that blocks.
func TestInterruptible(t *testing.T) {
	want := encodeNoise(300000)
	for name, r := range map[string]io.Reader{
		"whole":     bytes.NewReader(want),
		"halves":    iotest.HalfReader(bytes.NewReader(want)),
		"with EOF":  iotest.DataErrReader(bytes.NewReader(want)),
		"with none": &hesitant{r: bytes.NewReader(want)},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := io.ReadAll(Interruptible(t.Context(), r))
			if err != nil {
				t.Errorf("got error %v, want none", err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("got %d bytes, want the %d that were read", len(got), len(want))
			}
		})
	}
	t.Run("broken", func(t *testing.T) {
		broken := errors.New("broken")
		r := io.MultiReader(bytes.NewReader(want[:70000]), iotest.ErrReader(broken))
		got, err := io.ReadAll(Interruptible(t.Context(), r))
		if len(got) != 70000 || err != broken {
			t.Errorf("got %d bytes and error %v, want 70000 and %v", len(got), err, broken)
		}
	})
	t.Run("interrupted", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			silent, w := io.Pipe()
			r := Interruptible(ctx, silent)
			time.AfterFunc(time.Minute, cancel)
			go w.Write(want[:10])
			p := make([]byte, 100)
			if n, err := r.Read(p); n != 10 || err != nil {
				t.Errorf("first read: got %d bytes and error %v, want 10 and none", n, err)
			}
			for range 2 {
				if n, err := r.Read(p); n != 0 || !errors.Is(err, context.Canceled) {
					t.Errorf("read of silence: got %d bytes and error %v, want 0 and %v", n, err, context.Canceled)
				}
			}
			w.Close()
		})
	})
}

// A hesitant reader returns no bytes every other time.
type hesitant struct {
	r    io.Reader
	idle bool
}

func (h *hesitant) Read(p []byte) (int, error) {
	if h.idle = !h.idle; h.idle {
		return 0, nil
	}
	return h.r.Read(p)
}

func encodeNoise(n int) []byte {
	b := make([]byte, n)
	for i, v := range dsptest.Noise[float32](7, n) {
		b[i] = byte(int(v * 1000))
	}
	return b
}
