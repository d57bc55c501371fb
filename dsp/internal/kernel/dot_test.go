package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// guarded returns n values inside guard cells of NaN, beginning offset cells into an array, and a check that the guards
// are untouched.
func guarded[T Float](rng *rand.Rand, n, offset int) (values []T, intact func() bool) {
	cells := make([]T, offset+n+9)
	for i := range cells {
		cells[i] = T(math.NaN())
	}
	values = cells[offset : offset+n : offset+n]
	for i := range values {
		values[i] = T(math.Ldexp(rng.NormFloat64(), rng.IntN(12)-6))
	}
	return values, func() bool {
		for i, v := range cells {
			if (i < offset || i >= offset+n) && v == v {
				return false
			}
		}
		return true
	}
}

func equal[T Float](a, b []T) bool {
	for i := range a {
		if math.Float64bits(float64(a[i])) != math.Float64bits(float64(b[i])) {
			return false
		}
	}
	return len(a) == len(b)
}

// TestDot runs every length around the widths of vector registers at every misalignment.
func TestDot(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 0))
	for n := 0; n <= 67; n++ {
		for offset := range 9 {
			checkDot(t, rng, n, offset, FMA32)
			checkDot(t, rng, n, offset, math.FMA)
			x, _ := guarded[float64](rng, n+offset, offset) // longer than w
			y, _ := guarded[float64](rng, n, 8-offset)
			w, _ := guarded[float64](rng, n, 3)
			if a, b := Dot64x2(x, y, w); !equal([]float64{a, b}, []float64{Dot64(0, x, w), Dot64(0, y, w)}) {
				t.Fatalf("Dot64x2 of %d at offset %d is not two times Dot64", n, offset)
			}
		}
	}
}

func checkDot[T Float](t *testing.T, rng *rand.Rand, n, offset int, fma func(x, y, z T) T) {
	t.Helper()
	x, _ := guarded[T](rng, n+offset%3, offset)
	w, _ := guarded[T](rng, n, 8-offset)
	start := T(rng.NormFloat64())
	if n == 0 {
		start = T(math.Copysign(0, -1)) // no product, no sum: even -0 comes back
	}
	want := start
	for c := range w {
		want = fma(x[c], w[c], want)
	}
	if got := Dot(start, x, w); !equal([]T{got}, []T{want}) {
		t.Fatalf("Dot of %d %T at offset %d: %x, want %x", n, got, offset, got, want)
	}
}
