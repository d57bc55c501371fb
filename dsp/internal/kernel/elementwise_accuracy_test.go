package kernel

import (
	"math"
	"testing"
)

// accuracies holds the bounds that the documentation states, and functions to compare with.
var accuracies = []struct {
	name  string
	bound float64 // in ulp
	limit float64 // of the magnitude of arguments
	run   func(l Level, dst, src []float32)
	want  func(x float64) float64
}{
	{"exp", 0.5001, math.Inf(1), Level.Exp, math.Exp},
	{"expm1", 0.5002, math.Inf(1), Level.Expm1, math.Expm1},
	{"tanh", 0.5002, math.Inf(1), Level.Tanh, math.Tanh},
	{"sigmoid", 0.5001, math.Inf(1), Level.Sigmoid, func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }},
	{"sin", 0.5001, sinLimit, Level.Sin, math.Sin},
	{"elu", 0.5002, math.Inf(1), func(l Level, dst, src []float32) { l.ELU(dst, src, 1.3) }, func(x float64) float64 {
		if x > 0 {
			return x
		}
		return float64(float32(1.3)) * math.Expm1(x)
	}},
}

// ulps returns the distance of got from want in units in the last place of float32 at want.
func ulps(got float32, want float64) float64 {
	if math.IsNaN(want) {
		if got != got {
			return 0
		}
		return math.Inf(1)
	}
	g := float64(got)
	g = math.Copysign(min(math.Abs(g), 0x1p128), g) // what infinity stands for in rounding
	want = math.Copysign(min(math.Abs(want), 0x1p128), want)
	if g == want {
		return 0
	}
	_, e := math.Frexp(want)
	return math.Abs(g-want) / math.Ldexp(1, min(max(e, -125), 128)-24)
}

// TestElementwiseAccuracy compares with package math, whose float64 results are good to about 2^-52.
func TestElementwiseAccuracy(t *testing.T) {
	levels := Levels()
	l := levels[len(levels)-1] // the others have the same bits
	for _, a := range accuracies {
		t.Run(a.name, func(t *testing.T) {
			var worst float64
			var at float32
			var dst []float32
			check := func(src []float32) {
				dst = append(dst[:0], src...)
				a.run(l, dst, dst)
				for i, x := range src {
					if math.Abs(float64(x)) > a.limit {
						continue
					}
					if e := ulps(dst[i], a.want(float64(x))); !(e <= worst) {
						worst, at = e, x
					}
				}
			}
			stride(steps(), check)
			check(special)
			t.Logf("%.6f ulp, at %x", worst, at)
			if !(worst <= a.bound) {
				t.Errorf("%x gives an error of %.4f ulp, more than %g", at, worst, a.bound)
			}
		})
	}
}
