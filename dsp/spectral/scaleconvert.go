package spectral

import (
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/elementary"
)

// NewScaleConverter returns a Processor that converts frames of a scale to those of m: it takes the logarithm of linear
// magnitudes, changes the base, raises what is below m.Floor to it, and normalises with m.Mean and m.Scale. Frames of
// the scale of m itself are returned unchanged. NaN stays NaN. Each value is computed in float64 and rounded once.
//
// It fails with a *dsp.ArgError for an m out of range, for UnknownScale, and for Normalised if m has neither means nor
// scales: nothing says then how the frames were normalised.
func NewScaleConverter(from Scale, m Mel) (dsp.Processor, error) {
	m, err := m.check()
	if err != nil {
		return nil, err
	}
	if from == m.Values() {
		return dsp.Map(m.Bands, m.Bands, func(dst, src []float32) { copy(dst, src) }), nil
	}
	base, ln10 := m.base(), elementary.Log(10)
	factor, divisor := 1.0, 1.0 // from the values to logarithms of m's base
	switch from {
	case Ln, Linear:
		divisor = base
	case Log10:
		if !m.Log10 {
			factor = ln10
		}
	case Decibels:
		divisor = 20
		if !m.Log10 {
			factor = ln10
		}
	case Normalised:
		return nil, dsp.NewArgError("scale", from, "another one: the frames that are wanted have no means and scales")
	default:
		return nil, dsp.NewArgError("scale", from, "one of those that this package names")
	}
	floor := elementary.Log(m.Floor) / base
	return dsp.Map(m.Bands, m.Bands, func(dst, src []float32) {
		for at := 0; at < len(src); at += m.Bands {
			for b, x := range src[at:][:m.Bands] {
				v := float64(x)
				if from == Linear {
					if v < m.Floor { // not so if it is NaN
						v = m.Floor
					}
					v = elementary.Log(v)
				}
				if v = float64(v*factor) / divisor; v < floor {
					v = floor
				}
				dst[at+b] = float32(m.normalise(b, v))
			}
		}
	}), nil
}
