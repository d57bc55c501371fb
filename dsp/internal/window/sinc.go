// Package window computes the windowed-sinc low-pass filters of sample-rate conversion and filter banks.
//
//	low := window.Sinc{Half: 144, Cutoff: 0.9655, Beta: 17.2} // 288 sample periods of the lower rate
//	taps := low.Sample(160, 160, 0)                           // 44100 to 48000 Hz: at 160 times 44100 Hz
//
// The window is Kaiser's (J. F. Kaiser and R. W. Schafer, "On the use of the I0-sinh window for spectrum analysis",
// IEEE Transactions on Acoustics, Speech, and Signal Processing 28, 1980). Coefficients have the same bits on every
// CPU, because all operations are among those that IEEE 754 defines to the last bit.
package window

import (
	"math"

	"github.com/tailwave/tailwave/dsp/internal/elementary"
)

// A Sinc is a windowed-sinc low-pass filter in continuous time. Its unit of time is the sample period of the lower
// rate:
//
//	h(x) = sin(pi*cutoff*x)/(pi*x) * I0(beta*sqrt(1-(x/half)^2)),  |x| < half
//
// [Sinc.Sample] and [Sinc.Spread] scale h to a chosen sum.
type Sinc struct {
	Half   int     // extent to each side, in sample periods of the lower rate
	Cutoff float64 // -6 dB point, in units of the lower Nyquist frequency
	Beta   float64 // shape of the window: a larger Beta attenuates more and widens the transition
}

// At returns h(num/den). The formula continues slightly beyond half, where interpolation near the ends of the filter
// reads it.
func (s Sinc) At(num, den int) float64 {
	x := float64(num) / float64(den)
	r := x / float64(s.Half)
	q := float64(float64(s.Beta*s.Beta)*(1-float64(r*r))) / 4
	window := elementary.BesselI0(q)
	if num == 0 {
		return float64(s.Cutoff * window)
	}
	return float64(elementary.SinPi(float64(s.Cutoff*x)) / float64(math.Pi*x) * window)
}

// Sample returns h at the points m/den for m from -(half*den-1) to half*den-1, and at margin more points on each side.
// It scales the values so that they add up to sum without the margins.
func (s Sinc) Sample(den int, sum float64, margin int) []float64 {
	side := s.Half*den - 1
	end := side + margin
	h := make([]float64, 2*end+1)
	total := 0.0
	for m := end; m >= 0; m-- { // small values first, to round less
		v := s.At(m, den)
		h[end-m], h[end+m] = v, v
		switch {
		case m > side:
		case m > 0:
			total += float64(2 * v)
		default:
			total += v
		}
	}
	scale := sum / total
	for i := range h {
		h[i] *= scale
	}
	return h
}

// Spread returns h at the times j*num/den for j from -side to side, and 0 for times of half and beyond. It scales the
// values so that they add up to sum.
func (s Sinc) Spread(side, num, den int, sum float64) []float64 {
	taps := make([]float64, 2*side+1)
	total := 0.0
	for j := side; j >= 0; j-- { // small values first, to round less
		if j*num >= s.Half*den {
			continue
		}
		v := s.At(j*num, den)
		taps[side-j], taps[side+j] = v, v
		if total += v; j > 0 {
			total += v
		}
	}
	scale := sum / total
	for i := range taps {
		taps[i] = float64(taps[i] * scale)
	}
	return taps
}
