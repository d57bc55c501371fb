package spectral

import "github.com/tailwave/tailwave/dsp/internal/elementary"

// A Scale says what the values of mel frames are.
type Scale int

// The scales. Decibels are those of an amplitude, 20*log10: of a power they are the same numbers, 10*log10.
const (
	UnknownScale Scale = iota
	Ln                 // natural logarithms of bands
	Log10              // decimal logarithms of bands
	Decibels
	Linear     // bands, without a logarithm
	Normalised // logarithms minus the mean of their band, divided by its scale
)

// String names the values.
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

// Values returns the scale of frames that m describes: Ln, Log10, or Normalised if it has means or scales.
func (m Mel) Values() Scale {
	switch {
	case m.Mean != nil || m.Scale != nil:
		return Normalised
	case m.Log10:
		return Log10
	}
	return Ln
}

// base returns the natural logarithm of the base of m's logarithms.
func (m *Mel) base() float64 {
	if m.Log10 {
		return elementary.Log(10)
	}
	return 1
}

// extremes returns the lowest value that a frame of any sound can have, that of silence, and the highest for sound
// within full scale: no magnitude of a spectrum exceeds the sum of the window, which is half its length, and the
// weights of a triangle, whose area is 1 over Hz, add up to Size/SampleRate.
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

// normalise returns the value of a band whose logarithm is v.
func (m *Mel) normalise(band int, v float64) float64 {
	if m.Mean != nil {
		v -= float64(m.Mean[band])
	}
	if m.Scale != nil {
		v /= float64(m.Scale[band])
	}
	return v
}
