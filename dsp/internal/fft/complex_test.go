package fft

import (
	"fmt"
	"math"
	"math/cmplx"
	"slices"
	"testing"
)

// direct is the definition of Forward.
func direct(src []complex128) []complex128 {
	n := len(src)
	dst := make([]complex128, n)
	for k := range dst {
		for j, v := range src {
			dst[k] += v * cmplx.Rect(1, -2*math.Pi*float64(j*k%n)/float64(n))
		}
	}
	return dst
}

// TestComplex compares every length up to 2^12 with the definition, and the inverse of a transform with its input, also
// in place.
func TestComplex(t *testing.T) {
	for n := 1; n <= 1<<12; n *= 2 {
		t.Run(fmt.Sprintf("%d values", n), func(t *testing.T) {
			c, x := NewComplex(n), noise(uint64(n), n)
			got := make([]complex128, n)
			c.Forward(got, x)
			near(t, "forward", got, direct(x), 1e-13)
			same := slices.Clone(x)
			c.Forward(same, same)
			for k, want := range got {
				if same[k] != want {
					t.Errorf("forward in place: element %d: got %v, want %v", k, same[k], want)
					break
				}
			}
			c.Inverse(same, same)
			near(t, "there and back in place", same, x, 1e-15)
			c.Inverse(same, got)
			near(t, "there and back", same, x, 1e-15)
		})
	}
}

func TestComplexAllocations(t *testing.T) {
	c, z := NewComplex(256), make([]complex128, 256)
	mustNotAllocate(t, func() {
		c.Forward(z, z)
		c.Inverse(z, z)
	})
}

// TestComplexRefuses: a wrong length panics, because it is a programming error.
func TestComplexRefuses(t *testing.T) {
	mustPanic(t, map[string]func(){
		"length 0":  func() { NewComplex(0) },
		"length 12": func() { NewComplex(12) },
		"too long":  func() { NewComplex(2 * MaxSize) },
		"short dst": func() { NewComplex(8).Forward(make([]complex128, 7), make([]complex128, 8)) },
		"long src":  func() { NewComplex(8).Inverse(make([]complex128, 8), make([]complex128, 9)) },
	})
}
