package dsptest

import (
	"math"
	"math/rand/v2"

	"github.com/tailwave/tailwave/dsp"
)

// Noise returns n seeded pseudo-random values in [-1, 1).
func Noise[T dsp.Float](seed uint64, n int) []T {
	rng := rand.New(rand.NewPCG(seed, 0))
	x := make([]T, n)
	for i := range x {
		x[i] = T(2*rng.Float64() - 1)
	}
	return x
}

// Special returns n seeded pseudo-random values for which floating-point arithmetic has special rules. The first third
// are zeros of both signs and values that underflow. The second third also has large and ordinary values. The last
// third also has infinities and NaN, about one value in 16.
func Special[T dsp.Float](seed uint64, n int) []T {
	smallest := T(math.SmallestNonzeroFloat32)
	if v := smallest / 2; v != 0 { // T is float64
		smallest = T(math.Ldexp(1, -1074))
	}
	magnitudes := []T{0, 0, smallest, smallest, smallest, 1e-30, 3e38, 1}
	rng := rand.New(rand.NewPCG(seed, 1))
	x := make([]T, n)
	for i := range x {
		v := magnitudes[rng.IntN(5)]
		if i >= n/3 {
			v = magnitudes[rng.IntN(len(magnitudes))]
		} else if rng.IntN(32) == 0 {
			v = 1e-30
		}
		if v == 1 {
			v = T(rng.Float64())
		}
		if i >= n/3*2 && rng.IntN(16) == 0 {
			v = T(math.Inf(1))
			if rng.IntN(3) == 0 {
				v = T(math.NaN())
			}
		}
		if rng.IntN(2) == 0 {
			v = T(math.Copysign(float64(v), -1))
		}
		x[i] = v
	}
	return x
}

// FirstDifference returns the first index at which the bits of a and b differ, where any NaN equals any NaN. If one is
// a prefix of the other, it returns the shorter length, and if they are equal, -1.
func FirstDifference[T dsp.Float](a, b []T) int {
	for i := range min(len(a), len(b)) {
		x, y := float64(a[i]), float64(b[i])
		if math.Float64bits(x) != math.Float64bits(y) && !(x != x && y != y) {
			return i
		}
	}
	if len(a) != len(b) {
		return min(len(a), len(b))
	}
	return -1
}
