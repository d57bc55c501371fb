// Package fft computes discrete Fourier transforms of power-of-two lengths in float64, and filters signals with them.
//
//	t := fft.NewReal(1024)
//	spectrum := make([]complex128, 513)
//	t.Forward(spectrum, signal) // 1024 values to the frequencies 0 to 512
//	t.Inverse(signal, spectrum) // and back
//
// [Complex] and [Real] transform signals for tables that are computed once. [Filter] filters the blocks of a stream.
//
// Results have the same bits on every processor: the order of operations is fixed, and the twiddle factors come from
// package elementary. Complex and Real round every product before it is added to anything; Filter uses the kernels of
// package kernel. A Complex or Real owns its tables and its scratch, so it allocates nothing after construction and
// serves one goroutine at a time.
//
// The algorithm of Complex and Real is Stockham's autosort form of decimation in frequency (C. Van Loan, "Computational
// Frameworks for the Fast Fourier Transform", 1992, section 1.7), with radix 4 and a last step of radix 4 or 8.
package fft

import (
	"fmt"
	"math/bits"
)

// MaxSize bounds the length of a transform.
const MaxSize = 1 << 24

// A Complex is the transform of n complex values.
type Complex struct {
	n      int
	passes []pass
	last   int // radix of the last step, which needs no twiddle factors
	work   [2][]complex128
}

// A pass is a step of radix 4: m butterflies in each of stride interleaved transforms.
type pass struct {
	m, stride int
	twiddles  []complex128 // per butterfly p, the powers 1, 2 and 3 of exp(-2*pi*i*p/(4*m))
}

// NewComplex returns the transform of n values. It panics unless n is a power of two up to MaxSize.
func NewComplex(n int) *Complex {
	if n < 1 || n > MaxSize || n&(n-1) != 0 {
		panic(fmt.Sprintf("fft: length %d: must be a power of two up to %d", n, MaxSize))
	}
	return newComplex(n, newRoots(max(4, n)))
}

// newComplex is NewComplex with the roots for n or a multiple of it.
func newComplex(n int, r roots) *Complex {
	c := &Complex{n: n, last: n}
	if n > 8 {
		c.last = 4 << (bits.TrailingZeros(uint(n)) % 2)
		stride := 1
		for size := n; size > c.last; size /= 4 {
			p := pass{m: size / 4, stride: stride, twiddles: make([]complex128, 0, 3*size/4)}
			for k := range p.m {
				p.twiddles = append(p.twiddles, r.at(k, size), r.at(2*k, size), r.at(3*k, size))
			}
			c.passes = append(c.passes, p)
			stride *= 4
		}
	}
	c.allocate()
	return c
}

// bytes returns the memory of the tables and the scratch in bytes.
func (c *Complex) bytes() int64 {
	n := len(c.work[0]) + len(c.work[1])
	for _, p := range c.passes {
		n += len(p.twiddles)
	}
	return 16 * int64(n)
}

func (c *Complex) allocate() {
	c.work = [2][]complex128{make([]complex128, c.n), make([]complex128, c.n)}
}

// Len returns n.
func (c *Complex) Len() int { return c.n }

// Forward sets dst[k] to the sum over j of src[j]*exp(-2*pi*i*j*k/n). Both have n elements, and dst may be src.
func (c *Complex) Forward(dst, src []complex128) {
	c.check(len(dst), len(src))
	c.transform(dst, src)
}

// Inverse undoes Forward: it sets dst[j] to 1/n times the sum over k of src[k]*exp(2*pi*i*j*k/n). Both have n elements,
// and dst may be src.
func (c *Complex) Inverse(dst, src []complex128) {
	c.check(len(dst), len(src))
	// With the frequencies in reverse order, Forward computes the sum with the opposite sign in the exponent.
	scale := 1 / float64(c.n)
	w := c.work[1]
	w[0] = times(src[0], scale)
	for k, v := range src[1:] {
		w[c.n-1-k] = times(v, scale)
	}
	c.transform(dst, w)
}

func (c *Complex) check(dst, src int) {
	if dst != c.n || src != c.n {
		panic(fmt.Sprintf("fft: %d values to %d, must be %d", src, dst, c.n))
	}
}

// transform is Forward. src may be dst or work[1].
func (c *Complex) transform(dst, src []complex128) {
	for i := range c.passes {
		w := c.work[i%2]
		c.passes[i].run(w, src)
		src = w
	}
	if len(c.passes) == 0 {
		src = c.work[0][:copy(c.work[0], src)] // src may be dst, and no pass has copied it
	}
	switch c.last {
	case 1:
		dst[0] = src[0]
	case 2:
		dst[0], dst[1] = src[0]+src[1], src[0]-src[1]
	case 4:
		last4(dst, src)
	case 8:
		last8(dst, src)
	}
}

// mul returns the product of a and b. Each of the four real products is rounded.
func mul(a, b complex128) complex128 {
	return complex(float64(real(a)*real(b))-float64(imag(a)*imag(b)), float64(real(a)*imag(b))+float64(imag(a)*real(b)))
}

// times returns x*a.
func times(a complex128, x float64) complex128 {
	return complex(float64(real(a)*x), float64(imag(a)*x))
}

// turn returns -i*a.
func turn(a complex128) complex128 { return complex(imag(a), -real(a)) }
