// Package ratio has the integer arithmetic of frame counts and sample rates.
//
//	up, down := ratio.Reduce(48000, 44100) // 160, 147
//	frames := ratio.CeilMul(n, 160, 147)   // output frames of n input frames
//	held := ratio.FloorDiv(-1, 2)          // -1, where Go's -1/2 is 0
//
// Results are exact. Each function says which arguments could overflow, and what it returns for them.
package ratio

import "math"

// GCD returns the greatest common divisor of a and b, which must not be negative.
func GCD[T int | int64](a, b T) T {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// LCM returns the least common multiple of a and b, which must be positive, or MaxInt64 if it would overflow.
func LCM(a, b int64) int64 {
	return Mul(a/GCD(a, b), b)
}

// Mul returns a*b for positive a and b, or MaxInt64 if the product would overflow.
func Mul(a, b int64) int64 {
	if a > math.MaxInt64/b {
		return math.MaxInt64
	}
	return a * b
}

// Reduce returns up/down in lowest terms. Both must be positive.
func Reduce[T int | int64](up, down T) (T, T) {
	g := GCD(up, down)
	return up / g, down / g
}

// FloorDiv returns floor(a/b) for a positive b. Go truncates toward 0, which differs for a negative a.
func FloorDiv[T int | int64](a, b T) T {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// CeilDiv returns ceil(a/b) for a positive b.
func CeilDiv[T int | int64](a, b T) T { return -FloorDiv(-a, b) }

// FloorMul returns floor(n*up/down) for n >= 0. n*up may overflow, but down*up must fit in an int64.
func FloorMul(n, up, down int64) int64 { return n/down*up + n%down*up/down }

// CeilMul returns ceil(n*up/down) for n >= 0. n*up may overflow, but down*up must fit in an int64.
func CeilMul(n, up, down int64) int64 { return n/down*up + CeilDiv(n%down*up, down) }
