package verify

import (
	"math"

	"github.com/tailwave/tailwave/dsp"
)

// Direct is implemented by a processor with a faster method than the sums of products that define it, such as a
// *resample.Converter, which transforms blocks.
type Direct interface {
	// Direct returns the sums for src, which is a whole input, not rounded to float32.
	Direct(src []float32) ([]float64, error)
}

// Spoiler is implemented by a processor whose method spreads a NaN or an infinity to more output frames than the sums
// that define it do, such as a *resample.Converter, where it spreads to the whole block.
type Spoiler interface {
	// Shape has as many output channels as input channels.
	Shape() dsp.Shape

	// Spoiled returns the output frames, from first up to but not including end, that a NaN or an infinity in an input
	// frame may change, in its channel. end may be beyond the last frame.
	Spoiled(frame int64) (first, end int64)
}

// A Deviation is how far samples are from the sums that define them.
type Deviation struct {
	Worst   float64 // largest distance beyond the rounding to float32; +Inf if the lengths differ
	Limit   float64 // largest Worst that is right: 1e-9 of the largest finite absolute value of the input
	Spoiled int64   // samples that were left out, because a NaN or an infinity in the input spoils them
}

// Within reports whether no sample is farther than Limit. NaN is never within.
func (d Deviation) Within() bool { return d.Worst <= d.Limit }

// limit is Deviation.Limit for inputs of up to 1.
const limit = 1e-9

// Sums compares got, the output of a stream for the whole input src, with the sums that define it. If p is a [Spoiler],
// exactly the samples that it calls spoiled are left out. In all others a NaN equals a NaN, and an infinity equals one
// of its sign. The error is that of Direct: some converters have no table of coefficients.
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

// spoiledSamples marks which of the output samples are spoiled. It returns nil if none are.
func spoiledSamples(p Direct, src []float32, samples int) []bool {
	s, ok := p.(Spoiler)
	if !ok {
		return nil
	}
	channels := s.Shape().In
	frames := int64(samples / channels)
	var marks []bool
	done := make([]int64, channels) // all spoiled frames before it are marked: ranges come in ascending order
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
