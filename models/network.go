package models

import "github.com/tailwave/tailwave/dsp"

// A node is a part of a network: layers with their weights, of which any number of streams can be made.
type node interface {
	// stream returns a processor for a new stream.
	stream(options ...dsp.LayerOption) (dsp.Processor, error)
}

// A conv is a layer that streams are made of.
type conv struct{ *dsp.Conv1D }

func (c conv) stream(options ...dsp.LayerOption) (dsp.Processor, error) {
	return c.NewStream(options...)
}

// A transposed is a transposed layer that streams are made of.
type transposed struct{ *dsp.Upsampler[float32] }

func (u transposed) stream(options ...dsp.LayerOption) (dsp.Processor, error) {
	return u.NewStream(options...)
}

// A chain is nodes one after the other.
type chain struct {
	block int // input frames at a time
	nodes []node
}

func (c chain) stream(options ...dsp.LayerOption) (dsp.Processor, error) {
	stages, err := streams(c.nodes, options)
	if err != nil {
		return nil, err
	}
	return dsp.NewChain(c.block, stages...)
}

// A sum is branches that are added; a nil one is the identity.
type sum struct {
	block    int // input frames at a time
	branches []node
	after    []dsp.Activation
}

func (s sum) stream(options ...dsp.LayerOption) (dsp.Processor, error) {
	branches, err := streams(s.branches, options)
	if err != nil {
		return nil, err
	}
	return dsp.NewSum(s.block, branches, s.after...)
}

func streams(nodes []node, options []dsp.LayerOption) ([]dsp.Processor, error) {
	processors := make([]dsp.Processor, len(nodes))
	for i, n := range nodes {
		if n == nil {
			continue
		}
		p, err := n.stream(options...)
		if err != nil {
			return nil, err
		}
		processors[i] = p
	}
	return processors, nil
}

// rows returns how many frames of the given channels residual blocks are computed at a time: what passes between their
// layers then stays in the first- or second-level cache.
func rows(channels int) int { return max(24, 8192/channels/24*24) }
