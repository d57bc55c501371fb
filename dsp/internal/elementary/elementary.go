// Package elementary computes elementary functions in float64 with the same bits on every processor. Everything whose
// result reaches a sample uses it, such as filter coefficients, windows and twiddle factors:
//
//	w := elementary.SinPi(x) // sin(pi*x), x in half turns
//
// The functions use only operations that IEEE 754 defines to the last bit. The results of math.Sin, math.Exp and
// math.Log depend on the processor instead.
//
// Every inexact product in this package is wrapped in a conversion to float64. Go may fuse a product with the sum that
// it flows into, even across assignments and inlined calls, and only a conversion prevents that. Without one, the last
// bit would differ between processors with and without fused multiply-add.
package elementary

import "math"

// SinPi returns sin(pi*x) within 2 ulp, for |x| < 2^52. It reduces x exactly to [-1/2, 1/2] and sums the Taylor series
// up to degree 23, whose truncation error is below 2^-60.
func SinPi(x float64) float64 {
	x = float64(x)
	n := math.Floor(x + 0.5)
	y := float64((x - n) * math.Pi)
	if n-2*math.Floor(n/2) != 0 {
		y = -y
	}
	z := float64(y * y)
	p := 0.0
	for _, c := range sinSeries {
		p = math.FMA(p, z, c)
	}
	return math.FMA(y, float64(p*z), y)
}

// sinSeries holds (-1)^k / (2k+1)! for k from 11 down to 1.
var sinSeries = [...]float64{
	-1.0 / 25852016738884976640000, 1.0 / 51090942171709440000, -1.0 / 121645100408832000, 1.0 / 355687428096000,
	-1.0 / 1307674368000, 1.0 / 6227020800, -1.0 / 39916800, 1.0 / 362880, -1.0 / 5040, 1.0 / 120, -1.0 / 6,
}

// BesselI0 returns I0(2*sqrt(q)), the modified Bessel function of the first kind and order 0, for q < 2500. It sums the
// power series of q^k / k!^2 (M. Abramowitz and I. A. Stegun, "Handbook of Mathematical Functions", 9.6.12). For q >= 0
// all terms are positive, so the relative error is below 1e-14. For q slightly below 0 the series is the continuation
// of the function, J0(2*sqrt(-q)).
func BesselI0(q float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; math.Abs(term) > math.Abs(sum)*0x1p-60; k++ {
		term = float64(term * (q / float64(k*k)))
		sum += term
	}
	return sum
}

// Log returns the natural logarithm of x within 1 ulp. It is -Inf for 0, +Inf for +Inf, and NaN for NaN and for x < 0.
//
// With x = 2^k * (1+f), 1+f between sqrt(1/2) and sqrt(2), and s = f/(2+f), the logarithm is k*ln 2 + 2*atanh(s). In
// 2*atanh(s) = f - s*f + 2*s^3*(1/3 + s^2/5 + ...), s*f is the only large term that is rounded.
func Log(x float64) float64 {
	switch {
	case x > math.MaxFloat64:
		return x
	case x == 0:
		return math.Inf(-1)
	case !(x > 0):
		return math.NaN()
	}
	m, e := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m, e = 2*m, e-1
	}
	k, f := float64(e), m-1
	s := f / (2 + f)
	z := float64(s * s)
	p := 0.0
	for _, c := range atanhSeries {
		p = math.FMA(p, z, c)
	}
	rest := math.FMA(k, ln2Low, float64(s*(float64(2*float64(z*p))-f)))
	return math.FMA(k, ln2High, f+rest)
}

// atanhSeries holds 1/(2k+1) for k from 11 down to 1.
var atanhSeries = [...]float64{
	1.0 / 23, 1.0 / 21, 1.0 / 19, 1.0 / 17, 1.0 / 15, 1.0 / 13, 1.0 / 11, 1.0 / 9, 1.0 / 7, 1.0 / 5, 1.0 / 3,
}

// ln2High is ln 2 truncated to 32 bits, so that its products with exponents are exact. ln2Low is ln 2 minus ln2High.
const (
	ln2High = 0x1.62e42feep-1
	ln2Low  = math.Ln2 - ln2High
)

// Exp returns e^x. The error is within 1 ulp if the result is a normal number, and a subnormal result is rounded once
// more. Exp returns 0 or +Inf for results outside the range of float64, and NaN for NaN.
//
// With x = k*ln 2 + r, |r| <= ln(2)/2, the result is 2^k times the Taylor series of e^r up to degree 13, whose
// truncation error is below 2^-57.
func Exp(x float64) float64 {
	switch {
	case x != x:
		return x
	case x > 710:
		return math.Inf(1)
	case x < -746:
		return 0
	}
	k := math.Floor(float64(x*math.Log2E) + 0.5)
	r := math.FMA(-k, ln2Low, x-float64(k*ln2High))
	p := 0.0
	for _, c := range expSeries {
		p = math.FMA(p, r, c)
	}
	return math.Ldexp(1+math.FMA(float64(r*r), p, r), int(k))
}

// expSeries holds 1/k! for k from 13 down to 2.
var expSeries = [...]float64{
	1.0 / 6227020800, 1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040, 1.0 / 720,
	1.0 / 120, 1.0 / 24, 1.0 / 6, 1.0 / 2,
}
