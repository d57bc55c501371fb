package spectral

import "github.com/tailwave/tailwave/dsp/internal/elementary"

// Hann returns the periodic Hann window of n values, sin^2(pi*i/n).
func Hann(n int) []float64 {
	w := make([]float64, n)
	for i := range w {
		s := elementary.SinPi(float64(i) / float64(n))
		w[i] = float64(s * s)
	}
	return w
}
