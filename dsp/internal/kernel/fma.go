package kernel

import "math"

// FMA32 returns x*y+z rounded once, the IEEE 754 fused multiply-add of float32.
//
// The product of two float32 values is exact in float64. Rounding the float64 sum s to float32 would round twice, but
// goes wrong only if s is the midpoint of two float32 values that the exact sum merely lies next to: rounding is
// monotonic, so on any other s the exact sum is on the same side of every midpoint. Among normal float32 values the
// midpoints are those whose 29 bits too many are 1 and zeros.
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
// The sum is made odd: e, by the two-sum of Knuth (The Art of Computer Programming, volume 2, section 4.2.2), is
// exactly what the rounding to s lost. If something was lost, s is replaced by its neighbour with an odd last bit on
// the side of the exact sum (Boldo and Melquiond, "Emulation of FMA and correctly rounded sums: proved algorithms using
// rounding to odd", IEEE Transactions on Computers 57, 2008). An odd float64 lies strictly between the values and the
// midpoints of float32, subnormal ones included, so the last rounding is the only one.
func fmaOdd(p, c, s float64) float32 {
	t := s - p
	e := (p - (s - t)) + (c - t)
	if e != 0 && e == e {
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
