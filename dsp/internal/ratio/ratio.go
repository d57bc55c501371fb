// Package ratio has the integer arithmetic of frame counts and sample rates.
package ratio

import "math"

// GCD returns the greatest common divisor of a and b, which are not negative.
func GCD[T int | int64](a, b T) T {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// LCM returns the least common multiple of a and b, which are positive, or MaxInt64 if it is larger than that.
func LCM(a, b int64) int64 {
	return Mul(a/GCD(a, b), b)
}

// Mul returns a*b for positive a and b, or MaxInt64 if it is larger than that.
func Mul(a, b int64) int64 {
	if a > math.MaxInt64/b {
		return math.MaxInt64
	}
	return a * b
}

// Reduce returns up/down in lowest terms. Both are positive.
func Reduce[T int | int64](up, down T) (T, T) {
	g := GCD(up, down)
	return up / g, down / g
}

// FloorDiv returns floor(a/b) for a positive b.
func FloorDiv[T int | int64](a, b T) T {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// CeilDiv returns ceil(a/b) for a positive b.
func CeilDiv[T int | int64](a, b T) T { return -FloorDiv(-a, b) }

// FloorMul returns floor(n*up/down) for n >= 0, without the overflow of n*up. down*up must fit.
func FloorMul(n, up, down int64) int64 { return n/down*up + n%down*up/down }

// CeilMul returns ceil(n*up/down) for n >= 0, without the overflow of n*up. down*up must fit.
func CeilMul(n, up, down int64) int64 { return n/down*up + CeilDiv(n%down*up, down) }
