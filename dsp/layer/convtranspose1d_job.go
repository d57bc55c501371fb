package layer

import (
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/kernel"
)

// A transposeJob adds the products of a block of frames to the accumulators, in parts that may run concurrently. A part
// is a range of groups or of columns, so no two parts share an accumulator.
type transposeJob[T dsp.Float] struct {
	u       *ConvTranspose1DStream[T]
	product kernel.Product[T]
	parts   int
	part    func(int) // computePart, made once
}

func (j *transposeJob[T]) make(u *ConvTranspose1DStream[T]) {
	j.u = u
	j.part = j.computePart
	j.product = kernel.Product[T]{
		AccRow: u.g.Stride * u.g.Out, XRow: u.row, Taps: 1, Channels: u.g.In / u.g.Groups,
		Accumulate: true, // except in fresh passes
	}
	if u.weights.depthwise != nil {
		j.product.Channels = u.g.In
	}
}

// run adds the products of n frames, x, to the accumulators acc.
func (j *transposeJob[T]) run(acc, x []T, n int) {
	g := j.u.g
	j.product.Acc, j.product.X, j.product.Rows = acc, x, n
	j.parts = 1
	if !j.u.weights.byFrame {
		j.parts = j.u.parts(workersSize(j.u.workers), int64(n)*int64(g.Out)*int64(g.In/g.Groups)*int64(g.Kernel))
	}
	if g.Groups > 1 && j.u.weights.depthwise == nil {
		j.parts = min(j.parts, g.Groups)
	}
	if j.parts == 1 {
		j.computePart(0)
	} else {
		j.u.workers.For(j.parts, j.part)
	}
	j.product.Acc, j.product.X = nil, nil
}

// computePart computes one of j.parts parts.
func (j *transposeJob[T]) computePart(part int) {
	g, w, m := j.u.g, j.u.weights, j.product
	if c := w.depthwise; c != nil {
		for tap := g.Kernel - 1; tap >= 0; tap-- {
			m.Acc = j.product.Acc[tap*g.Dilation*g.Out:]
			c.Mul(m, tap, part*c.Count()/j.parts, (part+1)*c.Count()/j.parts)
		}
		return
	}
	// A part owns whole groups, or the same columns in all passes, so no two parts share an accumulator.
	if g.Groups > 1 {
		for _, p := range w.passes {
			if group := p.x / m.Channels; group*j.parts/g.Groups == part {
				m.X, m.Acc = j.product.X[p.x:], j.product.Acc[p.acc:]
				p.panels.Mul(m, 0, p.panels.Count())
			}
		}
		return
	}
	most := 0
	for _, p := range w.passes {
		most = max(most, p.panels.Count())
	}
	first, end := part*most/j.parts, (part+1)*most/j.parts
	for _, p := range w.passes {
		m.X, m.Acc, m.Accumulate = j.product.X[p.x:], j.product.Acc[p.acc:], !p.fresh
		f, e := min(first, p.panels.Count()), min(end, p.panels.Count())
		if !w.byFrame {
			p.panels.Mul(m, f, e)
			continue
		}
		m.Rows = 1
		for range j.product.Rows {
			p.panels.Mul(m, f, e)
			m.X, m.Acc = m.X[m.XRow:], m.Acc[m.AccRow:]
		}
	}
}
