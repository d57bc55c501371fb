package fft

import (
	"fmt"
	"math"
	"testing"

	"github.com/tailwave/tailwave/dsp/internal/elementary"
)

// TestRoots compares each root of a table with the sine and the cosine, bit for bit.
func TestRoots(t *testing.T) {
	for n := 4; n <= 1<<14; n *= 2 {
		r := newRoots(n)
		for size := n; size >= 1; size /= 4 {
			t.Run(fmt.Sprintf("%d of %d", size, n), func(t *testing.T) {
				for k := range size {
					x := float64(2*k) / float64(size)
					re, im := elementary.SinPi(x+0.5), -elementary.SinPi(x)
					got := r.at(k, size)
					if math.Float64bits(real(got)) != math.Float64bits(re) || math.Float64bits(imag(got)) != math.Float64bits(im) {
						t.Fatalf("root %d: got %v, want %v", k, got, complex(re, im))
					}
				}
			})
		}
	}
}
