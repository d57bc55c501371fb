package spectral

import "github.com/tailwave/tailwave/dsp/internal/elementary"

// A Scale is the unit of the values of mel frames. A band is a weighted sum of magnitudes, as [Mel] defines it.
type Scale int

// The scales.
const (
	UnknownScale Scale = iota
	Ln                 // natural logarithms of bands
	Log10              // decimal logarithms of bands
	Decibels           // 20*log10 of bands, which is 10*log10 of squared bands
	Linear             // bands, without a logarithm
	Normalised         // (logarithm - Mean)/Scale, with the Mean and the Scale of the band
)

// String describes the values in a plural, such as "natural logarithms".
func (s Scale) String() string {
	switch s {
	case Ln:
		return "natural logarithms"
	case Log10:
		return "decimal logarithms"
	case Decibels:
		return "decibels"
	case Linear:
		return "linear magnitudes"
	case Normalised:
		return "normalised values"
	}
	return "values of an unknown scale"
}

// Values returns the scale of the frames that m describes: Normalised if m has a Mean or a Scale, else Log10 or Ln.
func (m Mel) Values() Scale {
	switch {
	case m.Mean != nil || m.Scale != nil:
		return Normalised
	case m.Log10:
		return Log10
	}
	return Ln
}

// base returns the natural logarithm of the base of m's logarithms: ln(10) or 1.
func (m *Mel) base() float64 {
	if m.Log10 {
		return elementary.Log(10)
	}
	return 1
}

// extremes returns the lowest value that a frame can have, that of silence, and the highest value for sound within full
// scale. A magnitude is at most the sum of the window, Window/2. The weights of a triangle add up to about
// Size/SampleRate, because its area is 1 and its frequencies are SampleRate/Size Hz apart.
func (m *Mel) extremes() (lowest, highest float64) {
	base := m.base()
	low := elementary.Log(m.Floor) / base
	high := elementary.Log(float64(m.Window)/2*float64(m.Size)/float64(m.SampleRate)) / base
	if m.Values() != Normalised {
		return low, high
	}
	for b := range m.Bands {
		from, to := m.normalise(b, low), m.normalise(b, high)
		if b == 0 {
			lowest, highest = from, to
		}
		lowest, highest = min(lowest, from, to), max(highest, from, to)
	}
	return lowest, highest
}

// normalise returns (v - Mean)/Scale for a band whose logarithm is v.
func (m *Mel) normalise(band int, v float64) float64 {
	if m.Mean != nil {
		v -= float64(m.Mean[band])
	}
	if m.Scale != nil {
		v /= float64(m.Scale[band])
	}
	return v
}
