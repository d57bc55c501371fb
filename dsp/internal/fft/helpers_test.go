package fft

import (
	"math"
	"math/cmplx"
	"math/rand/v2"
	"testing"
)

func noise(seed uint64, n int) []complex128 {
	rng := rand.New(rand.NewPCG(seed, 0))
	x := make([]complex128, n)
	for i := range x {
		x[i] = complex(2*rng.Float64()-1, 2*rng.Float64()-1)
	}
	return x
}

// distance returns the root of the mean square difference, relative to b.
func distance(a, b []complex128) float64 {
	d, s := 0.0, 0.0
	for i := range a {
		d += real((a[i] - b[i]) * cmplx.Conj(a[i]-b[i]))
		s += real(b[i] * cmplx.Conj(b[i]))
	}
	return math.Sqrt(d / s)
}

func reals(x []complex128) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = real(v)
	}
	return out
}

func complexes(x []float64) []complex128 {
	out := make([]complex128, len(x))
	for i, v := range x {
		out[i] = complex(v, 0)
	}
	return out
}

// near reports an error if the distance of got from want is above the bound.
func near(t *testing.T, what string, got, want []complex128, bound float64) {
	t.Helper()
	if d := distance(got, want); !(d <= bound) {
		t.Errorf("%s: got a relative distance of %g, want at most %g", what, d, bound)
	}
}

// mustPanic runs each function as a test of its own and reports those that do not panic.
func mustPanic(t *testing.T, functions map[string]func()) {
	t.Helper()
	for name, f := range functions {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("got no panic, want one")
				}
			}()
			f()
		})
	}
}

// mustNotAllocate reports allocations of f.
func mustNotAllocate(t *testing.T, f func()) {
	t.Helper()
	if n := testing.AllocsPerRun(10, f); n != 0 {
		t.Errorf("got %v allocations, want 0", n)
	}
}
