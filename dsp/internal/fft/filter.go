package fft

import (
	"fmt"
	"math/bits"

	"github.com/tailwave/tailwave/dsp/internal/kernel"
)

// A Filter applies several real filters to blocks of n real values by circular convolution, to kernel.Lanes or
// kernel.HalfLanes blocks at once. A block's result does not depend on its lane or on the other blocks, and is the same
// at every level. It may serve many goroutines, each with a Scratch of its own.
//
// A block is packed into n/2 complex values, those of even index as the real parts, and transformed in place by radix
// 4, decimation in frequency, which leaves the frequencies in the order of their reversed digits. There it stays while
// the filters are applied, in a form that includes unpacking the spectrum and packing it again, and decimation in time
// puts the order right.
type Filter struct {
	level   kernel.Level
	n       int
	pairs   bool   // the last step of the transform is one of radix 2
	passes  []step // of the transform; those of its inverse are the same in reverse order
	mirror  []int32
	weights [][]float64 // for each filter what kernel.Mix takes
}

// A step has runs of 4*m rows.
type step struct {
	m     int
	turns []float64
}

// NewFilter returns filters for blocks of n values, a power of two from 8 to MaxSize: taps[q][d] is what filter q
// multiplies the value d before the one it computes with, d counted modulo n.
func NewFilter(level kernel.Level, n int, taps [][]float64) *Filter {
	if n < 8 || n > MaxSize || n&(n-1) != 0 {
		panic(fmt.Sprintf("fft: blocks of %d: must be a power of two from 8 to %d", n, MaxSize))
	}
	half := n / 2
	f := &Filter{level: level, n: n, pairs: bits.TrailingZeros(uint(half))%2 == 1, mirror: make([]int32, half)}
	for m := half / 4; m > 0; m /= 4 {
		s := step{m: m, turns: make([]float64, 0, 6*m)}
		for k := range m {
			for power := 1; power <= 3; power++ {
				w := root(power*k, 4*m)
				s.turns = append(s.turns, real(w), imag(w))
			}
		}
		f.passes = append(f.passes, s)
	}
	for k := range half {
		f.mirror[place(k, half)] = int32(place((half-k)%half, half))
	}
	spectrum := make([]complex128, half+1)
	transform := NewReal(n)
	for _, t := range taps {
		transform.Forward(spectrum, t)
		f.weights = append(f.weights, packedWeights(spectrum))
	}
	return f
}

// place returns where the transform of size values leaves frequency k.
func place(k, size int) int {
	at := 0
	for ; size >= 4; size /= 4 {
		at += k % 4 * (size / 4)
		k /= 4
	}
	return at + k
}

// packedWeights returns p and q for each place such that p*z[k] + q*conj(z[m-k]) are the spectrum of the filtered
// signal, packed like z, divided by m: with angle = 2*pi*k/n, n = 2*m, and H the filter's response,
//
//	p = s - d*sin(angle), q = i*d*cos(angle), s = (H[k]+conj(H[m-k]))/2, d = (H[k]-conj(H[m-k]))/2
//
// It follows from H[k]*X[k], where X[k] = E[k] + exp(-i*angle)*O[k] and z[k] = E[k] + i*O[k], with E and O the spectra
// of the values of even and odd index.
func packedWeights(h []complex128) []float64 {
	m := len(h) - 1
	w := make([]float64, 4*m)
	scale := 0.5 / float64(m) // a power of two: nothing is rounded
	for k := range m {
		a, b := h[k], h[m-k]
		sr, si := float64((real(a)+real(b))*scale), float64((imag(a)-imag(b))*scale)
		dr, di := float64((real(a)-real(b))*scale), float64((imag(a)+imag(b))*scale)
		turn := root(k, 2*m)
		cos, sin := real(turn), -imag(turn)
		at := w[4*place(k, m):]
		at[0], at[1] = sr-float64(dr*sin), si-float64(di*sin)
		at[2], at[3] = -float64(di*cos), float64(dr*cos)
	}
	return w
}

// Bytes returns the memory of the tables.
func (f *Filter) Bytes() int {
	n := 4 * len(f.mirror)
	for _, p := range f.passes {
		n += 8 * len(p.turns)
	}
	for _, w := range f.weights {
		n += 8 * len(w)
	}
	return n
}

