package layer_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/layer"
)

// TestPQMFSynthesis compares with the textbook form of the bank: zeros inserted between the samples of each band, a
// filter per band, and the sum of the bands.
func TestPQMFSynthesis(t *testing.T) {
	for _, c := range []struct {
		subbands, taps int
		cutoff, beta   float64
	}{{4, 62, 0.15, 9}, {2, 10, 0.3, 5}, {5, 64, 0.12, 0}, {8, 6, 0.07, 12}, {1, 2, 0.5, 99}} {
		t.Run(fmt.Sprintf("%d bands, %d taps", c.subbands, c.taps), func(t *testing.T) {
			filters, err := layer.PQMFSynthesis(c.subbands, c.taps, c.cutoff, c.beta)
			if err != nil {
				t.Fatal(err)
			}
			const frames = 30
			src := dsptest.Noise[float32](7, frames*c.subbands)
			g := transposed(c.subbands, 1, 1, c.taps+1, c.subbands, 1)
			g.Left, g.Right = c.taps/2, c.taps/2+1-c.subbands
			got, err := newConvTranspose1D(t, g, filters, nil).Reference(src)
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != frames*c.subbands {
				t.Fatalf("got %d samples of %d frames, want %d", len(got), frames, frames*c.subbands)
			}
			for m := range got {
				want := plainBank(c.subbands, c.taps, c.cutoff, c.beta, src, m)
				if d := math.Abs(float64(got[m]) - want); !(d <= 2e-6) {
					t.Fatalf("sample %d: got %g, want %g", m, got[m], want)
				}
			}
		})
	}
}

// plainBank returns sample m of the sub-bands in src.
func plainBank(subbands, taps int, cutoff, beta float64, src []float32, m int) float64 {
	i0 := func(x float64) float64 {
		sum, term := 1.0, 1.0
		for k := 1.0; k < 300; k++ {
			term *= x / (2 * k) * x / (2 * k)
			sum += term
		}
		return sum
	}
	sum := 0.0
	for k := range subbands {
		for j := range taps + 1 {
			at := m - (j - taps/2)
			if at < 0 || at%subbands != 0 || at/subbands >= len(src)/subbands {
				continue
			}
			n := float64(j - taps/2)
			p := cutoff
			if n != 0 {
				p = math.Sin(math.Pi*cutoff*n) / (math.Pi * n)
			}
			r := n / float64(taps/2)
			p *= i0(beta*math.Sqrt(1-r*r)) / i0(beta)
			phase := math.Pi / 4 * (1 - 2*float64(k%2))
			h := 2 * p * math.Cos(float64(2*k+1)*math.Pi/float64(2*subbands)*n-phase)
			sum += float64(subbands) * float64(src[at/subbands*subbands+k]) * h
		}
	}
	return sum
}

// TestPQMFSynthesisErrors expects the name of each argument outside its range.
func TestPQMFSynthesisErrors(t *testing.T) {
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
		t.Run(want, func(t *testing.T) {
			_, err := layer.PQMFSynthesis(c.subbands, c.taps, c.cutoff, c.beta)
			if err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("got error %v, want one that begins with %q", err, want)
			}
			wantArgError(t, err, strings.Split(want, " is ")[0])
		})
	}
}
