package dsp

import (
	"fmt"
	"math"
	"strings"

	"github.com/tailwave/tailwave/dsp/internal/elementary"
)

// A Quality selects the low-pass filter of a Resampler. Levels are of tones inside the pass band, images and aliases
// included; frequencies are in units of the lower of the two Nyquist frequencies.
type Quality int

const (
	// Best is flat within 0.0001 dB to 0.90, -3 dB at 0.96, and below -160 dBc from 1.005.
	Best Quality = iota
	// High is flat within 0.0001 dB to 0.90 and below -125 dBc from 1.005.
	High
	// Fast is flat within 0.001 dB to 0.85 and below -100 dBc from 1.005.
	Fast
)

var qualityNames = [...]string{"best", "high", "fast"}

// String returns "best", "high" or "fast".
func (q Quality) String() string {
	if q < 0 || int(q) >= len(qualityNames) {
		return fmt.Sprintf("Quality(%d)", int(q))
	}
	return qualityNames[q]
}

// ParseQuality is the inverse of String.
func ParseQuality(s string) (Quality, error) {
	for q, name := range qualityNames {
		if s == name {
			return Quality(q), nil
		}
	}
	return 0, argError("quality", fmt.Sprintf("%q", s), "one of %s", strings.Join(qualityNames[:], ", "))
}

// A sinc is a windowed-sinc low-pass filter in continuous time, whose unit is the sample period of the lower rate:
//
//	h(x) = sin(pi*cutoff*x)/(pi*x) * I0(beta*sqrt(1-(x/half)^2)),  |x| < half
//
// up to a factor that sample chooses. The window is Kaiser's (J. F. Kaiser and R. W. Schafer, "On the use of the I0-sinh window for spectrum analysis", IEEE
// Transactions on Acoustics, Speech, and Signal Processing 28, 1980).
type sinc struct {
	half   int     // extent to either side
	cutoff float64 // -6 dB point, in units of the lower Nyquist frequency
	beta   float64 // shape of the window: attenuation against width of the transition
}

// filters are chosen so that the stop band begins at 1.005, with the level and pass band that each Quality promises.
var filters = [...]sinc{
	Best: {half: 144, cutoff: 0.9655, beta: 17.2},
	High: {half: 117, cutoff: 0.9525, beta: 18.4},
	Fast: {half: 81, cutoff: 0.9275, beta: 18.7},
}

// at returns h(num/den). The formula is also good for some way beyond half, where the filter is not used.
func (s sinc) at(num, den int) float64 {
	x := float64(num) / float64(den)
	r := x / float64(s.half)
	q := float64(float64(s.beta*s.beta)*(1-float64(r*r))) / 4
	window := elementary.BesselI0(q)
	if num == 0 {
		return float64(s.cutoff * window)
	}
	return float64(elementary.SinPi(float64(s.cutoff*x)) / float64(math.Pi*x) * window)
}

// sample returns h at the points m/den for m from -(half*den-1) to half*den-1, and margin more on either side. It scales
// them so that those without the margins add up to sum.
func (s sinc) sample(den int, sum float64, margin int) []float64 {
	side := s.half*den - 1
	end := side + margin
	h := make([]float64, 2*end+1)
	total := 0.0
	for m := end; m >= 0; m-- { // small values first
		v := s.at(m, den)
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
