// Package network holds what trained networks are made of: layers with their weights, one after the other and in branches, of
// which any number of streams can be made.
package network

import (
	"context"
	"math"
	"slices"

	"github.com/tailwave/tailwave/dsp"
)

// A Node is a part of a network: layers with their weights, of which any number of streams can be made.
type Node interface {
	// Stream returns a processor for a new stream, which workers help with; nil for none.
	Stream(workers dsp.Workers) (dsp.Processor, error)
	// MACs returns the multiply-adds for each of its input frames.
	MACs() float64
	// Reach returns the first and the last input frame that its output frames from first to last depend on, padding
	// included.
	Reach(first, last int) (int, int)
	// OneShot returns what it makes of a whole input, layer by layer over whole arrays, by the one-shot operators. It fails
	// when ctx ends, which is looked for between layers.
	OneShot(ctx context.Context, src []float32) ([]float32, error)
}

// A Conv is a layer that streams are made of.
type Conv struct{ *dsp.Conv1D }

// Stream is Node.Stream.
func (c Conv) Stream(workers dsp.Workers) (dsp.Processor, error) {
	return c.NewStream(dsp.Across(workers))
}

// MACs is Node.MACs.
func (c Conv) MACs() float64 {
	g := c.Geometry()
	return float64(g.In/g.Groups*g.Out*g.Kernel) / float64(g.Stride)
}

// Reach is Node.Reach.
func (c Conv) Reach(first, last int) (int, int) {
	g := c.Geometry()
	return first*g.Stride - g.Left, last*g.Stride - g.Left + g.Span() - 1
}

// A Transposed is a transposed layer that streams are made of.
type Transposed struct{ *dsp.Upsampler[float32] }

// Stream is Node.Stream.
func (u Transposed) Stream(workers dsp.Workers) (dsp.Processor, error) {
	return u.NewStream(dsp.Across(workers))
}

// MACs is Node.MACs.
func (u Transposed) MACs() float64 {
	g := u.Geometry()
	return float64(g.In / g.Groups * g.Out * g.Kernel)
}

// Reach is Node.Reach.
func (u Transposed) Reach(first, last int) (int, int) {
	g := u.Geometry()
	return int(math.Ceil(float64(first+g.Left-g.Span()+1) / float64(g.Stride))), int(math.Floor(float64(last+g.Left) / float64(g.Stride)))
}

// A Chain is nodes one after the other.
type Chain struct {
	Block int // input frames at a time
	Nodes []Node
}

// Stream is Node.Stream.
func (c Chain) Stream(workers dsp.Workers) (dsp.Processor, error) {
	stages, err := streams(c.Nodes, workers)
	if err != nil {
		return nil, err
	}
	return dsp.NewChain(c.Block, stages...)
}

// MACs is Node.MACs.
func (c Chain) MACs() float64 {
	rate, total := 1.0, 0.0 // frames at the node for each input frame
	for _, n := range c.Nodes {
		total += float64(rate * n.MACs())
		switch n := n.(type) {
		case Transposed:
			rate *= float64(n.Geometry().Stride)
		case Conv:
			rate /= float64(n.Geometry().Stride)
		}
	}
	return total
}

// Reach is Node.Reach.
func (c Chain) Reach(first, last int) (int, int) {
	for _, n := range slices.Backward(c.Nodes) {
		first, last = n.Reach(first, last)
	}
	return first, last
}

// A Sum is branches that are added; a nil one is the identity.
type Sum struct {
	Block    int // input frames at a time
	Branches []Node
	After    []dsp.Activation
	Parallel bool // branches are long enough to be computed at the same time
}

// parallelBlocks is how many blocks are taken at a time to be worth the branches' waiting for each other.
const parallelBlocks = 4

// Stream is Node.Stream.
func (s Sum) Stream(workers dsp.Workers) (dsp.Processor, error) {
	branches, err := streams(s.Branches, workers)
	if err != nil {
		return nil, err
	}
	if !s.Parallel || workers == nil || workers.Size() == 1 {
		return dsp.NewSum(s.Block, branches, nil, s.After...)
	}
	return dsp.NewSum(parallelBlocks*s.Block, branches, workers, s.After...)
}

// MACs is Node.MACs.
func (s Sum) MACs() float64 {
	total := 0.0
	for _, n := range s.Branches {
		if n != nil {
			total += n.MACs()
		}
	}
	return total
}

// Reach is Node.Reach.
func (s Sum) Reach(first, last int) (int, int) {
	from, to := first, last
	for i, n := range s.Branches {
		f, l := first, last
		if n != nil {
			f, l = n.Reach(first, last)
		}
		if i == 0 {
			from, to = f, l
		}
		from, to = min(from, f), max(to, l)
	}
	return from, to
}

func streams(nodes []Node, workers dsp.Workers) ([]dsp.Processor, error) {
	processors := make([]dsp.Processor, len(nodes))
	for i, n := range nodes {
		if n == nil {
			continue
		}
		p, err := n.Stream(workers)
		if err != nil {
			return nil, err
		}
		processors[i] = p
	}
	return processors, nil
}
