package fft

import "github.com/tailwave/tailwave/dsp/internal/elementary"

// roots has what the roots of unity exp(-2*pi*i*k/n) consist of: element j is sin(2*pi*j/n), j from 0 to n/4.
// Transforms that are made together share one table.
type roots []float64

// newRoots returns the roots for n, a power of two from 4.
func newRoots(n int) roots {
	r := make(roots, n/4+1)
	for j := range r {
		r[j] = elementary.SinPi(float64(2*j) / float64(n))
	}
	return r
}

// at returns exp(-2*pi*i*k/size), with 0 <= k < size, for size a power of two up to n. The imaginary part of 1 and -1
// is -0, and the real part of i and -i is +0.
func (r roots) at(k, size int) complex128 {
	quarter := len(r) - 1
	k *= 4 * quarter / size
	turns, j := k/quarter, k%quarter
	sin, cos := r[j], r[quarter-j]
	switch turns { // 0-sin is +0 if sin is +0
	case 0:
		return complex(cos, -sin)
	case 1:
		return complex(0-sin, -cos)
	case 2:
		return complex(-cos, -(0 - sin))
	default:
		return complex(sin, cos)
	}
}
