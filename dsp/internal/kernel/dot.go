package kernel

import "math"

// Float is a sample type.
type Float interface{ float32 | float64 }

// Dot continues an accumulator over the common length of x and w:
//
//	for c := range w { acc = fma(x[c], w[c], acc) }
//
// x must be at least as long as w.
func Dot[T Float](acc T, x, w []T) T {
	switch a := any(acc).(type) {
	case float32:
		return T(dot32(a, any(x).([]float32), any(w).([]float32)))
	case float64:
		return T(Dot64(a, any(x).([]float64), any(w).([]float64)))
	}
	panic("unreachable")
}

func dot32(acc float32, x, w []float32) float32 {
	x = x[:len(w)]
	for c, wc := range w {
		acc = FMA32(x[c], wc, acc)
	}
	return acc
}

// Dot64 is Dot for float64.
func Dot64(acc float64, x, w []float64) float64 {
	x = x[:len(w)]
	for c, wc := range w {
		acc = math.FMA(x[c], wc, acc)
	}
	return acc
}

// Dot64x2 runs two signals over the same coefficients, from zero:
//
//	for c := range w { a = fma(x[c], w[c], a); b = fma(y[c], w[c], b) }
//
// x and y must be at least as long as w.
func Dot64x2(x, y, w []float64) (a, b float64) {
	x, y = x[:len(w)], y[:len(w)]
	for c, wc := range w {
		a = math.FMA(x[c], wc, a)
		b = math.FMA(y[c], wc, b)
	}
	return a, b
}
