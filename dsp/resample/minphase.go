package resample

import (
	"math"
	"slices"

	"github.com/tailwave/tailwave/dsp/internal/elementary"
	"github.com/tailwave/tailwave/dsp/internal/fft"
)

// minimumPhase returns the filter of minimum phase that has as many taps, and a spectrum of the same magnitudes. It
// computes the real cepstrum and folds the part before zero over the part after zero (A. V. Oppenheim and R. W.
// Schafer, "Discrete-Time Signal Processing", section 12.8). Magnitudes below 1e-9 of the largest are raised to that.
// The transforms are so long that the cepstrum's aliases are smaller still.
func minimumPhase(taps []float64) []float64 {
	size := 1 << 16
	for size < 128*len(taps) && size < 1<<19 {
		size *= 2
	}
	transform := fft.NewReal(size)
	x, spectrum := make([]float64, size), make([]complex128, size/2+1)
	copy(x, taps)
	transform.Forward(spectrum, x)
	largest := 0.0
	for _, v := range spectrum {
		largest = max(largest, power(v))
	}
	for i, v := range spectrum {
		spectrum[i] = complex(0.5*elementary.Log(max(power(v), float64(largest*1e-18))), 0)
	}
	transform.Inverse(x, spectrum)
	for i := 1; i < size/2; i++ {
		x[i] *= 2
	}
	clear(x[size/2+1:])
	transform.Forward(spectrum, x)
	for i, v := range spectrum {
		angle := imag(v) / math.Pi
		m := elementary.Exp(real(v))
		spectrum[i] = complex(float64(m*elementary.SinPi(angle+0.5)), float64(m*elementary.SinPi(angle)))
	}
	transform.Inverse(x, spectrum)
	return slices.Clone(x[:len(taps)])
}

// power returns the square of the absolute value of v.
func power(v complex128) float64 {
	return float64(real(v)*real(v)) + float64(imag(v)*imag(v))
}
