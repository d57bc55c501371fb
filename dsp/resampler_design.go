package dsp

import (
	"math"
	"slices"

	"github.com/tailwave/tailwave/dsp/internal/elementary"
	"github.com/tailwave/tailwave/dsp/internal/fft"
)

// A ResamplerOption changes the filter of a Resampler.
type ResamplerOption func(*design)

// A design is what a Resampler's filter is made from.
type design struct {
	sinc      sinc
	minimum   bool // phase
	given     bool // bandwidth, instead of that of the quality
	bandwidth float64
}

// Bandwidth sets where the filter is at -3 dB, in units of the lower Nyquist frequency, from 0.90 to 0.995; the qualities
// have 0.9605, 0.946 and 0.918. The stop band begins at 1.005 as ever, so the filter is the longer the closer this comes: at
// 0.995 five times as long as Best.
func Bandwidth(b float64) ResamplerOption { return func(d *design) { d.given, d.bandwidth = true, b } }

// MinimumPhase makes the filter one of minimum phase with the same response but for the phase: nothing sounds before its
// time, and frequencies near the edge come late. Where values are interpolated, less than -80 dB of the sharpest sounds
// comes up to 2 frames early, and less than -160 dB up to 30. It is for ratios from 1/37 with Best and its own bandwidth, and for those where the filter
// is no longer than that, down to 1/7 at the largest bandwidth.
func MinimumPhase() ResamplerOption { return func(d *design) { d.minimum = true } }

// newDesign returns the design for a quality and options.
func newDesign(q Quality, options []ResamplerOption) (design, error) {
	d := design{sinc: filters[q]}
	for _, o := range options {
		o(&d)
	}
	if !d.given {
		return d, nil
	}
	if !(d.bandwidth >= 0.90 && d.bandwidth <= 0.995) {
		return d, argError("bandwidth", d.bandwidth, "from 0.90 to 0.995")
	}
	// The -3 dB point lies an eighth of half a transition below the -6 dB point.
	width := (1.005 - d.bandwidth) / 1.125
	d.sinc = sinc{half: int(math.Ceil(6.2 / width)), cutoff: 1.005 - width, beta: 18.5}
	return d, nil
}

// minimumPhase returns the filter of minimum phase with the magnitudes of the spectrum of taps, as many as these, by way of
// the real cepstrum: its part before zero is folded over that behind it (A. V. Oppenheim and R. W. Schafer, "Discrete-Time
// Signal Processing", section 12.8). Magnitudes below 1e-9 of the largest count as that, and the transforms are so long that
// what wraps around is less.
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

// power returns the square of the absolute value.
func power(v complex128) float64 {
	return float64(real(v)*real(v)) + float64(imag(v)*imag(v))
}
