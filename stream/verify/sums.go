package verify

import (
	"math"

	"github.com/tailwave/tailwave/dsp"
)

// Direct is implemented by a processor whose output is defined by sums of products, but computed by a faster method.
// *resample.Converter is one: it uses Fourier transforms of blocks.
type Direct interface {
	// Direct returns the sums for the whole input src, in float64.
	Direct(src []float32) ([]float64, error)
}

// Spoiler is implemented by a processor whose method spreads a NaN or an infinity to more output frames than the
// defining sums do. In a *resample.Converter it spreads to the whole block.
type Spoiler interface {
	// Shape must have equal numbers of input and output channels.
	Shape() dsp.Shape

	// Spoiled returns the output frames that a NaN or an infinity in an input frame may change, in its channel: first
	// to end-1. end may be beyond the last frame.
	Spoiled(frame int64) (first, end int64)
}

// A Deviation is the distance of samples from the sums that define them.
type Deviation struct {
	Worst   float64 // largest distance, less half a unit in the last place of float32; +Inf if the lengths differ
	Limit   float64 // the largest correct Worst: 1e-9 times the largest finite absolute value of the input
	Spoiled int64   // number of samples left out because a NaN or an infinity in the input may have changed them
}

// Within reports whether Worst is at most Limit. It is false if Worst is NaN.
func (d Deviation) Within() bool { return d.Worst <= d.Limit }

// limit is Deviation.Limit for an input with a peak of 1.
const limit = 1e-9

// Sums compares got, the output of a stream for the whole input src, with the sums that define it. If p is a [Spoiler],
// the samples that it calls spoiled are left out. In the other samples a NaN equals any NaN, and an infinity equals an
// infinity of the same sign. The error is that of Direct; a resample.Converter without a table of coefficients returns
// one.
func Sums(p Direct, src, got []float32) (Deviation, error) {
	want, err := p.Direct(src)
	if err != nil {
		return Deviation{}, err
	}
	peak := float32(0)
	for _, v := range src {
		if isFinite(v) {
			peak = max(peak, v, -v)
		}
	}
	d := Deviation{Limit: limit * float64(peak)}
	if len(got) != len(want) {
		d.Worst = math.Inf(1)
		return d, nil
	}
	spoiled := spoiledSamples(p, src, len(got))
	for i, v := range want {
		if spoiled != nil && spoiled[i] {
			d.Spoiled++
			continue
		}
		if y := float32(v); y == got[i] || y != y && got[i] != got[i] {
			continue
		}
		size := max(got[i], -got[i])
		half := float64(float64(math.Nextafter32(size, math.MaxFloat32)-size) / 2) // of a unit in the last place
		d.Worst = max(d.Worst, math.Abs(float64(got[i])-v)-half)
	}
	return d, nil
}

// spoiledSamples returns, for each output sample, whether it is spoiled. It returns nil if no sample is.
func spoiledSamples(p Direct, src []float32, samples int) []bool {
	s, ok := p.(Spoiler)
	if !ok {
		return nil
	}
	channels := s.Shape().In
	frames := int64(samples / channels)
	var marks []bool
	done := make([]int64, channels) // for each channel, the end of the frames marked so far; ranges ascend
	for i, v := range src {
		if isFinite(v) {
			continue
		}
		if marks == nil {
			marks = make([]bool, samples)
		}
		c := i % channels
		first, end := s.Spoiled(int64(i / channels))
		end = min(end, frames)
		for k := max(first, done[c]); k < end; k++ {
			marks[int(k)*channels+c] = true
		}
		done[c] = max(done[c], end)
	}
	return marks
}
