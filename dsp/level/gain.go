package level

import (
	"math"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/elementary"
)

// maxChannels is the largest number of channels that [dsp.Map] has.
const maxChannels = 1 << 30

// NewGain returns a Processor that multiplies every sample of frames of the given number of channels, from 1 to 2^30,
// by a finite factor. Each result is the float32 product, rounded to nearest even once, so it does not depend on how
// the stream is cut. A factor of 1 changes no sample. NaN stays NaN and an infinity stays one, except that an infinity
// times 0 is NaN. The error is a *dsp.ArgError.
func NewGain(channels int, factor float32) (dsp.Processor, error) {
	if channels < 1 || channels > maxChannels {
		return nil, dsp.NewArgError("channels", channels, "from 1 to %d", maxChannels)
	}
	if f := float64(factor); math.IsNaN(f) || math.IsInf(f, 0) {
		return nil, dsp.NewArgError("factor", factor, "finite")
	}
	return dsp.Map(channels, channels, func(dst, src []float32) {
		for i, v := range src {
			dst[i] = factor * v
		}
	}), nil
}

// FromDecibels returns the factor of a gain in decibels, 10^(db/20) in float64 rounded to float32: 1 for 0 dB, 0 for
// -Inf. The float64 value is within 1e-14 of it, relative to its size, for gains of up to 770 dB either way, and the
// same on every processor.
func FromDecibels(db float64) float32 {
	return float32(elementary.Exp(float64(db/20) * math.Ln10))
}

// ToFit returns the largest factor, not above 1, with which [NewGain] makes no sample larger than limit if none is
// larger than peak, in absolute value. It is 1 if peak is within the limit already. Both are positive and finite.
func ToFit(peak, limit float32) float32 {
	if peak <= limit {
		return 1
	}
	factor := limit / peak
	for factor*peak <= limit { // the quotient was rounded, up or down
		factor = math.Nextafter32(factor, 1)
	}
	for factor*peak > limit {
		factor = math.Nextafter32(factor, 0)
	}
	return factor
}
