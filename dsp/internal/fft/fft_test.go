package fft

import (
	"fmt"
	"math"
	"math/cmplx"
	"math/rand/v2"
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

// TestComplex compares every length up to 2^12 with the definition, and the inverse with what it undoes, in place too.
func TestComplex(t *testing.T) {
	for n := 1; n <= 1<<12; n *= 2 {
		c, x := NewComplex(n), noise(uint64(n), n)
		got := make([]complex128, n)
		c.Forward(got, x)
		if d := distance(got, direct(x)); d > 1e-13 {
			t.Errorf("%d values: forward off by %g", n, d)
		}
		same := append([]complex128(nil), x...)
		c.Forward(same, same)
		for k := range got {
			if same[k] != got[k] {
				t.Fatalf("%d values in place: element %d is %v, not %v", n, k, same[k], got[k])
			}
		}
		c.Inverse(same, same)
		if d := distance(same, x); d > 1e-15 {
			t.Errorf("%d values: there and back off by %g", n, d)
		}
		c.Inverse(same, got)
		if d := distance(same, x); d > 1e-15 {
			t.Errorf("%d values: there and back off by %g", n, d)
		}
	}
}

// TestReal compares with the complex transform, up to the largest lengths that are used.
func TestReal(t *testing.T) {
	for n := 2; n <= 1<<16; n *= 2 {
		r, x := NewReal(n), reals(noise(uint64(n), n))
		got, all := make([]complex128, n/2+1), make([]complex128, n)
		r.Forward(got, x)
		NewComplex(n).Forward(all, complexes(x))
		if d := distance(got, all[:n/2+1]); d > 1e-15 {
			t.Errorf("%d values: forward off by %g", n, d)
		}
		if imag(got[0]) != 0 || imag(got[n/2]) != 0 {
			t.Errorf("%d values: ends are %v and %v", n, got[0], got[n/2])
		}
		kept := append([]complex128(nil), got...)
		got[0], got[n/2] = complex(real(got[0]), 7), complex(real(got[n/2]), math.NaN())
		back := make([]float64, n)
		r.Inverse(back, got)
		if d := distance(complexes(back), complexes(x)); d > 1e-15 {
			t.Errorf("%d values: there and back off by %g", n, d)
		}
		for k := 1; k < n/2; k++ {
			if got[k] != kept[k] {
				t.Fatalf("%d values: Inverse changed its source", n)
			}
		}
	}
}

func TestAllocations(t *testing.T) {
	r, c := NewReal(256), NewComplex(256)
	x, y, z := make([]float64, 256), make([]complex128, 129), make([]complex128, 256)
	if a := testing.AllocsPerRun(10, func() {
		r.Forward(y, x)
		r.Inverse(x, y)
		c.Forward(z, z)
		c.Inverse(z, z)
	}); a != 0 {
		t.Errorf("%v allocations", a)
	}
}

func TestRefuses(t *testing.T) {
	for name, f := range map[string]func(){
		"length 0":     func() { NewComplex(0) },
		"length 12":    func() { NewComplex(12) },
		"real 1":       func() { NewReal(1) },
		"real 48":      func() { NewReal(48) },
		"too long":     func() { NewComplex(2 * MaxSize) },
		"short dst":    func() { NewComplex(8).Forward(make([]complex128, 7), make([]complex128, 8)) },
		"long src":     func() { NewComplex(8).Inverse(make([]complex128, 8), make([]complex128, 9)) },
		"real dst":     func() { NewReal(8).Forward(make([]complex128, 4), make([]float64, 8)) },
		"real inverse": func() { NewReal(8).Inverse(make([]float64, 8), make([]complex128, 8)) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
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
