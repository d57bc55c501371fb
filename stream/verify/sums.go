package verify

import "math"

// Direct is implemented by a processor with a faster method than the sums of products that define it, such as a
// *resample.Converter, which transforms blocks.
type Direct interface {
	// Direct returns the sums for src, which is a whole input, not rounded to float32.
	Direct(src []float32) ([]float64, error)
}

// A Deviation is how far samples are from the sums that define them.
type Deviation struct {
	Worst float64 // largest distance beyond the rounding to float32; +Inf if the lengths differ
	Limit float64 // largest Worst that is right: 1e-9 of the largest absolute value of the input
}

// Within reports whether no sample is farther than Limit. NaN is never within.
func (d Deviation) Within() bool { return d.Worst <= d.Limit }

// limit is Deviation.Limit for inputs of up to 1.
const limit = 1e-9

// Sums compares got, the output of a stream for the whole input src, with the sums that define it. The error is that
// of Direct: some converters have no table of coefficients.
func Sums(p Direct, src, got []float32) (Deviation, error) {
	want, err := p.Direct(src)
	if err != nil {
		return Deviation{}, err
	}
	peak := float32(0)
	for _, v := range src {
		peak = max(peak, v, -v)
	}
	d := Deviation{Limit: limit * float64(peak)}
	if len(got) != len(want) {
		d.Worst = math.Inf(1)
		return d, nil
	}
	for i, v := range want {
		size := max(got[i], -got[i])
		half := float64(float64(math.Nextafter32(size, math.MaxFloat32)-size) / 2) // of a unit in the last place
		d.Worst = max(d.Worst, math.Abs(float64(got[i])-v)-half)
	}
	return d, nil
}
