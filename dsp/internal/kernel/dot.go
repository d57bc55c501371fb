package kernel

import "math"

// Float is the type of samples and weights.
type Float interface{ float32 | float64 }

// Dot returns acc after
//
//	for c := range w { acc = fma(x[c], w[c], acc) }
//
// x must be at least as long as w. It is Go code at every level.
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

// Dot64x2 returns the products of two signals with the same coefficients, each as by Dot64(0, ...):
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
