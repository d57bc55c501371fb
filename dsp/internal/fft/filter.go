package fft

import (
	"fmt"
	"math/bits"

	"github.com/tailwave/tailwave/dsp/internal/kernel"
)

// A Filter applies several real filters to blocks of n real values by circular convolution. It processes kernel.Lanes
// or kernel.HalfLanes blocks at once, one in each lane. The result of a block does not depend on its lane or on the
// other blocks, and is the same at every level. Many goroutines may use a Filter, each with its own [Scratch].
//
//	s.Begin(blocks)               // how many blocks follow
//	f.Set(s, first, &values)      // for every four lanes
//	f.Apply(s)
//	f.Get(&results, s, first, at) // for every four lanes
//
// A block is packed into n/2 complex values: even samples are the real parts, and odd samples the imaginary parts. A
// transform in place (radix 4, decimation in frequency) leaves the frequencies in digit-reversed order. They stay in
// this order while each filter is applied by kernel.Level.Mix, whose weights include unpacking and packing the
// spectrum. The inverse transform (decimation in time) restores the order of the samples.
type Filter struct {
	level   kernel.Level
	n       int
	pairs   bool        // the last step of the transform has radix 2
	passes  []step      // of the transform; the inverse has the same in reverse order
	mirror  []int32     // for kernel.Level.Mix: the place of frequency -k at the place of frequency k
	weights [][]float64 // for kernel.Level.Mix, one slice per filter
}

// A step of radix 4 processes runs of 4*m rows.
type step struct {
	m     int
	turns []float64 // the twiddle factors, for kernel.Level.Split4 and Join4
}

// NewFilter returns filters for blocks of n values, a power of two from 8 to MaxSize. taps[q] has the n taps of filter
// q: taps[q][d] is the factor for the value d places before the result, modulo n.
func NewFilter(level kernel.Level, n int, taps [][]float64) *Filter {
	if n < 8 || n > MaxSize || n&(n-1) != 0 {
		panic(fmt.Sprintf("fft: blocks of %d: must be a power of two from 8 to %d", n, MaxSize))
	}
	half := n / 2
	f := &Filter{level: level, n: n, pairs: bits.TrailingZeros(uint(half))%2 == 1, mirror: make([]int32, half)}
	r := newRoots(n)
	for m := half / 4; m > 0; m /= 4 {
		s := step{m: m, turns: make([]float64, 0, 6*m)}
		for k := range m {
			for power := 1; power <= 3; power++ {
				w := r.at(power*k, 4*m)
				s.turns = append(s.turns, real(w), imag(w))
			}
		}
		f.passes = append(f.passes, s)
	}
	for k := range half {
		f.mirror[place(k, half)] = int32(place((half-k)%half, half))
	}
	spectrum := make([]complex128, half+1)
	transform := newReal(n, r)
	for _, t := range taps {
		transform.Forward(spectrum, t)
		f.weights = append(f.weights, packedWeights(spectrum, r))
	}
	return f
}

// place returns the index at which the transform of size values leaves frequency k.
func place(k, size int) int {
	at := 0
	for ; size >= 4; size /= 4 {
		at += k % 4 * (size / 4)
		k /= 4
	}
	return at + k
}

// packedWeights returns p and q for each place, such that p*z[k] + q*conj(z[m-k]) is the packed spectrum of the
// filtered signal, divided by m. z is the packed spectrum of the signal, h the response of the filter, n = 2*m, and
//
//	p = s - d*sin(angle), q = i*d*cos(angle), s = (h[k]+conj(h[m-k]))/2, d = (h[k]-conj(h[m-k]))/2, angle = 2*pi*k/n
//
// This follows from the product h[k]*X[k] with X[k] = E[k] + exp(-i*angle)*O[k] and z[k] = E[k] + i*O[k], where E and O
// are the spectra of the values of even and odd index.
func packedWeights(h []complex128, r roots) []float64 {
	m := len(h) - 1
	w := make([]float64, 4*m)
	scale := 0.5 / float64(m) // a power of two, so products with it are exact
	for k := range m {
		a, b := h[k], h[m-k]
		sr, si := float64((real(a)+real(b))*scale), float64((imag(a)-imag(b))*scale)
		dr, di := float64((real(a)-real(b))*scale), float64((imag(a)+imag(b))*scale)
		turn := r.at(k, 2*m)
		cos, sin := real(turn), -imag(turn)
		at := w[4*place(k, m):]
		at[0], at[1] = sr-float64(dr*sin), si-float64(di*sin)
		at[2], at[3] = -float64(di*cos), float64(dr*cos)
	}
	return w
}

// Bytes returns the memory of the tables in bytes.
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

// A Scratch holds the blocks that a Filter processes for one goroutine.
type Scratch struct {
	re, im  []float64   // the spectra
	results [][]float64 // the values of even index of each filter, then those of odd index of each filter
	lanes   int         // values in a row: kernel.Lanes or kernel.HalfLanes
	values  int         // total of re, im and results
}

// NewScratch returns a Scratch for f.
func (f *Filter) NewScratch() *Scratch {
	const gap = 20 * kernel.Lanes // puts rows of equal index into different sets of the first-level cache
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

// Bytes returns the memory of the blocks in bytes.
func (s *Scratch) Bytes() int { return 8 * s.values }

// Begin prepares s for 1 to kernel.Lanes blocks. Up to kernel.HalfLanes blocks use short rows, which is faster.
func (s *Scratch) Begin(blocks int) {
	s.lanes = kernel.Lanes
	if blocks <= kernel.HalfLanes {
		s.lanes = kernel.HalfLanes
	}
}

// Set copies four blocks of n values into lanes first to first+3 of s.
func (f *Filter) Set(s *Scratch, first int, blocks *[4][]float32) {
	f.level.Interleave(s.re, s.im, s.lanes, first, blocks)
}

// Apply filters the blocks in s with all filters.
func (f *Filter) Apply(s *Scratch) {
	values := f.n / 2 * s.lanes
	re, im := s.re[:values], s.im[:values]
	f.split(re, im, f.passes, s.lanes)
	filters := len(f.weights)
	for q, w := range f.weights {
		yRe, yIm := s.results[q][:values], s.results[filters+q][:values]
		f.level.Mix(yRe, yIm, re, im, w, f.mirror, s.lanes)
		// With real and imaginary parts exchanged, the forward transform computes the inverse.
		f.join(yIm, yRe, f.passes, s.lanes)
	}
}

// nearby is the number of values in a run that fits into the first-level cache twice, as real and imaginary parts. A
// run of this length goes through all remaining steps before the next run begins.
const nearby = 2048

// runs returns the length of the runs for the next steps over n values: a quarter of n while n is larger than nearby.
func runs(n int) int {
	if n > nearby {
		return n / 4
	}
	return n
}

// split computes the steps of the transform, and the last step of radix 2 if there is one.
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

// join computes the steps of the inverse: those of split in reverse order.
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

// Get copies results from lanes first to first+3 of s to dst. A slice receives the results of all filters at index from
// of the block, then those at the next index, and so on until it is full. from must be even, and the length of the
// slices a multiple of 4 times the number of filters.
func (f *Filter) Get(dst *[4][]float64, s *Scratch, first, from int) {
	filters := len(f.weights)
	n := len(dst[0]) / (2 * filters) // rows
	cycle := 1                       // rows that have a multiple of 4 values together
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

// At returns the same filters for another level.
func (f *Filter) At(level kernel.Level) *Filter {
	g := *f
	g.level = level
	return &g
}
