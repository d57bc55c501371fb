package elementary

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// TestSinPi compares with the Taylor series in 200 bits.
func TestSinPi(t *testing.T) {
	pi, _ := new(big.Float).SetPrec(300).SetString("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803482534211706798214808651")
	rng := rand.New(rand.NewPCG(1, 1))
	worst := 0.0
	for i := range 20000 {
		x := float64(i-10000) / 1024
		if i%2 == 1 {
			x = (rng.Float64() - 0.5) * math.Ldexp(1, rng.IntN(40)-30)
		}
		y := new(big.Float).SetPrec(300).SetFloat64(x - 2*math.Floor((x+1)/2)) // exact, in [-1, 1)
		y.Mul(y, pi)
		sum, term := new(big.Float).SetPrec(300).Set(y), new(big.Float).SetPrec(300).Set(y)
		for k := 1; k < 60; k++ {
			term.Mul(term, y)
			term.Mul(term, y)
			term.Quo(term, new(big.Float).SetInt64(int64(-2*k*(2*k+1))))
			sum.Add(sum, term)
		}
		want, _ := sum.Float64()
		got := SinPi(x)
		if math.Abs(want) < 1e-60 {
			if got != 0 {
				t.Fatalf("SinPi(%v) = %g, want 0", x, got)
			}
			continue
		}
		diff, _ := new(big.Float).Sub(sum, new(big.Float).SetFloat64(got)).Float64()
		ulp := math.Nextafter(math.Abs(want), 2) - math.Abs(want)
		worst = max(worst, math.Abs(diff)/ulp)
	}
	t.Logf("largest error %.2f ulp", worst)
	if worst > 2 {
		t.Errorf("error %.2f ulp, the doc says 2", worst)
	}
}

// TestBesselI0 compares with tabulated values (Abramowitz and Stegun table 9.8 and 9.11, exp(-x)*I0(x) for large x) and
// with the recurrence-free series in 300 bits.
func TestBesselI0(t *testing.T) {
	for _, x := range []float64{0, 1e-9, 0.1, 1, 2.5, 5, 10.8, 13.5, 17.2, 40, 99} {
		q := new(big.Float).SetPrec(300).SetFloat64(x / 2)
		q.Mul(q, q)
		sum, term := new(big.Float).SetPrec(300).SetInt64(1), new(big.Float).SetPrec(300).SetInt64(1)
		for k := int64(1); k < 400; k++ {
			term.Mul(term, q)
			term.Quo(term, new(big.Float).SetPrec(300).SetInt64(k*k))
			sum.Add(sum, term)
		}
		want, _ := sum.Float64()
		if got := BesselI0(x * x / 4); math.Abs(got-want) > 1e-14*want {
			t.Errorf("I0(%v) = %v, want %v", x, got, want)
		}
	}
	if got := BesselI0(0.25); math.Abs(got-1.2660658777520084) > 1e-15 {
		t.Errorf("I0(1) = %v", got)
	}
}
