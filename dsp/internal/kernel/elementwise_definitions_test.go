package kernel

import (
	"math"
	"math/big"
	"testing"
)

// TestElementwiseDefinitions writes the simple functions out once more. Products stand alone, so nothing can be fused.
func TestElementwiseDefinitions(t *testing.T) {
	const slope, s = -0.3, 1.7
	a, b := rowOf(5, 0.4), rowOf(5, 2)
	for _, c := range []struct {
		name string
		run  func(l Level, dst, src []float32)
		want func(i int, x float32) float32
	}{
		{"ReLU", Level.ReLU, func(_ int, x float32) float32 {
			if x > 0 || x != x {
				return x
			}
			return 0
		}},
		{"LeakyReLU", func(l Level, dst, src []float32) { l.LeakyReLU(dst, src, slope) }, func(_ int, x float32) float32 {
			if x >= 0 || x != x {
				return x
			}
			return x * slope
		}},
		{"Scale", func(l Level, dst, src []float32) { l.Scale(dst, src, s) }, func(_ int, x float32) float32 {
			return x * s
		}},
		{"Add", func(l Level, dst, src []float32) { l.Add(dst, src, src) }, func(_ int, x float32) float32 { return x + x }},
		{"AddFrames", func(l Level, dst, src []float32) { l.AddFrames(dst, src, b) }, func(i int, x float32) float32 {
			return x + b[i%5]
		}},
		{"Snake", func(l Level, dst, src []float32) { l.Snake(dst, src, a, b) }, func(i int, x float32) float32 {
			sine := []float32{x * a[i%5]}
			Generic.Sin(sine, sine)
			square := sine[0] * sine[0]
			return x + square/b[i%5]
		}},
	} {
		for _, l := range Levels() {
			check := func(src []float32) {
				src = src[:len(src)-len(src)%5]
				dst := make([]float32, len(src))
				c.run(l, dst, src)
				for i, x := range src {
					if want := c.want(i, x); !alike(dst[i], want) && !t.Failed() {
						t.Errorf("%s.%s(%x) = %x, want %x", l, c.name, x, dst[i], want)
					}
				}
			}
			stride(1_000_003, check)
			check(special)
		}
	}
}

// TestPolynomials sums the series in long arithmetic.
func TestPolynomials(t *testing.T) {
	const terms, points = 40, 2000
	for _, c := range []struct {
		name  string
		limit float64
		step  int // of the powers in the series
		sign  float64
		f     func(r float64) float64
		bound float64
	}{
		{"e^r - 1", math.Ln2/2 + 0x1p-40, 1, 1, expPolynomial, 0x1p-36},
		{"sin(r)", 1.6, 2, -1, sinPolynomial, 0x1p-41},
	} {
		worst := 0.0
		for i := range points {
			r := c.limit * (2*float64(i)/(points-1) - 1)
			x := big.NewFloat(r).SetPrec(300)
			sum, term := new(big.Float).SetPrec(300), new(big.Float).Copy(x)
			for k := 1; k < terms; k += c.step {
				sum.Add(sum, term)
				for j := k + 1; j <= k+c.step; j++ {
					term.Mul(term, x)
					term.Quo(term, big.NewFloat(float64(j)))
				}
				term.Mul(term, big.NewFloat(c.sign))
			}
			e := big.NewFloat(c.f(r)).SetPrec(300)
			relative, _ := e.Quo(e.Sub(e, sum), sum).Float64()
			worst = max(worst, math.Abs(relative))
		}
		t.Logf("%s: 2^%.2f", c.name, math.Log2(worst))
		if !(worst < c.bound) {
			t.Errorf("%s is off by %g of it, more than %g", c.name, worst, c.bound)
		}
	}
}
