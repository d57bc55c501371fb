package npy

import "math"

// half returns the value of a float16, IEEE 754 binary16: a sign bit, 5 bits of exponent and 10 of fraction. The result
// is exact: float32 has every value and every NaN of float16.
func half(bits uint16) float32 {
	sign := uint32(bits>>15) << 31
	exponent, fraction := uint32(bits>>10)&0x1f, uint32(bits)&0x3ff
	switch exponent {
	case 0: // subnormal, in units of 2^-24; the product is exact
		return math.Float32frombits(sign | math.Float32bits(float32(fraction)*0x1p-24))
	case 0x1f: // infinity and NaN
		exponent = 0xff
	default:
		exponent += 127 - 15
	}
	return math.Float32frombits(sign | exponent<<23 | fraction<<13)
}
