package fft

import (
	"fmt"

	"github.com/tailwave/tailwave/dsp/internal/kernel"
)

// nearby is the number of complex values of a part that goes through all remaining steps before the next part begins:
// longer parts would leave the second-level cache between two steps, and shorter ones cost more calls than they save.
const nearby = 2048

// Apply filters one block of n values for each input.
func (f *Filter) Apply(s *Scratch, blocks [][]float32) {
	if len(blocks) != len(s.inputs) {
		panic(fmt.Sprintf("fft: %d blocks for %d inputs", len(blocks), len(s.inputs)))
	}
	half, radix := f.n/2, 4
	for p, x := range blocks {
		re, im := s.inputs[p][:half], s.inputs[p][half:]
		if f.two == nil {
			f.level.LoadSplit4(re, im, x, f.steps[0])
		} else {
			f.level.LoadSplit8(re, im, x, f.two, f.steps[0])
			radix = 8
		}
	}
	// The first step leaves radix transforms of their own.
	parts := 1
	if half > nearby {
		parts = radix
	}
	for k := range parts {
		f.filter(s, part{run: k, at: k * half / parts, end: (k + 1) * half / parts})
	}
	for _, y := range s.results {
		if f.two == nil {
			f.level.Join4(y[:half], y[half:], f.steps[0], half/4)
		} else {
			f.level.Join8(y[:half], y[half:], f.two, f.steps[0])
		}
	}
}

// A part is a range of the values of a transform after its first step. run is the index of its first run in the second
// step.
type part struct{ run, at, end int }

// filter computes the remaining steps of the transform of a part, the products with the weights, and the same steps of
// the inverse.
func (f *Filter) filter(s *Scratch, p part) {
	half := f.n / 2
	for _, x := range s.inputs {
		for step := 1; step < len(f.steps); step++ {
			f.split(x, p, step)
		}
		f.level.SplitRows(x[p.at:p.end], x[half+p.at:half+p.end], f.rowTurns(p.at))
	}
	for q, y := range s.results {
		re, im := y[p.at:p.end], y[half+p.at:half+p.end]
		f.level.JoinRows(re, im, f.rowTurns(p.at), s.products[q], p.at)
		for step := len(f.steps) - 1; step > 0; step-- {
			f.level.Join4(re, im, f.turns(p, step), f.quarter(step))
		}
	}
}

// rowTurns returns the turns of the rows from the value at on.
func (f *Filter) rowTurns(at int) []float64 {
	return f.rows[at/(kernel.Row*kernel.Row)*kernel.RowTurns:]
}

// split computes a step of radix 4 of all runs in a part.
func (f *Filter) split(x []float64, p part, step int) {
	half := f.n / 2
	f.level.Split4(x[p.at:p.end], x[half+p.at:half+p.end], f.turns(p, step), f.quarter(step))
}

// turns returns the turns of a step from the first run of a part on.
func (f *Filter) turns(p part, step int) []float64 { return f.steps[step][6*p.run<<(2*(step-1)):] }

// quarter returns the length of the quarters of a step of radix 4.
func (f *Filter) quarter(step int) int { return 4 * kernel.Row << (2 * (len(f.steps) - 1 - step)) }

// transformed returns the transform of the taps h, times scale, a power of two.
func (f *Filter) transformed(h []float64, scale float64) []float64 {
	half := f.n / 2
	w := make([]float64, f.n)
	for i, v := range h[:f.n] {
		w[i] = v * scale
	}
	if f.two != nil {
		kernel.Split2(w[:half], w[half:], f.two)
	}
	for step, turns := range f.steps {
		f.level.Split4(w[:half], w[half:], turns, f.quarter(step))
	}
	f.level.SplitRows(w[:half], w[half:], f.rows)
	return w
}
