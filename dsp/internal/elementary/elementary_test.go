package elementary

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// TestSinPi compares with the Taylor series in 300 bits.
func TestSinPi(t *testing.T) {
	pi, _ := new(big.Float).SetPrec(300).SetString("3.14159265358979323846264338327950288419716939937510582097494459" +
		"230781640628620899862803482534211706798214808651")
	rng := rand.New(rand.NewPCG(1, 1))
	worst, at := 0.0, 0.0
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
				t.Errorf("SinPi(%v): got %g, want 0", x, got)
			}
			continue
		}
		diff, _ := new(big.Float).Sub(sum, new(big.Float).SetFloat64(got)).Float64()
		ulp := math.Nextafter(math.Abs(want), 2) - math.Abs(want)
		if v := math.Abs(diff) / ulp; !(v <= worst) {
			worst, at = v, x
		}
	}
	t.Logf("largest error %.2f ulp, at %v", worst, at)
	if !(worst <= 2) {
		t.Errorf("error at %v: got %.2f ulp, want at most 2", at, worst)
	}
}

// TestBesselI0 compares with the power series in 300 bits.
func TestBesselI0(t *testing.T) {
	for _, x := range []float64{0, 1e-9, 0.1, 1, 2.5, 5, 10.8, 13.5, 17.2, 40, 99} {
		t.Run(fmt.Sprint(x), func(t *testing.T) {
			q := new(big.Float).SetPrec(300).SetFloat64(x / 2)
			q.Mul(q, q)
			sum, term := new(big.Float).SetPrec(300).SetInt64(1), new(big.Float).SetPrec(300).SetInt64(1)
			for k := int64(1); k < 400; k++ {
				term.Mul(term, q)
				term.Quo(term, new(big.Float).SetPrec(300).SetInt64(k*k))
				sum.Add(sum, term)
			}
			want, _ := sum.Float64()
			if got := BesselI0(x * x / 4); !(math.Abs(got-want) <= 1e-14*want) {
				t.Errorf("I0(%v): got %v, want %v within a relative 1e-14", x, got, want)
			}
		})
	}
}

// TestBesselI0BelowZero compares with J0 of package math, which is negative at some of the points.
func TestBesselI0BelowZero(t *testing.T) {
	for _, q := range []float64{-0.1, -1, -1.5, -2.75, -5} {
		t.Run(fmt.Sprint(q), func(t *testing.T) {
			want := math.J0(2 * math.Sqrt(-q))
			if got := BesselI0(q); !(math.Abs(got-want) <= 1e-14) {
				t.Errorf("BesselI0(%v): got %v, want %v within 1e-14", q, got, want)
			}
		})
	}
}

// TestBesselI0Table compares with a published value (Abramowitz and Stegun, table 9.8).
func TestBesselI0Table(t *testing.T) {
	const want = 1.2660658777520084
	if got := BesselI0(0.25); !(math.Abs(got-want) <= 1e-15) {
		t.Errorf("I0(1): got %v, want %v", got, want)
	}
}

// ulps returns the distance of got from want in units in the last place of want. Any NaN equals any NaN.
func ulps(got, want float64) float64 {
	if got == want || got != got && want != want {
		return 0
	}
	return math.Abs(got-want) / (math.Nextafter(math.Abs(want), math.Inf(1)) - math.Abs(want))
}

// TestLogExp compares with package math, which is within 1 ulp on this processor's target, over the range of either.
func TestLogExp(t *testing.T) {
	const bound = 2 // 1 ulp of ours and 1 of package math
	rng := rand.New(rand.NewPCG(2, 2))
	worstLog, worstExp := 0.0, 0.0
	for range 200000 {
		x := math.Ldexp(0.5+rng.Float64()/2, rng.IntN(2040)-1020) // math.Log is wrong below 2^-1022
		if rng.IntN(2) == 0 {
			x = 1 + (rng.Float64()-0.5)*math.Ldexp(1, -rng.IntN(40))
		}
		worstLog = max(worstLog, ulps(Log(x), math.Log(x)))
		y := (rng.Float64() - 0.5) * 1416
		if rng.IntN(2) == 0 {
			y = (rng.Float64() - 0.5) * math.Ldexp(1, -rng.IntN(40))
		}
		worstExp = max(worstExp, ulps(Exp(y), math.Exp(y)))
	}
	t.Logf("largest distance from package math: log %.2f ulp, exp %.2f ulp", worstLog, worstExp)
	if !(worstLog <= bound) {
		t.Errorf("distance of Log from package math: got %.2f ulp, want at most %d", worstLog, bound)
	}
	if !(worstExp <= bound) {
		t.Errorf("distance of Exp from package math: got %.2f ulp, want at most %d", worstExp, bound)
	}
}