// A Scratch holds the blocks that a Filter works on.
type Scratch struct {
	re, im  []float64   // the spectra
	results [][]float64 // of each filter the values of even index, then of each the others
	lanes   int         // of a row
	values  int         // that all of these hold
}

// NewScratch returns a Scratch for f.
func (f *Filter) NewScratch() *Scratch {
	const gap = 20 * kernel.Lanes // keeps rows with equal index in different places of the first-level cache
	half := f.n / 2 * kernel.Lanes
	all := make([]float64, (2+2*len(f.weights))*(half+gap))
	s := &Scratch{values: len(all), lanes: kernel.Lanes}
	cut := func() (part []float64) {
		part, all = all[:half:half], all[half+gap:]
		return part
	}
	s.re, s.im = cut(), cut()
	for range 2 * len(f.weights) {
		s.results = append(s.results, cut())
	}
	return s
}

// Bytes returns the memory of the blocks.
func (s *Scratch) Bytes() int { return 8 * s.values }

// Begin makes s ready for so many blocks, up to kernel.Lanes.
func (s *Scratch) Begin(blocks int) {
	s.lanes = kernel.Lanes
	if blocks <= kernel.HalfLanes {
		s.lanes = kernel.HalfLanes
	}
}

// Set puts four blocks of n values into lanes first to first+3.
func (f *Filter) Set(s *Scratch, first int, blocks *[4][]float32) {
	f.level.Interleave(s.re, s.im, s.lanes, first, blocks)
}

// Apply filters the blocks in s.
func (f *Filter) Apply(s *Scratch) {
	values := f.n / 2 * s.lanes
	re, im := s.re[:values], s.im[:values]
	f.split(re, im, f.passes, s.lanes)
	filters := len(f.weights)
	for q, w := range f.weights {
		yRe, yIm := s.results[q][:values], s.results[filters+q][:values]
		f.level.Mix(yRe, yIm, re, im, w, f.mirror, s.lanes)
		// With real and imaginary parts exchanged, a transform is its inverse.
		f.join(yIm, yRe, f.passes, s.lanes)
	}
}

// nearby is a number of values that fits the first-level cache twice. Each run of that many goes through all steps
// before the next run begins.
const nearby = 2048

// runs returns how many of n values are taken through the steps that follow.
func runs(n int) int {
	if n > nearby {
		return n / 4
	}
	return n
}

// split does the steps of the transform and, where they leave pairs, the last one.
func (f *Filter) split(re, im []float64, steps []step, lanes int) {
	if len(steps) == 0 {
		if f.pairs {
			f.level.Pairs(re, lanes)
			f.level.Pairs(im, lanes)
		}
		return
	}
	f.level.Split4(re, im, steps[0].turns, steps[0].m, lanes)
	for size := runs(len(re)); len(re) > 0; re, im = re[size:], im[size:] {
		f.split(re[:size], im[:size], steps[1:], lanes)
	}
}

// join does the steps of the inverse.
func (f *Filter) join(re, im []float64, steps []step, lanes int) {
	if len(steps) == 0 {
		if f.pairs {
			f.level.Pairs(re, lanes)
			f.level.Pairs(im, lanes)
		}
		return
	}
	size := runs(len(re))
	for at := 0; at < len(re); at += size {
		f.join(re[at:at+size], im[at:at+size], steps[1:], lanes)
	}
	f.level.Join4(re, im, steps[0].turns, steps[0].m, lanes)
}

// Get takes results from lanes first to first+3: those of all filters at the index from of the block, then at the next
// index, and so on. from must be even, and as many as the slices take a multiple of 4 times the filters.
func (f *Filter) Get(dst *[4][]float64, s *Scratch, first, from int) {
	filters := len(f.weights)
	n := len(dst[0]) / (2 * filters) // rows
	cycle := 1                       // rows after which the fourth values are at the end of one
	if 2*filters%4 != 0 {
		cycle = 2
	}
	step := 2 * filters * cycle
	for at := 0; at < step; at += 4 {
		var rows, to [4][]float64
		for j := range rows {
			rows[j] = s.results[(at+j)%(2*filters)][(from/2+(at+j)/(2*filters))*s.lanes:]
			to[j] = dst[j][at:]
		}
		f.level.Deinterleave(&to, step, &rows, cycle*s.lanes, first, n/cycle)
	}
}

// At returns the same filters computed at another level.
func (f *Filter) At(level kernel.Level) *Filter {
	g := *f
	g.level = level
	return &g
}
