package spectral

import "github.com/tailwave/tailwave/dsp/internal/elementary"

// Hann returns the periodic Hann window of n values: sin^2(pi*i/n) for i from 0 to n-1. Copies that are n/m apart add
// up to a constant for every divisor m of n from 2 up.
func Hann(n int) []float64 {
	w := make([]float64, n)
	for i := range w {
		s := elementary.SinPi(float64(i) / float64(n))
		w[i] = float64(s * s)
	}
	return w
}
