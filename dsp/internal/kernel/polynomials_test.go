package kernel

import (
	"math"
	"math/big"
	"testing"
)

// TestPolynomials compares the approximations with their series, summed in 300 bits.
func TestPolynomials(t *testing.T) {
	const terms, points = 40, 2000
	for _, c := range []struct {
		name  string
		limit float64
		step  int // of the powers in the series
		sign  float64
		f     func(r float64) float64
		bound float64 // of the relative error
	}{
		{"e^r - 1", math.Ln2/2 + 0x1p-40, 1, 1, expPolynomial, 0x1p-36},
		{"sin(r)", 1.6, 2, -1, sinPolynomial, 0x1p-41},
	} {
		t.Run(c.name, func(t *testing.T) {
			worst, at := 0.0, 0.0
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
				if v := math.Abs(relative); !(v <= worst) {
					worst, at = v, r
				}
			}
			t.Logf("largest relative error 2^%.2f, at %v", math.Log2(worst), at)
			if !(worst < c.bound) {
				t.Errorf("relative error at %v: got 2^%.2f, want less than 2^%.2f", at, math.Log2(worst), math.Log2(c.bound))
			}
		})
	}
}
