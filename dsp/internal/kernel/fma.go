package kernel

import "math"

// FMA32 returns x*y+z rounded once, the IEEE 754 fused multiply-add of float32.
//
// The product of two float32 values is exact in float64. Rounding the float64 sum s again, to float32, is wrong only if
// s is the midpoint of two float32 values and the exact sum is next to it: rounding is monotonic, so for any other s
// the exact sum is on the same side of every midpoint as s. A midpoint of normal float32 values has a 1 and 28 zeros in
// its last 29 bits. Those, and sums in the subnormal range of float32, go to fmaOdd.
func FMA32(x, y, z float32) float32 {
	p := float64(float64(x) * float64(y)) // exact
	s := p + float64(z)
	if b := math.Float64bits(s); b&(1<<29-1) == 1<<28 || b&(1<<63-1) < (1023-126)<<52 {
		return fmaOdd(p, float64(z), s)
	}
	return float32(s)
}

// fmaOdd returns p+c rounded once to float32, where s is their sum rounded to float64.
//
// It rounds the sum to odd (S. Boldo and G. Melquiond, "Emulation of FMA and correctly rounded sums: proved algorithms
// using rounding to odd", IEEE Transactions on Computers 57, 2008). e is the exact error of s, by the two-sum of Knuth
// (The Art of Computer Programming, volume 2, section 4.2.2). If e is not 0 and the last bit of s is 0, s moves by one
// ulp towards the exact sum. A float64 with an odd last bit is never a float32 value or a midpoint of two, subnormal
// ones included. So the rounding to float32 sees the exact sum on the right side of every midpoint.
func fmaOdd(p, c, s float64) float32 {
	t := s - p
	e := (p - (s - t)) + (c - t)
	if e != 0 && e == e { // e is NaN if the sum is infinite or NaN
		if b := math.Float64bits(s); b&1 == 0 {
			if (e > 0) == (s > 0) {
				b++
			} else {
				b--
			}
			s = math.Float64frombits(b)
		}
	}
	return float32(s)
}
