package kernel

import "math"

// FMA32 returns x*y+z rounded once, the IEEE 754 fused multiply-add of float32.
//
// The product of two float32 values is exact in float64, but rounding the float64 sum to float32 would round twice. So
// the sum is first made odd: s is the rounded sum and e, by the two-sum of Knuth (The Art of Computer Programming,
// volume 2, section 4.2.2), exactly what the rounding lost. If something was lost, s is replaced by its neighbour with
// an odd last bit on the side of the exact sum (Boldo and Melquiond, "Emulation of FMA and correctly rounded sums:
// proved algorithms using rounding to odd", IEEE Transactions on Computers 57, 2008). An odd float64 lies strictly
// between the values and the midpoints of float32, subnormal ones included, so the last rounding is the only one.
func FMA32(x, y, z float32) float32 {
	p := float64(float64(x) * float64(y)) // exact
	c := float64(z)
	s := p + c
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
