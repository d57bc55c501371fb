package main

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

func TestInterruptible(t *testing.T) {
	want := encodeNoise(300000)
	for name, r := range map[string]io.Reader{
		"whole":     bytes.NewReader(want),
		"halves":    iotest.HalfReader(bytes.NewReader(want)),
		"with EOF":  iotest.DataErrReader(bytes.NewReader(want)),
		"with none": &hesitant{r: bytes.NewReader(want)},
	} {
		got, err := io.ReadAll(interruptible(t.Context(), r))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
	}
	broken := errors.New("broken")
	got, err := io.ReadAll(interruptible(t.Context(), io.MultiReader(bytes.NewReader(want[:70000]), iotest.ErrReader(broken))))
	if len(got) != 70000 || err != broken {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		silent, w := io.Pipe()
		r := interruptible(ctx, silent)
		time.AfterFunc(time.Minute, cancel)
		go w.Write(want[:10])
		p := make([]byte, 100)
		if n, err := r.Read(p); n != 10 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
		for range 2 {
			if n, err := r.Read(p); n != 0 || !errors.Is(err, context.Canceled) {
				t.Errorf("%d, %v", n, err)
			}
		}
		w.Close()
	})
}

// hesitant gives nothing every other time.
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
