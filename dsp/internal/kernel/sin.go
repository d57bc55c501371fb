package kernel

import "math"

// The sine is computed in float64 for float32 arguments: x = n*pi + r with n whole and |r| <= pi/2, so sin(x) is (-1)^n
// * sin(r).
//
// The argument reduction is that of Cody and Waite with fused operations (J.-M. Muller, "Elementary Functions", 3rd
// edition, 2016, section 11.2). piHigh + piLow is pi with an error of at most 2^-107. Unless n is 0, x and n*piHigh are
// whole multiples of 2^-51 that differ by less than 4, so the first difference is exact. The second has an error of at
// most n*2^-107. This is small compared with r, because no float32 up to sinLimit except 0 is nearer than 2^-28 to a
// multiple of pi.

const (
	piHigh    = 0x1.921fb54442d18p+1
	piLow     = 0x1.1a62633145c07p-53
	inversePi = 1 / math.Pi

	// Adding sinMagic to a number of magnitude below 2^51 rounds it to a whole number. The lowest bit of the sum is the
	// parity of that number.
	sinMagic = 0x1.8p52

	// Up to sinLimit, |r| is below 1.6, the range of the polynomial. Above it, the error of inversePi makes n wrong.
	sinLimit = 0x1p48
)

// Coefficients of sin(r)/r in powers of r^2 for |r| <= 1.6. The first is exact. The others are the minimax
// approximation of (sin(r)/r - 1)/r^2 by the exchange algorithm of Remez (Muller, section 3.5), rounded to float64.
// TestPolynomials checks that the relative error is below 2^-41.
const (
	sin0 = 1
	sin1 = -0.166666666666565
	sin2 = 0.00833333333046867
	sin3 = -0.0001984126853351394
	sin4 = 2.7557100789424093e-06
	sin5 = -2.5035598474975218e-08
	sin6 = 1.5482213053580817e-10
)

// sin32 returns sin(x) for |x| <= sinLimit, else NaN.
func sin32(x float32) float32 {
	if !(x <= sinLimit && x >= -sinLimit) {
		return float32(math.NaN())
	}
	v := float64(x)
	t := math.FMA(v, inversePi, sinMagic)
	n := t - sinMagic
	r := math.FMA(-n, piHigh, v)
	r = math.FMA(-n, piLow, r)
	odd := math.Float64bits(t) << 63
	return float32(sinPolynomial(math.Float64frombits(math.Float64bits(r) ^ odd)))
}

// sinPolynomial returns sin(r) for |r| <= 1.6.
func sinPolynomial(r float64) float64 {
	z := float64(r * r)
	p := math.FMA(sin6, z, sin5)
	p = math.FMA(p, z, sin4)
	p = math.FMA(p, z, sin3)
	p = math.FMA(p, z, sin2)
	p = math.FMA(p, z, sin1)
	p = math.FMA(p, z, sin0)
	return float64(r * p)
}

// snake32 returns x + sin(a*x)^2/b. Every operation is rounded to float32.
func snake32(x, a, b float32) float32 {
	s := sin32(float32(a * x))
	return x + float32(float32(s*s)/b)
}
