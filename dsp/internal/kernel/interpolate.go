package kernel

import "math"

// Taps is the number of values of the signal that Interpolate reads for each result.
const Taps = 12

// A Walk is a sequence of positions in a signal, in steps of Whole + Part/Of values.
type Walk = struct {
	At, Phase       int // the next position is At + Phase/Of, with 0 <= Phase < Of
	Whole, Part, Of int // Whole >= 0, 0 <= Part < Of
}

// Interpolate computes n results dst[0], dst[stride], ... from the signal x at the positions of the walk. table has a
// row of Taps coefficients for each phase, [w.Of, Taps]:
//
//	for i := range n {
//		v, c := x[At:], table[Phase*Taps:]
//		s[j] = fma(v[j+8], c[j+8], fma(v[j+4], c[j+4], v[j]*c[j])) for j from 0 to 3
//		dst[i*stride] = float32((s[0]+s[2]) + (s[1]+s[3]))
//		advance At + Phase/Of by Whole + Part/Of
//	}
//
// w is then at the position after the last result. Interpolate panics if a result needs values outside of x, and for
// fields out of range.
func (l Level) Interpolate(dst []float32, stride, n int, x, table []float64, w *Walk) {
	if n <= 0 {
		return
	}
	last := w.At + (n-1)*w.Whole + (w.Phase+(n-1)*w.Part)/w.Of
	if stride < 1 || (n-1)*stride >= len(dst) || w.At < 0 || last+Taps > len(x) || w.Of*Taps > len(table) || w.Phase < 0 || w.Phase >= w.Of || w.Whole < 0 || w.Part < 0 || w.Part >= w.Of {
		panic("kernel: an interpolation outside of its signal, table or result")
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

// InterpolateOne returns one result of Interpolate before it is rounded to float32. x has at least Taps values from the
// position on, and row the coefficients of its phase.
func InterpolateOne(x, row []float64) float64 {
	x, row = x[:Taps], row[:Taps]
	var s [4]float64
	for i := range s {
		s[i] = math.FMA(x[i+8], row[i+8], math.FMA(x[i+4], row[i+4], float64(x[i]*row[i])))
	}
	return (s[0] + s[2]) + (s[1] + s[3])
}