// TestLogExpValues compares the ends of the ranges, and values that are known to more digits.
func TestLogExpValues(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		name    string
		f       func(float64) float64
		x, want float64
	}{
		{"Log", Log, 1, 0}, {"Log", Log, 2, math.Ln2}, {"Log", Log, 10, math.Ln10},
		{"Log", Log, math.SmallestNonzeroFloat64, -744.4400719213812}, {"Log", Log, math.MaxFloat64, 709.782712893384},
		{"Log", Log, 0, -inf}, {"Log", Log, -1, nan}, {"Log", Log, nan, nan}, {"Log", Log, inf, inf},
		{"Exp", Exp, 0, 1}, {"Exp", Exp, 1, math.E}, {"Exp", Exp, -1, 0.36787944117144233},
		{"Exp", Exp, 711, inf}, {"Exp", Exp, 710, inf}, {"Exp", Exp, -747, 0},
		{"Exp", Exp, -745, math.SmallestNonzeroFloat64}, {"Exp", Exp, -inf, 0}, {"Exp", Exp, inf, inf},
		{"Exp", Exp, nan, nan},
	} {
		t.Run(fmt.Sprintf("%s of %v", c.name, c.x), func(t *testing.T) {
			if got := c.f(c.x); !(ulps(got, c.want) <= 1) {
				t.Errorf("got %v, want %v within 1 ulp", got, c.want)
			}
		})
	}
}

// TestLogExpAgainstBig measures the errors in 200 bits.
func TestLogExpAgainstBig(t *testing.T) {
	const precision = 200
	exp := func(x float64) *big.Float { // e^x by the series of e^(x/2^12), squared 12 times
		r := new(big.Float).SetPrec(precision).SetFloat64(math.Ldexp(x, -12))
		sum, term := new(big.Float).SetPrec(precision).SetInt64(1), new(big.Float).SetPrec(precision).SetInt64(1)
		for k := int64(1); k < 60; k++ {
			term.Mul(term, r)
			term.Quo(term, new(big.Float).SetInt64(k))
			sum.Add(sum, term)
		}
		for range 12 {
			sum.Mul(sum, sum)
		}
		return sum
	}
	rng := rand.New(rand.NewPCG(3, 3))
	worstLog, worstExp := 0.0, 0.0
	for range 2000 {
		x := (rng.Float64() - 0.5) * math.Ldexp(1400, -rng.IntN(20))
		want := exp(x)
		nearest, _ := want.Float64()
		ulp := math.Nextafter(nearest, math.Inf(1)) - nearest
		d, _ := new(big.Float).Sub(want, new(big.Float).SetFloat64(Exp(x))).Float64()
		worstExp = max(worstExp, math.Abs(d)/ulp)

		// Log(v) is off by ln(v/e^Log(v)), which is v/e^Log(v) - 1 to first order.
		v := math.Ldexp(0.5+rng.Float64()/2, rng.IntN(40)-20)
		l := Log(v)
		q := new(big.Float).SetPrec(precision).Quo(new(big.Float).SetFloat64(v), exp(l))
		d, _ = q.Sub(q, new(big.Float).SetInt64(1)).Float64()
		worstLog = max(worstLog, math.Abs(d)/(math.Nextafter(math.Abs(l), math.Inf(1))-math.Abs(l)))
	}
	t.Logf("largest error: log %.2f ulp, exp %.2f ulp", worstLog, worstExp)
	if !(worstLog <= 1) {
		t.Errorf("error of Log: got %.2f ulp, want at most 1", worstLog)
	}
	if !(worstExp <= 1) {
		t.Errorf("error of Exp: got %.2f ulp, want at most 1", worstExp)
	}
}
