// Package elementary has the functions that coefficients, and whatever else reaches a sample in float64, are made with.
// They consist of operations that IEEE 754 defines to the last bit, so their results are the same on every processor, which
// those of package math are not. Go may fuse a product with a sum it flows into, also across assignments and inlined calls:
// only a conversion keeps them apart, which is why every product here stands in one.
package elementary

import "math"

// SinPi returns sin(pi*x) within 2 ulp, for |x| < 2^52: x is reduced exactly to [-1/2, 1/2], where the Taylor series up
// to degree 23 is good to 2^-60.
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

// BesselI0 returns I0(2*sqrt(q)), the modified Bessel function of the first kind and order 0, for q < 2500, by its power
// series, sum of q^k / k!^2 (Abramowitz and Stegun 9.6.12). For q >= 0 all terms are positive, so the relative error stays
// below 1e-14. Just below 0 it is the same function continued, J0(2*sqrt(-q)).
func BesselI0(q float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; math.Abs(term) > sum*0x1p-60; k++ {
		term = float64(term * (q / float64(k*k)))
		sum += term
	}
	return sum
}
