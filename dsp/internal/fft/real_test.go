package fft

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// TestReal compares with the complex transform, up to the largest lengths in use. Inverse ignores the imaginary parts
// at both ends and does not change its source.
func TestReal(t *testing.T) {
	for n := 2; n <= 1<<16; n *= 2 {
		t.Run(fmt.Sprintf("%d values", n), func(t *testing.T) {
			r, x := NewReal(n), reals(noise(uint64(n), n))
			got, all := make([]complex128, n/2+1), make([]complex128, n)
			r.Forward(got, x)
			NewComplex(n).Forward(all, complexes(x))
			near(t, "forward", got, all[:n/2+1], 1e-15)
			if imag(got[0]) != 0 || imag(got[n/2]) != 0 {
				t.Errorf("ends: got %v and %v, want imaginary parts of 0", got[0], got[n/2])
			}
			kept := slices.Clone(got)
			got[0], got[n/2] = complex(real(got[0]), 7), complex(real(got[n/2]), math.NaN())
			back := make([]float64, n)
			r.Inverse(back, got)
			near(t, "there and back", complexes(back), complexes(x), 1e-15)
			for k := 1; k < n/2; k++ {
				if got[k] != kept[k] {
					t.Fatalf("source of Inverse: element %d: got %v, want %v unchanged", k, got[k], kept[k])
				}
			}
		})
	}
}

func TestRealAllocations(t *testing.T) {
	r, x, y := NewReal(256), make([]float64, 256), make([]complex128, 129)
	mustNotAllocate(t, func() {
		r.Forward(y, x)
		r.Inverse(x, y)
	})
}

// TestRealRefuses: a wrong length panics, because it is a programming error.
func TestRealRefuses(t *testing.T) {
	mustPanic(t, map[string]func(){
		"length 1":  func() { NewReal(1) },
		"length 48": func() { NewReal(48) },
		"short dst": func() { NewReal(8).Forward(make([]complex128, 4), make([]float64, 8)) },
		"long src":  func() { NewReal(8).Inverse(make([]float64, 8), make([]complex128, 8)) },
	})
}

func BenchmarkReal(b *testing.B) {
	for _, n := range []int{256, 512, 1024, 2048, 4096, 1 << 15} {
		r, x, y := NewReal(n), reals(noise(1, n)), make([]complex128, n/2+1)
		b.Run(fmt.Sprintf("forward/%d", n), func(b *testing.B) {
			for b.Loop() {
				r.Forward(y, x)
			}
		})
		b.Run(fmt.Sprintf("inverse/%d", n), func(b *testing.B) {
			for b.Loop() {
				r.Inverse(x, y)
			}
		})
	}
}
