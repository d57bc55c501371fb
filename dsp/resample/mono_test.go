package resample

import (
	"errors"
	"fmt"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
)

// TestMono: the result is the converted mean of the channels, in chunks as well. At equal rates it is the mean alone.
func TestMono(t *testing.T) {
	for _, c := range []struct{ in, out, channels int }{
		{44100, 16000, 2}, {44100, 16000, 1}, {16000, 16000, 3}, {16000, 16000, 1},
	} {
		t.Run(fmt.Sprintf("%d channels, %d to %d Hz", c.channels, c.in, c.out), func(t *testing.T) {
			mix, err := dsp.NewMixdown(c.channels)
			if err != nil {
				t.Fatal(err)
			}
			dsptest.Check(t, dsptest.Contract[float32]{
				New: func() dsptest.Streamer[float32] {
					p, err := NewMono(c.in, c.out, c.channels)
					if err != nil {
						t.Fatal(err)
					}
					return p
				},
				Reference: func(src []float32) []float32 {
					if c.channels > 1 {
						src = mix.Process(nil, src)
					}
					want, err := Slice(src, c.in, c.out, 1)
					if err != nil {
						t.Fatal(err)
					}
					return want
				},
				Frames: 6000,
				Waits:  true, // it works in blocks
			})
		})
	}
}

// TestMonoRates: the processor reports its rates, so a pipeline can compare them with the rate of its frames.
func TestMonoRates(t *testing.T) {
	for _, channels := range []int{1, 2} {
		t.Run(fmt.Sprint(channels), func(t *testing.T) {
			p, err := NewMono(44100, 16000, channels)
			if err != nil {
				t.Fatal(err)
			}
			if in, out := p.(dsp.RateConverter).Rates(); in != 44100 || out != 16000 {
				t.Errorf("got %d and %d Hz, want 44100 and 16000", in, out)
			}
		})
	}
}

// TestMonoErrors: arguments out of range are an ArgError.
func TestMonoErrors(t *testing.T) {
	for name, c := range map[string][3]int{"channels": {44100, 16000, 0}, "rate": {0, 16000, 2}, "ratio": {1, 16000, 2}} {
		t.Run(name, func(t *testing.T) {
			if _, err := NewMono(c[0], c[1], c[2]); !errors.As(err, new(*dsp.ArgError)) {
				t.Errorf("got error %v, want a *dsp.ArgError", err)
			}
		})
	}
}
