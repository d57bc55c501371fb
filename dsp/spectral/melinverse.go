package spectral

import (
	"math"

	"github.com/tailwave/tailwave/dsp/internal/elementary"
)

// melSteps is how many steps lead from even magnitudes to those of a mel frame.
const melSteps = 10

// almostNothing is a band by which no other is divided: the ratio would come near to overflow.
const almostNothing = 1e-200

// melInverse finds magnitudes with given mel bands: not below 0, and as even as the bands allow, by the multiplicative
// updates that minimise the Kullback-Leibler divergence of the bands (D. D. Lee and H. S. Seung, "Algorithms for
// non-negative matrix factorization", 2001, with one factor fixed).
type melInverse struct {
	mel   Mel
	unit  float64 // natural logarithm of the base
	bank  []triangle
	total []float64 // weights of each frequency in all bands, added up; 0 where no band reaches

	magnitude, gain []float64 // scratch
}

func newMelInverse(m Mel) *melInverse {
	bins := m.Size/2 + 1
	i := &melInverse{
		mel: m, unit: 1, bank: m.triangles(), total: make([]float64, bins),
		magnitude: make([]float64, bins), gain: make([]float64, bins),
	}
	if m.Log10 {
		i.unit = elementary.Log(10)
	}
	for _, t := range i.bank {
		for k, w := range t.weights {
			i.total[t.first+k] += w
		}
	}
	return i
}

// bytes returns the memory of the bank and the scratch, 0 for nil.
func (i *melInverse) bytes() int64 {
	if i == nil {
		return 0
	}
	return bankBytes(i.bank) + 8*int64(len(i.total)+len(i.magnitude)+len(i.gain))
}

// take sets the bands of the slot from a mel frame, and magnitudes with these bands. A band that is not finite counts
// as 0 and marks its frequencies as invalid.
func (i *melInverse) take(s *slot, src []float32) {
	for b, v := range src {
		x := float64(v)
		if i.mel.Scale != nil {
			x = float64(x * float64(i.mel.Scale[b]))
		}
		if i.mel.Mean != nil {
			x += float64(i.mel.Mean[b])
		}
		x = elementary.Exp(float64(x * i.unit))
		if !(x <= math.MaxFloat32) {
			for k := range i.bank[b].weights {
				s.invalid[i.bank[b].first+k] = float32(x)
			}
			x = 0
		}
		s.bands[b] = x
	}
	for k := range s.magnitude {
		s.magnitude[k] = 1
	}
	for range melSteps {
		i.step(s.magnitude, s.bands)
		for k, g := range i.gain {
			s.magnitude[k] = float64(s.magnitude[k] * g)
		}
	}
}

// fit gives a spectrum magnitudes that are closer to the bands, by one step from those that it has.
func (i *melInverse) fit(spectrum []complex128, bands []float64) {
	for k, v := range spectrum {
		i.magnitude[k] = magnitude(v, 0)
	}
	i.step(i.magnitude, bands)
	for k, v := range spectrum {
		spectrum[k] = complex(float64(real(v)*i.gain[k]), float64(imag(v)*i.gain[k]))
	}
}

// step sets gain to the factors of one update: the ratio of the bands wanted to those there are, averaged over the
// bands that a frequency belongs to.
func (i *melInverse) step(magnitudes, bands []float64) {
	clear(i.gain)
	for b, t := range i.bank {
		there := t.apply(magnitudes)
		if !(there > almostNothing) {
			continue
		}
		ratio := bands[b] / there
		gain := i.gain[t.first:][:len(t.weights)]
		for k, w := range t.weights {
			gain[k] += float64(w * ratio)
		}
	}
	for k, total := range i.total {
		if total > 0 {
			i.gain[k] /= total
		}
	}
}
