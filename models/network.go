package models

import (
	"context"
	"math"
	"slices"

	"github.com/tailwave/tailwave/dsp"
)

// A node is a part of a network: layers with their weights, of which any number of streams can be made.
type node interface {
	// stream returns a processor for a new stream, which workers help with; nil for none.
	stream(workers dsp.Workers) (dsp.Processor, error)
	// macs returns the multiply-adds for each of its input frames.
	macs() float64
	// reach returns the first and the last input frame that its output frames from first to last depend on, padding
	// included.
	reach(first, last int) (int, int)
	// oneShot returns what it makes of a whole input; see Model.OneShot.
	oneShot(ctx context.Context, src []float32) ([]float32, error)
}

// A conv is a layer that streams are made of.
type conv struct{ *dsp.Conv1D }

func (c conv) stream(workers dsp.Workers) (dsp.Processor, error) {
	return c.NewStream(dsp.Across(workers))
}

func (c conv) macs() float64 {
	g := c.Geometry()
	return float64(g.In/g.Groups*g.Out*g.Kernel) / float64(g.Stride)
}

func (c conv) reach(first, last int) (int, int) {
	g := c.Geometry()
	return first*g.Stride - g.Left, last*g.Stride - g.Left + g.Span() - 1
}

// A transposed is a transposed layer that streams are made of.
type transposed struct{ *dsp.Upsampler[float32] }

func (u transposed) stream(workers dsp.Workers) (dsp.Processor, error) {
	return u.NewStream(dsp.Across(workers))
}

func (u transposed) macs() float64 {
	g := u.Geometry()
	return float64(g.In / g.Groups * g.Out * g.Kernel)
}

func (u transposed) reach(first, last int) (int, int) {
	g := u.Geometry()
	return int(math.Ceil(float64(first+g.Left-g.Span()+1) / float64(g.Stride))), int(math.Floor(float64(last+g.Left) / float64(g.Stride)))
}

// A chain is nodes one after the other.
type chain struct {
	block int // input frames at a time
	nodes []node
}

func (c chain) stream(workers dsp.Workers) (dsp.Processor, error) {
	stages, err := streams(c.nodes, workers)
	if err != nil {
		return nil, err
	}
	return dsp.NewChain(c.block, stages...)
}

func (c chain) macs() float64 {
	rate, total := 1.0, 0.0 // frames at the node for each input frame
	for _, n := range c.nodes {
		total += float64(rate * n.macs())
		if t, ok := n.(transposed); ok {
			rate *= float64(t.Geometry().Stride)
		}
	}
	return total
}

func (c chain) reach(first, last int) (int, int) {
	for _, n := range slices.Backward(c.nodes) {
		first, last = n.reach(first, last)
	}
	return first, last
}

// A sum is branches that are added; a nil one is the identity.
type sum struct {
	block    int // input frames at a time
	branches []node
	after    []dsp.Activation
	parallel bool // branches are long enough to be computed at the same time
}

// parallelBlocks is how many blocks are taken at a time to be worth the branches' waiting for each other.
const parallelBlocks = 4

func (s sum) stream(workers dsp.Workers) (dsp.Processor, error) {
	branches, err := streams(s.branches, workers)
	if err != nil {
		return nil, err
	}
	if !s.parallel || workers == nil || workers.Size() == 1 {
		return dsp.NewSum(s.block, branches, nil, s.after...)
	}
	return dsp.NewSum(parallelBlocks*s.block, branches, workers, s.after...)
}

func (s sum) macs() float64 {
	total := 0.0
	for _, n := range s.branches {
		if n != nil {
			total += n.macs()
		}
	}
	return total
}

func (s sum) reach(first, last int) (int, int) {
	from, to := first, last
	for i, n := range s.branches {
		f, l := first, last
		if n != nil {
			f, l = n.reach(first, last)
		}
		if i == 0 {
			from, to = f, l
		}
		from, to = min(from, f), max(to, l)
	}
	return from, to
}

func streams(nodes []node, workers dsp.Workers) ([]dsp.Processor, error) {
	processors := make([]dsp.Processor, len(nodes))
	for i, n := range nodes {
		if n == nil {
			continue
		}
		p, err := n.stream(workers)
		if err != nil {
			return nil, err
		}
		processors[i] = p
	}
	return processors, nil
}

// maxHop bounds the samples per frame of a model.
const maxHop = 1 << 16

// blockFrames returns how many mel frames pass from layer to layer at a time: enough for weights to be used many times over,
// as long as they do not become much.
func blockFrames(hop int) int { return max(1, min(32, 1<<15/hop)) }

// rows returns how many frames of the given channels residual blocks are computed at a time. What passes between their
// layers then stays in the first- or second-level cache; where the weights of a layer do not, there are enough frames for
// each reading of them.
func rows(channels int) int {
	if channels > 192 {
		return 192
	}
	return max(24, 8192/channels/24*24)
}
