package level

import (
	"math"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/elementary"
)

// maxChannels is the largest number of channels that [dsp.Map] accepts.
const maxChannels = 1 << 30

// NewGain returns a Processor that multiplies every sample by a finite factor, in frames of 1 to 2^30 channels. Each
// result is the float32 product, rounded once, to nearest even. A factor of 1 changes no sample. NaN stays NaN. An
// infinity stays an infinity, except that an infinity times 0 is NaN. The error is a *dsp.ArgError.
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

// FromDecibels returns the factor for a gain in decibels, 10^(db/20), rounded to float32: 1 for 0 dB, and 0 for -Inf.
// For gains from -770 to 770 dB, the relative error before rounding is below 1e-14. The result is the same on every
// processor.
func FromDecibels(db float64) float32 {
	return float32(elementary.Exp(float64(db/20) * math.Ln10))
}

// ToFit returns the largest factor up to 1 with which [NewGain] keeps all samples within limit, in absolute value, if
// peak is the largest absolute value of the input. It is 1 if peak is not above limit. peak and limit are positive and
// finite.
func ToFit(peak, limit float32) float32 {
	if peak <= limit {
		return 1
	}
	factor := limit / peak
	for factor*peak <= limit { // the quotient was rounded, so the largest factor may be above or below it
		factor = math.Nextafter32(factor, 1)
	}
	for factor*peak > limit {
		factor = math.Nextafter32(factor, 0)
	}
	return factor
}
