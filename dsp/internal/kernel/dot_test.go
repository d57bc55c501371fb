package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// TestDot runs every length around the widths of vector registers at every misalignment.
func TestDot(t *testing.T) {
	for n := range 68 {
		t.Run(fmt.Sprintf("%d products", n), func(t *testing.T) {
			rng := seeded(t)
			for offset := range 9 {
				checkDot(t, rng, n, offset, FMA32)
				checkDot(t, rng, n, offset, math.FMA)
				x, _ := guarded[float64](rng, n+offset, offset) // longer than w
				y, _ := guarded[float64](rng, n, 8-offset)
				w, _ := guarded[float64](rng, n, 3)
				a, b := Dot64x2(x, y, w)
				got, want := []float64{a, b}, []float64{Dot64(0, x, w), Dot64(0, y, w)}
				if !equal(got, want) {
					t.Errorf("Dot64x2 at offset %d: got %x, want %x", offset, got, want)
				}
			}
		})
	}
}

// checkDot compares Dot with the loop of its definition.
func checkDot[T Float](t *testing.T, rng *rand.Rand, n, offset int, fma func(x, y, z T) T) {
	t.Helper()
	x, _ := guarded[T](rng, n+offset%3, offset)
	w, _ := guarded[T](rng, n, 8-offset)
	start := T(rng.NormFloat64())
	if n == 0 {
		start = T(math.Copysign(0, -1)) // without a product there is no sum, so -0 stays -0
	}
	want := start
	for c := range w {
		want = fma(x[c], w[c], want)
	}
	if got := Dot(start, x, w); !equal([]T{got}, []T{want}) {
		t.Errorf("Dot of %T at offset %d: got %x, want %x", got, offset, got, want)
	}
}

func BenchmarkDot(b *testing.B) {
	x, w := make([]float32, 512), make([]float32, 512)
	for i := range x {
		x[i], w[i] = float32(i), 1/float32(i+1)
	}
	b.SetBytes(512 * 4)
	var acc float32
	for b.Loop() {
		acc = Dot(acc, x, w)
	}
}
