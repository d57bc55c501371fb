package fft

import (
	"fmt"
	"unsafe"
)

// A Real is the transform of n real values to n/2+1 complex values, for the frequencies 0 to n/2. The other frequencies
// have the conjugates of these values.
type Real struct {
	half  *Complex     // for n/2 pairs of real values, each pair read as one complex value
	turns []complex128 // exp(-2*pi*i*k/n) for k from 0 to n/4
	z     []complex128 // scratch, n/2
}

// NewReal returns the transform of n values. It panics unless n is a power of two from 2 to MaxSize.
func NewReal(n int) *Real {
	if n < 2 || n > MaxSize || n&(n-1) != 0 {
		panic(fmt.Sprintf("fft: length %d: must be a power of two from 2 to %d", n, MaxSize))
	}
	r := newRoots(max(4, n))
	t := &Real{half: newComplex(n/2, r), turns: make([]complex128, n/4+1), z: make([]complex128, n/2)}
	for k := range t.turns {
		t.turns[k] = r.at(k, n)
	}
	return t
}

// Bytes returns the memory of the tables and the scratch in bytes.
func (r *Real) Bytes() int64 { return r.half.bytes() + 16*int64(len(r.turns)+len(r.z)) }

// Len returns n.
func (r *Real) Len() int { return 2 * r.half.n }

// Forward sets dst[k], k from 0 to n/2, to the sum over j of src[j]*exp(-2*pi*i*j*k/n). The imaginary parts of dst[0]
// and dst[n/2] are 0. src has n elements, dst n/2+1.
func (r *Real) Forward(dst []complex128, src []float64) {
	m := r.half.n
	r.check(len(dst), len(src))
	z := dst[:m]
	r.half.transform(z, pairs(src))
	// With E and O the transforms of the even and the odd elements, z[k] = E[k] + i*O[k] and dst[k] = E[k] +
	// turns[k]*O[k]. E[m-k] and O[m-k] are the conjugates of E[k] and O[k].
	first := z[0]
	for k, l := 1, m-1; k <= l; k, l = k+1, l-1 {
		a, b := z[k], z[l]
		er, ei := float64(0.5*(real(a)+real(b))), float64(0.5*(imag(a)-imag(b)))
		o := mul(complex(float64(0.5*(imag(a)+imag(b))), float64(0.5*(real(b)-real(a)))), r.turns[k])
		dst[k] = complex(er+real(o), ei+imag(o))
		dst[l] = complex(er-real(o), imag(o)-ei)
	}
	dst[0] = complex(real(first)+imag(first), 0)
	dst[m] = complex(real(first)-imag(first), 0)
}

// Inverse undoes Forward: it sets dst[j] to 1/n times the sum over all n frequencies k of src[k]*exp(2*pi*i*j*k/n). It
// ignores the imaginary parts of src[0] and src[n/2]. dst has n elements and src n/2+1. Inverse does not change src.
func (r *Real) Inverse(dst []float64, src []complex128) {
	m := r.half.n
	r.check(len(src), len(dst))
	z := r.z
	scale := 0.5 / float64(m) // 1/n, a power of two, so products with it are exact
	// E and O are those of Forward. z has the frequencies in reverse order, so that the forward transform of z is the
	// inverse.
	z[0] = complex(float64((real(src[0])+real(src[m]))*scale), float64((real(src[0])-real(src[m]))*scale))
	for k, l := 1, m-1; k <= l; k, l = k+1, l-1 {
		a, b := src[k], src[l]
		er, ei := float64((real(a)+real(b))*scale), float64((imag(a)-imag(b))*scale)
		dr, di := float64((real(a)-real(b))*scale), float64((imag(a)+imag(b))*scale)
		w := r.turns[k]
		o := mul(complex(dr, di), complex(real(w), -imag(w)))
		z[l] = complex(er-imag(o), ei+real(o))
		z[k] = complex(er+imag(o), real(o)-ei)
	}
	r.half.transform(pairs(dst), z)
}

func (r *Real) check(frequencies, values int) {
	if n := r.Len(); values != n || frequencies != n/2+1 {
		panic(fmt.Sprintf("fft: %d real values and %d frequencies, must be %d and %d", values, frequencies, n, n/2+1))
	}
}

// pairs returns the memory of x, of even length, as complex values.
func pairs(x []float64) []complex128 {
	return unsafe.Slice((*complex128)(unsafe.Pointer(unsafe.SliceData(x))), len(x)/2)
}
