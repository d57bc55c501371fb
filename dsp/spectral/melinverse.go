package spectral

import (
	"math"

	"github.com/tailwave/tailwave/dsp/internal/elementary"
)

// melSteps is the number of multiplicative updates from constant magnitudes to those of a mel frame.
const melSteps = 10

// almostNothing is the largest band that step does not divide by. A smaller divisor could overflow the ratio.
const almostNothing = 1e-200

// melInverse finds non-negative magnitudes whose mel bands are those of a frame. It starts from constant magnitudes and
// applies the multiplicative updates that minimise the Kullback-Leibler divergence of the bands (D. D. Lee and H. S.
// Seung, "Algorithms for non-negative matrix factorization", 2001, with one factor fixed).
type melInverse struct {
	mel   Mel
	unit  float64 // natural logarithm of the base of the logarithms
	bank  []triangle
	total []float64 // for each frequency, the sum of its weights in all bands; 0 outside of all bands

	magnitude []float64 // scratch of fit
	gain      []float64 // result of step: one factor for each frequency
}

// newMelInverse returns a melInverse for a description that Mel.check has completed.
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

// bytes returns the memory of the filters and the scratch; 0 for a nil melInverse.
func (i *melInverse) bytes() int64 {
	if i == nil {
		return 0
	}
	return bankBytes(i.bank) + 8*int64(len(i.total)+len(i.magnitude)+len(i.gain))
}

// take undoes the normalisation and the logarithm of a mel frame, stores the bands in s, and sets s.magnitude to
// magnitudes with these bands. A band that is NaN or above the float32 range counts as 0, and its value is stored in
// s.invalid for every frequency of the band.
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

// fit scales a spectrum by one update, so that its mel bands come closer to the wanted ones. Phases stay.
func (i *melInverse) fit(spectrum []complex128, bands []float64) {
	for k, v := range spectrum {
		i.magnitude[k] = magnitude(v, 0)
	}
	i.step(i.magnitude, bands)
	for k, v := range spectrum {
		spectrum[k] = complex(float64(real(v)*i.gain[k]), float64(imag(v)*i.gain[k]))
	}
}

// step sets gain to the factors of one update. The factor of a frequency is the ratio of wanted to present band,
// averaged over the bands that contain the frequency with their weights. It is 0 outside of all bands.
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
