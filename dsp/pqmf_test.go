package dsp_test

import (
	"math"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
)

// TestPQMFSynthesis compares with the bank as it is usually written down: each band with zeros between its samples,
// filtered, and the bands added.
func TestPQMFSynthesis(t *testing.T) {
	for _, c := range []struct {
		subbands, taps int
		cutoff, beta   float64
	}{{4, 62, 0.15, 9}, {2, 10, 0.3, 5}, {5, 64, 0.12, 0}, {8, 6, 0.07, 12}, {1, 2, 0.5, 99}} {
		filters, err := dsp.PQMFSynthesis(c.subbands, c.taps, c.cutoff, c.beta)
		if err != nil {
			t.Fatal(err)
		}
		const frames = 30
		src := dsptest.Noise[float32](7, frames*c.subbands)
		g := dsp.Geometry{In: c.subbands, Out: 1, Groups: 1, Kernel: c.taps + 1, Stride: c.subbands, Dilation: 1,
			Left: c.taps / 2, Right: c.taps/2 + 1 - c.subbands}
		got, err := dsp.ConvTranspose(g, src, filters, nil)
		if err != nil {
			t.Fatal(err)
		}
		if g.Rest() != 0 || len(got) != frames*c.subbands {
			t.Fatalf("%+v: %d samples of %d frames", c, len(got), frames)
		}
		i0 := func(x float64) float64 {
			sum, term := 1.0, 1.0
			for k := 1.0; k < 300; k++ {
				term *= x / (2 * k) * x / (2 * k)
				sum += term
			}
			return sum
		}
		for m := range got {
			want := 0.0
			for k := range c.subbands {
				for j := range c.taps + 1 {
					at := m - (j - c.taps/2)
					if at < 0 || at%c.subbands != 0 || at/c.subbands >= frames {
						continue
					}
					n := float64(j - c.taps/2)
					p := c.cutoff
					if n != 0 {
						p = math.Sin(math.Pi*c.cutoff*n) / (math.Pi * n)
					}
					r := n / float64(c.taps/2)
					p *= i0(c.beta*math.Sqrt(1-r*r)) / i0(c.beta)
					phase := math.Pi / 4 * (1 - 2*float64(k%2))
					h := 2 * p * math.Cos(float64(2*k+1)*math.Pi/float64(2*c.subbands)*n-phase)
					want += float64(c.subbands) * float64(src[at/c.subbands*c.subbands+k]) * h
				}
			}
			if d := math.Abs(float64(got[m]) - want); !(d <= 2e-6) {
				t.Fatalf("%+v: sample %d is %g, want %g", c, m, got[m], want)
			}
		}
	}
}

// TestPQMFRefuses: each argument outside its range is named.
func TestPQMFRefuses(t *testing.T) {
	for want, c := range map[string]struct {
		subbands, taps int
		cutoff, beta   float64
	}{
		"subbands is 0":       {0, 62, 0.15, 9},
		"subbands is 1025":    {1025, 62, 0.15, 9},
		"taps is 61":          {4, 61, 0.15, 9},
		"taps is 0":           {4, 0, 0.15, 9},
		"taps is 65538":       {4, 65538, 0.15, 9},
		"cutoff ratio is 1":   {4, 62, 1, 9},
		"cutoff ratio is NaN": {4, 62, math.NaN(), 9},
		"beta is -1":          {4, 62, 0.15, -1},
		"beta is 100":         {4, 62, 0.15, 100},
		"beta is NaN":         {4, 62, 0.15, math.NaN()},
	} {
		if _, err := dsp.PQMFSynthesis(c.subbands, c.taps, c.cutoff, c.beta); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
