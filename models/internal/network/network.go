// Package network builds trained networks from layers: in a chain, and in branches that are added.
//
//	conv := network.Conv{Layer: layer}                                   // a layer.Conv1D
//	block := network.Sum{Block: 64, Branches: []network.Node{nil, conv}} // x + conv(x)
//	net := network.Chain{Block: 32, Nodes: []network.Node{up, block}}
//	s, err := net.NewStream()                     // a dsp.Processor, with one owner
//	whole, err := net.Reference(ctx, frames)      // the same numbers, by definition
//	first, last := net.Reach(t, t)                // the input frames that output frame t depends on
//
// Nodes hold weights, and are immutable and safe for concurrent use. Streams hold state.
package network

import (
	"context"
	"slices"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/layer"
)

// A Node is a part of a network: layers with their weights. It is immutable and safe for concurrent use, and makes any
// number of streams.
type Node interface {
	// NewStream returns a new stream of the node.
	NewStream(options ...dsp.Option) (dsp.Processor, error)
	// WeightBytes returns the memory of the weights.
	WeightBytes() int64
	// MACs returns the multiply-adds for each input frame.
	MACs() float64
	// Reach returns the first and the last input frame that the output frames from first to last depend on. Frames of
	// the padding count.
	Reach(first, last int) (int, int)
	// Reference returns the output for a whole input, layer by layer over whole arrays, by the definitions of the
	// layers. It fails when ctx ends, which it checks between layers.
	Reference(ctx context.Context, src []float32) ([]float32, error)
}

// A Conv is a convolution as a Node.
type Conv struct{ Layer *layer.Conv1D }

// NewStream is Node.NewStream.
func (c Conv) NewStream(options ...dsp.Option) (dsp.Processor, error) {
	return c.Layer.NewStream(options...), nil
}

// WeightBytes is Node.WeightBytes.
func (c Conv) WeightBytes() int64 { return c.Layer.WeightBytes() }

// MACs is Node.MACs.
func (c Conv) MACs() float64 {
	g := c.Layer.Geometry()
	return float64(g.In/g.Groups*g.Out*g.Kernel) / float64(g.Stride)
}

// Reach is Node.Reach.
func (c Conv) Reach(first, last int) (int, int) {
	return c.Layer.Geometry().Reach(first, last)
}

// A Transposed is a transposed convolution as a Node.
type Transposed struct {
	Layer *layer.ConvTranspose1D[float32]
}

// NewStream is Node.NewStream.
func (u Transposed) NewStream(options ...dsp.Option) (dsp.Processor, error) {
	return u.Layer.NewStream(options...), nil
}

// WeightBytes is Node.WeightBytes.
func (u Transposed) WeightBytes() int64 { return u.Layer.WeightBytes() }

// MACs is Node.MACs.
func (u Transposed) MACs() float64 {
	g := u.Layer.Geometry()
	return float64(g.In / g.Groups * g.Out * g.Kernel)
}

// Reach is Node.Reach.
func (u Transposed) Reach(first, last int) (int, int) {
	return u.Layer.Geometry().Reach(first, last)
}

// A Chain is a sequence of nodes.
type Chain struct {
	Block int // input frames at a time
	Nodes []Node
}

// NewStream is Node.NewStream.
func (c Chain) NewStream(options ...dsp.Option) (dsp.Processor, error) {
	stages, err := streams(c.Nodes, options)
	if err != nil {
		return nil, err
	}
	return dsp.NewChain(c.Block, stages...)
}

// WeightBytes is Node.WeightBytes.
func (c Chain) WeightBytes() int64 { return weightBytes(c.Nodes) }

// weightBytes returns the memory of the weights of all nodes. A nil node has no weights.
func weightBytes(nodes []Node) int64 {
	total := int64(0)
	for _, n := range nodes {
		if n != nil {
			total += n.WeightBytes()
		}
	}
	return total
}

// MACs is Node.MACs.
func (c Chain) MACs() float64 {
	rate, total := 1.0, 0.0 // rate counts the input frames of a node for each input frame of the chain
	for _, n := range c.Nodes {
		total += float64(rate * n.MACs())
		switch n := n.(type) {
		case Transposed:
			rate *= float64(n.Layer.Geometry().Stride)
		case Conv:
			rate /= float64(n.Layer.Geometry().Stride)
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

// A Sum adds the outputs of its branches. A nil branch is the identity. At least one branch must not be nil.
type Sum struct {
	Block    int // input frames at a time
	Branches []Node
	Post     []layer.Activation // applied to the sum, in this order
	Parallel bool               // the branches are costly enough to be computed in parallel
}

// parallelBlocks is the number of blocks that parallel branches consume at a time. Branches wait for each other after
// that, and shorter turns would be dominated by the waiting.
const parallelBlocks = 4

// NewStream is Node.NewStream.
func (s Sum) NewStream(options ...dsp.Option) (dsp.Processor, error) {
	branches, err := streams(s.Branches, options)
	if err != nil {
		return nil, err
	}
	channels := 0
	for _, b := range branches {
		if b != nil {
			channels = b.Shape().Out
		}
	}
	post, err := layer.InPlace(channels, s.Post...)
	if err != nil {
		return nil, err
	}
	if workers := dsp.WorkersOf(options...); !s.Parallel || workers == nil || workers.Size() == 1 {
		return dsp.NewSum(s.Block, branches, post)
	}
	return dsp.NewSum(parallelBlocks*s.Block, branches, post, options...)
}

// WeightBytes is Node.WeightBytes.
func (s Sum) WeightBytes() int64 { return weightBytes(s.Branches) }

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

// streams returns a new stream of each node, and nil for a nil node.
func streams(nodes []Node, options []dsp.Option) ([]dsp.Processor, error) {
	processors := make([]dsp.Processor, len(nodes))
	for i, n := range nodes {
		if n == nil {
			continue
		}
		p, err := n.NewStream(options...)
		if err != nil {
			return nil, err
		}
		processors[i] = p
	}
	return processors, nil
}
