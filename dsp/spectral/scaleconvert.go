package spectral

import (
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/elementary"
)

// NewScaleConverter returns a [dsp.Processor] that converts mel frames from a scale to the scale of m. A frame has
// m.Bands values on both sides, one frame in makes one frame out, and the latency is 0. For each value the converter
//
//   - takes the logarithm, if from is Linear, or changes the base of the logarithm,
//   - raises a band below m.Floor to m.Floor,
//   - and normalises: it subtracts m.Mean and divides by m.Scale.
//
// Frames that are on the scale of m already pass through unchanged. NaN stays NaN. Values are computed in float64 and
// rounded to float32 once.
//
// The error is a *dsp.ArgError for a field of m out of range, for UnknownScale, and for Normalised if m has neither
// Mean nor Scale, because the normalisation of the frames is then unknown.
func NewScaleConverter(from Scale, m Mel) (dsp.Processor, error) {
	m, err := m.check()
	if err != nil {
		return nil, err
	}
	if from == m.Values() {
		return dsp.Map(m.Bands, m.Bands, func(dst, src []float32) { copy(dst, src) }), nil
	}
	base, ln10 := m.base(), elementary.Log(10)
	factor, divisor := 1.0, 1.0 // value*factor/divisor is the logarithm to m's base
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
		return nil, dsp.NewArgError("scale", from, "logarithms, decibels or linear magnitudes: the target has no means and scales")
	default:
		return nil, dsp.NewArgError("scale", from, "Ln, Log10, Decibels, Linear or Normalised")
	}
	floor := elementary.Log(m.Floor) / base
	return dsp.Map(m.Bands, m.Bands, func(dst, src []float32) {
		for at := 0; at < len(src); at += m.Bands {
			for b, x := range src[at:][:m.Bands] {
				v := float64(x)
				if from == Linear {
					if v < m.Floor { // false for NaN, which stays NaN
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
