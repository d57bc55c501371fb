package kernel

import "math"

// Taps is how many values Interpolate takes for each result.
const Taps = 12

// A Walk goes through a signal in steps of Whole + Part/Of values, Part < Of.
type Walk = struct {
	At, Phase       int // where the next result is: At + Phase/Of
	Whole, Part, Of int
}

// Interpolate computes dst[0], dst[stride], ..., n results, of the signal x: at a place At + Phase/Of the sum of the
// Taps values from x[At] on, times the row of table for the phase. The first four products, plus the next four, plus
// the last four make four sums; the first and the third of these, and the second and the fourth, are added, and then
// both. The result is rounded to float32. w then stands after the last result.
func (l Level) Interpolate(dst []float32, stride, n int, x, table []float64, w *Walk) {
	if n <= 0 {
		return
	}
	last := w.At + (n-1)*w.Whole + (w.Phase+(n-1)*w.Part)/w.Of
	if stride < 1 || (n-1)*stride >= len(dst) || w.At < 0 || last+Taps > len(x) || w.Of*Taps > len(table) || w.Phase < 0 || w.Phase >= w.Of || w.Whole < 0 || w.Part < 0 || w.Part >= w.Of {
		panic("kernel: interpolation beyond its signal")
	}
	if l >= AVX2 {
		interpolateAVX2(dst, stride, n, x, table, w)
	} else {
		interpolateGo(dst, stride, n, x, table, w)
	}
}

func interpolateGo(dst []float32, stride, n int, x, table []float64, w *Walk) {
	for i := range n {
		dst[i*stride] = float32(InterpolateOne(x[w.At:], table[w.Phase*Taps:]))
		w.At += w.Whole
		if w.Phase += w.Part; w.Phase >= w.Of {
			w.Phase -= w.Of
			w.At++
		}
	}
}

// InterpolateOne is one result of Interpolate, not rounded.
func InterpolateOne(x, row []float64) float64 {
	x, row = x[:Taps], row[:Taps]
	var s [4]float64
	for i := range s {
		s[i] = math.FMA(x[i+8], row[i+8], math.FMA(x[i+4], row[i+4], float64(x[i]*row[i])))
	}
	return (s[0] + s[2]) + (s[1] + s[3])
}
