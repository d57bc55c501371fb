// Package window has the windowed-sinc low-pass filters that sample-rate conversion and filter banks are made of.
package window

import (
	"math"

	"github.com/tailwave/tailwave/dsp/internal/elementary"
)

// A Sinc is a windowed-sinc low-pass filter in continuous time, whose unit is the sample period of the lower rate:
//
//	h(x) = sin(pi*cutoff*x)/(pi*x) * I0(beta*sqrt(1-(x/half)^2)),  |x| < half
//
// up to a factor that Sample and Spread choose. The window is Kaiser's (J. F. Kaiser and R. W. Schafer, "On the use of
// the I0-sinh window for spectrum analysis", IEEE Transactions on Acoustics, Speech, and Signal Processing 28, 1980).
type Sinc struct {
	Half   int     // extent to either side
	Cutoff float64 // -6 dB point, in units of the lower Nyquist frequency
	Beta   float64 // shape of the window: attenuation against width of the transition
}

// At returns h(num/den). The formula also holds a little beyond half, which interpolation near the ends of the filter
// uses.
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

// Sample returns h at the points m/den for m from -(half*den-1) to half*den-1, and at margin more points on either
// side. It scales the values so that those without the margins add up to sum.
func (s Sinc) Sample(den int, sum float64, margin int) []float64 {
	side := s.Half*den - 1
	end := side + margin
	h := make([]float64, 2*end+1)
	total := 0.0
	for m := end; m >= 0; m-- { // small values first
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

// Spread returns the filter at the times j*num/den for j from -side to side: h, and 0 beyond half. It scales the values
// so that they add up to sum.
func (s Sinc) Spread(side, num, den int, sum float64) []float64 {
	taps := make([]float64, 2*side+1)
	total := 0.0
	for j := side; j >= 0; j-- { // small values first
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
