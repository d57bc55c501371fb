package fft

import (
	"fmt"
	"math/bits"
	"slices"
	"unsafe"

	"github.com/tailwave/tailwave/dsp/internal/elementary"
	"github.com/tailwave/tailwave/dsp/internal/kernel"
)

// A Filter applies a matrix of real filters to blocks of n real values: result q is the sum of all inputs p, each
// filtered by filter [q][p]. The convolutions are negacyclic: a value that leaves the block at one end enters it at the
// other with the opposite sign. The caller drops the results that contain such values (overlap-save). Many goroutines
// may use a Filter, each with its own [Scratch].
//
//	f := fft.NewFilter(level, n, taps)
//	s := f.NewScratch()
//	f.Apply(s, blocks) // one block of n values for each input
//	y := s.Result(0)   // n values
//
// The method is the right-angle convolution of R. Crandall and B. Fagin, "Discrete weighted transforms and
// large-integer arithmetic", Mathematics of Computation 62, 1994. The values of a block are the coefficients of a real
// polynomial. Modulo x^(n/2) - i it has n/2 complex coefficients: the first half of the values are their real parts,
// and the second half their imaginary parts. The product of two such polynomials modulo x^(n/2) - i is, in the same
// form, their product modulo x^n + 1, which is the negacyclic convolution. So no pass is needed that separates the
// spectra of two real halves. The steps of the transform in package kernel split the modulus x^(n/2) - i like any
// other. They leave the frequencies in an order that does not matter, because the filters are transformed to the same
// order.
type Filter struct {
	level   kernel.Level
	n       int
	two     []float64   // turns of the first step if it has radix 2, and nil otherwise
	steps   [][]float64 // turns of the steps of radix 4 before the last ones
	rows    []float64   // turns of kernel.Level.SplitRows
	weights [][][]float64
}

// MinBlock and MaxBlock are the lengths of the shortest and the longest block of a Filter.
const (
	MinBlock = 256
	MaxBlock = 16384
)

// NewFilter returns filters for blocks of n values, a power of two from MinBlock to MaxBlock. taps[q][p] has the n taps
// from input p to result q: taps[q][p][d] is the factor for the value d places before the result. For d above n/2, it
// is the negated factor for the value n-d places after the result.
func NewFilter(level kernel.Level, n int, taps [][][]float64) *Filter {
	if n < MinBlock || n > MaxBlock || n&(n-1) != 0 {
		panic(fmt.Sprintf("fft: blocks of %d: must be a power of two from %d to %d", n, MinBlock, MaxBlock))
	}
	f := &Filter{level: level, n: n}
	rows := n / 2 / kernel.Row
	// The modulus of run k is x^m - exp(2*pi*i*angles[k]).
	angles := []float64{0.25}
	if bits.TrailingZeros(uint(rows))%2 == 1 {
		f.two, angles = step(angles, 2)
	}
	for len(angles) < rows/4 {
		var turns []float64
		turns, angles = step(angles, 4)
		f.steps = append(f.steps, turns)
	}
	f.addRows(angles)
	scale := 2 / float64(n) // a power of two, so products with it are exact
	for _, inputs := range taps {
		var row [][]float64
		for _, h := range inputs {
			row = append(row, f.transformed(h, scale))
		}
		f.weights = append(f.weights, row)
	}
	return f
}

// step returns the turns of a step whose runs have the given angles, and the angles of the runs of the next step.
func step(angles []float64, radix int) (turns, next []float64) {
	turns = make([]float64, 0, 2*(radix-1)*len(angles))
	for _, angle := range angles {
		turns = append(turns, powers(angle, radix)...)
		next = append(next, parts(angle, radix)...)
	}
	return turns, next
}

// powers returns the turns of a run with the given angle: the powers 1 to radix-1 of exp(2*pi*i*angle/radix).
func powers(angle float64, radix int) (turns []float64) {
	for power := 1; power < radix; power++ {
		re, im := unit(float64(power) * angle / float64(radix))
		turns = append(turns, re, im)
	}
	return turns
}

// parts returns the angles of the parts into which a run with the given angle is split.
func parts(angle float64, radix int) (angles []float64) {
	for s := range radix {
		angles = append(angles, (angle+float64(s))/float64(radix))
	}
	return angles
}

// addRows adds the last steps, for runs of four rows with the given angles.
func (f *Filter) addRows(angles []float64) {
	f.rows = make([]float64, len(angles)/2*kernel.RowTurns)
	for run, angle := range angles {
		group := f.rows[run/2*kernel.RowTurns:]
		copy(group[10*kernel.Row+6*(run%2):], powers(angle, 4))
		for r, a := range parts(angle, 4) {
			at := group[run%2*4+r:]
			for n, turn := range []float64{a / 4, a / 2, 3 * a / 4, a / 8, (a + 1) / 8} {
				at[2*n*kernel.Row], at[(2*n+1)*kernel.Row] = unit(turn)
			}
		}
	}
}

// unit returns exp(2*pi*i*angle).
func unit(angle float64) (re, im float64) {
	return elementary.SinPi(2*angle + 0.5), elementary.SinPi(2 * angle)
}

// Bytes returns the memory of the tables in bytes.
func (f *Filter) Bytes() int {
	n := len(f.rows) + len(f.two)
	for _, s := range f.steps {
		n += len(s)
	}
	for _, row := range f.weights {
		for _, w := range row {
			n += len(w)
		}
	}
	return 8 * n
}

// At returns the same filters for another level.
func (f *Filter) At(level kernel.Level) *Filter {
	g := *f
	g.level = level
	return &g
}

// A Scratch holds the blocks that a Filter processes for one goroutine. A block of n values has the real parts of its
// transform in the first half, and the imaginary parts in the second.
type Scratch struct {
	inputs, results [][]float64
	products        [][]kernel.SpectrumProduct // of each result, one for each input
	values          int                        // total of inputs and results
}

// NewScratch returns a Scratch for f.
func (f *Filter) NewScratch() *Scratch {
	const gap = 8 * kernel.Row // puts values of equal index into different sets of the first-level cache
	inputs, results := len(f.weights[0]), len(f.weights)
	all := slices.Grow([]float64(nil), (inputs+results)*(f.n+gap)) // Bytes includes what the allocator adds
	all = all[:cap(all)]
	s := &Scratch{values: len(all)}
	for i := range inputs + results {
		block := all[i*(f.n+gap):][:f.n:f.n]
		if i < inputs {
			s.inputs = append(s.inputs, block)
		} else {
			s.results = append(s.results, block)
		}
	}
	half := f.n / 2
	for _, weights := range f.weights {
		var row []kernel.SpectrumProduct
		for p, w := range weights {
			x := s.inputs[p]
			row = append(row, kernel.SpectrumProduct{Re: x[:half], Im: x[half:], FilterRe: w[:half], FilterIm: w[half:]})
		}
		s.products = append(s.products, row)
	}
	return s
}

// Bytes returns the memory of the blocks in bytes.
func (s *Scratch) Bytes() int {
	n := 8 * s.values
	for _, p := range s.products {
		n += len(p) * int(unsafe.Sizeof(p[0]))
	}
	return n
}

// Result returns the n values of result q of the last Apply. The next Apply overwrites them.
func (s *Scratch) Result(q int) []float64 { return s.results[q] }
