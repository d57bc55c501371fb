package kernel

import "math"

// The exponential is computed in float64 for float32 arguments (W. J. Cody and W. Waite, "Software Manual for the
// Elementary Functions", 1980, chapter 6; J.-M. Muller, "Elementary Functions", 3rd edition, 2016, chapters 3 and 11):
//
//	x = n*ln(2) + r with n whole and |r| <= ln(2)/2, so e^x = 2^n * (1 + q) with q = e^r - 1
//
// One fused operation subtracts n*ln(2). |n| is at most 151, so the rounding error of ln(2) changes the result by less
// than 2^-47 of it, far below the precision of float32. q is r times a polynomial, so it keeps its relative accuracy,
// and its sign, down to r = ±0.

const (
	log2e = 1 / math.Ln2

	// Adding expMagic to a number of magnitude below 2^51 rounds it to a whole number. The low bits of the sum are that
	// number plus 1023, the bias of a float64 exponent.
	expMagic = 0x1.8p52 + 1023

	// For |x| >= expLimit, e^x is 0 or +Inf in float32.
	expLimit = 104.5
)

// Coefficients of (e^r - 1)/r in powers of r for |r| <= ln(2)/2. The first is exact. The others are the minimax
// approximation of (e^r - 1 - r)/r^2 by the exchange algorithm of Remez (Muller, section 3.5), rounded to float64.
// TestPolynomials checks that the relative error of e^r - 1 is below 2^-36, a 4000th of an ulp of float32.
const (
	exp0 = 1
	exp1 = 0.49999999999910233
	exp2 = 0.16666666719042703
	exp3 = 0.04166666685336125
	exp4 = 0.008333298465901372
	exp5 = 0.0013888824238576071
	exp6 = 0.00019899288091186415
	exp7 = 2.487612019529646e-05
)

// expParts returns s = 2^n and q = e^r - 1 with x = n*ln(2) + r. It first limits x to ±expLimit. If x is NaN, so is q.
func expParts(x float32) (s, q float64) {
	if x > expLimit {
		x = expLimit
	}
	if x < -expLimit {
		x = -expLimit
	}
	v := float64(x)
	t := math.FMA(v, log2e, expMagic)
	s = math.Float64frombits(math.Float64bits(t) << 52)
	n := t - expMagic
	r := math.FMA(-n, math.Ln2, v)
	return s, expPolynomial(r)
}

// expPolynomial returns e^r - 1 for |r| <= ln(2)/2.
func expPolynomial(r float64) float64 {
	p := math.FMA(exp7, r, exp6)
	p = math.FMA(p, r, exp5)
	p = math.FMA(p, r, exp4)
	p = math.FMA(p, r, exp3)
	p = math.FMA(p, r, exp2)
	p = math.FMA(p, r, exp1)
	p = math.FMA(p, r, exp0)
	return float64(r * p)
}

// exp64 returns e^x before it is rounded to float32. It does not add 1 to e^x - 1, because that would lose small
// results.
func exp64(x float32) float64 {
	s, q := expParts(x)
	return math.FMA(s, q, s)
}

// expm164 returns e^x - 1 before it is rounded to float32: s*q - (1-s), so that expm164(-0) is -0.
func expm164(x float32) float64 {
	s, q := expParts(x)
	return math.FMA(s, q, -(1 - s))
}

func exp32(x float32) float32 { return float32(exp64(x)) }

func expm132(x float32) float32 { return float32(expm164(x)) }

// tanh32 returns E/(E+2) with E = e^(2x) - 1.
func tanh32(x float32) float32 {
	e := expm164(x + x)
	return float32(e / (e + 2))
}

func sigmoid32(x float32) float32 { return float32(1 / (exp64(-x) + 1)) }

func elu32(x, alpha float32) float32 {
	if x > 0 {
		return x
	}
	return float32(float64(alpha) * expm164(x))
}
