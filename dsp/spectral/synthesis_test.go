package spectral

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
)

// TestSynthesisInvertsSTFT compares the operator with windowed Fourier filters, over spectra of a signal, with the
// signal, sample by sample and up to both ends.
func TestSynthesisInvertsSTFT(t *testing.T) {
	for _, c := range [][2]int{{16, 4}, {64, 8}, {1024, 256}, {4, 1}} {
		size, hop := c[0], c[1]
		t.Run(fmt.Sprintf("size %d, hop %d", size, hop), func(t *testing.T) {
			src := dsptest.Noise[float32](2, 5*size+3)
			spectra, err := NewSpectra(FrameLayout{Size: size, Hop: hop})
			if err != nil {
				t.Fatal(err)
			}
			synthesis, err := NewSynthesis(size, hop, size-hop, size-hop)
			if err != nil {
				t.Fatal(err)
			}
			chain, err := dsp.NewChain(16, spectra, synthesis.NewStream())
			if err != nil {
				t.Fatal(err)
			}
			got := chain.Flush(chain.Process(nil, src))
			if len(got) < len(src) || len(got) >= len(src)+hop {
				t.Fatalf("%d samples of %d, want less than a hop more", len(got), len(src))
			}
			for i, v := range got {
				want := 0.0
				if i < len(src) {
					want = float64(src[i])
				}
				// The errors of many products add up like noise.
				if d := math.Abs(float64(v) - want); !(d < 0x1p-23*math.Sqrt(float64(size*size/hop))) {
					t.Fatalf("sample %d is %v, want %v", i, v, want)
				}
			}
		})
	}
}

// TestSynthesisIsInverseSTFT compares the operator with the inverse transform by definition, for spectra that no signal
// has: the inverse Fourier transform of each frame, windowed, added at its position, and divided by the sum of squared
// windows.
func TestSynthesisIsInverseSTFT(t *testing.T) {
	const size, hop, frames = 64, 16, 20
	x := dsptest.Noise[float32](3, size*frames)
	synthesis, err := NewSynthesis(size, hop, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	got := run(synthesis.NewStream(), x)
	sum, weight := make([]float64, len(got)), make([]float64, len(got))
	for m := range frames {
		f := x[m*size:][:size]
		for n := range size {
			v := float64(f[0])
			for k := 1; k < size/2; k++ {
				angle := 2 * math.Pi * float64(k*n) / size
				v += 2 * (float64(f[k])*math.Cos(angle) - float64(f[size/2+k])*math.Sin(angle))
			}
			v += float64(f[size/2]) * math.Cos(math.Pi*float64(n))
			w := 0.5 - 0.5*math.Cos(2*math.Pi*float64(n)/size)
			sum[m*hop+n] += w * v / size
			weight[m*hop+n] += w * w
		}
	}
	for i := size; i < len(got)-size; i++ { // all windows overlap here
		if d := math.Abs(float64(got[i]) - sum[i]/weight[i]); !(d < 1e-6) {
			t.Fatalf("sample %d is %v, want %v", i, got[i], sum[i]/weight[i])
		}
	}
}

func TestSynthesisErrors(t *testing.T) {
	for want, c := range map[string][2]int{
		"transform size is 8192": {8192, 2048}, "transform size is 48": {48, 12},
		"hop is 512": {1024, 512}, "hop is 0": {1024, 0}, "hop is 3": {16, 3},
	} {
		t.Run(want, func(t *testing.T) {
			if _, err := NewSynthesis(c[0], c[1], 0, 0); err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("error %v, want it to begin with %q", err, want)
			}
		})
	}
}
