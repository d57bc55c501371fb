package spectral

import (
	"unsafe"

	"github.com/tailwave/tailwave/dsp/internal/elementary"
)

// The mel scale of M. Slaney, "Auditory Toolbox", 1998: linear up to 1000 Hz, then logarithmic, with 27 mels for a
// factor of 6.4 in frequency.
const (
	melLinear   = 200.0 / 3 // Hz per mel
	melBreakHz  = 1000.0
	melBreak    = melBreakHz / melLinear
	melStepsTo  = 6.4
	melLogSteps = 27
)

// mel converts a frequency in Hz to mels.
func mel(hz float64) float64 {
	if hz < melBreakHz {
		return hz / melLinear
	}
	return melBreak + elementary.Log(hz/melBreakHz)/(elementary.Log(melStepsTo)/melLogSteps)
}

// hertz converts mels to a frequency in Hz.
func hertz(mel float64) float64 {
	if mel < melBreak {
		return float64(mel * melLinear)
	}
	return float64(melBreakHz * elementary.Exp(float64((mel-melBreak)*(elementary.Log(melStepsTo)/melLogSteps))))
}

// A triangle is a mel filter: the weights of successive frequencies of a spectrum, from number first on. All others
// have the weight 0.
type triangle struct {
	first   int
	weights []float64
}

// newTriangles returns a bank of filters over the size/2+1 frequencies from 0 to rate/2. The corners of the triangles
// are equally spaced on the mel scale from low to high, both in Hz. By Slaney's normalisation a triangle has the height
// 2/width, in 1/Hz, so its area is 1. A triangle that is too narrow to contain a frequency is empty.
func newTriangles(bands, size, rate int, low, high float64) []triangle {
	points := make([]float64, bands+2)
	from, to := mel(low), mel(high)
	for i := range points {
		points[i] = hertz(from + float64((to-from)*float64(i))/float64(bands+1))
	}
	bank := make([]triangle, bands)
	for b := range bank {
		left, middle, right := points[b], points[b+1], points[b+2]
		norm := 2 / (right - left)
		for k := range size/2 + 1 {
			hz := float64(k) * float64(rate) / float64(size)
			w := min((hz-left)/(middle-left), (right-hz)/(right-middle))
			if !(w > 0) {
				continue
			}
			if len(bank[b].weights) == 0 {
				bank[b].first = k
			}
			bank[b].weights = append(bank[b].weights, float64(w*norm))
		}
	}
	return bank
}

// bankBytes returns the memory of a bank of filters in bytes.
func bankBytes(bank []triangle) int64 {
	n := int64(unsafe.Sizeof(triangle{})) * int64(cap(bank))
	for _, t := range bank {
		n += 8 * int64(cap(t.weights))
	}
	return n
}

// apply returns the weighted sum of x, which has one value for each frequency. It adds in the order of ascending
// frequencies.
func (t triangle) apply(x []float64) float64 {
	sum := 0.0
	for i, v := range x[t.first:][:len(t.weights)] {
		sum += float64(v * t.weights[i])
	}
	return sum
}
