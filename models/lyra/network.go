package lyra

import (
	"fmt"

	"github.com/tailwave/tailwave/dsp/layer"
	"github.com/tailwave/tailwave/models/internal/network"
	"github.com/tailwave/tailwave/models/tflite"
)

// groupChannels is the number of channels in each group of a grouped layer.
const groupChannels = 64

// hops is how many frames of latents are computed at a time: some, so that weights are used more than once for each
// time they come from memory, and few, for what a stream keeps.
const hops = 2

// unitRows is how many frames residual units take at a time at most, which is enough for the use of their weights.
const unitRows = 12

// A stage is what changes the rate: between samples and one more channel, up to 512.
type stage struct {
	wide, narrow int // channels at the lower and at the higher rate
	kernel       int
	rate         int
	groups       int
	frames       int // at the lower rate for each frame of latents
}

// stages are those of the decoder in its order. The encoder has them backwards.
var stages = []stage{
	{wide: 512, narrow: 256, kernel: 4, rate: 2, groups: 4, frames: 1},
	{wide: 256, narrow: 128, kernel: 4, rate: 2, groups: 2, frames: 2},
	{wide: 128, narrow: 64, kernel: 10, rate: 5, groups: 1, frames: 4},
}

// The layer between samples and 64 channels.
const (
	edgeKernel   = 64
	edgeRate     = 16
	edgeChannels = 64
	edgeFrames   = Hop / edgeRate
)

func leaky() layer.Activation { return layer.LeakyReLU(slope) }

// begin walks into the first graph of a model, with one input and one output.
func begin(m *tflite.Model) (*walk, int, error) {
	g := m.Graphs[0]
	if len(g.Inputs) != 1 || len(g.Outputs) != 1 {
		return nil, 0, fmt.Errorf("has %d inputs and %d outputs, must have 1 and 1", len(g.Inputs), len(g.Outputs))
	}
	w := newWalk(m, g, g.Inputs[0])
	w.initial()
	return w, g.Outputs[0], w.err
}

// readDecoder returns the network from latents to samples, and how many numbers its tensors have.
func readDecoder(m *tflite.Model) (decoder network.Node, parameters int64, err error) {
	w, output, err := begin(m)
	if err != nil {
		return nil, 0, err
	}
	w.remember(2, Latents)
	nodes := []network.Node{w.convolution(layer.ConvGeometry{
		In: Latents, Out: stages[0].wide, Groups: 4, Kernel: 3, Stride: 1, Dilation: 1, Left: 2,
	}, layer.PostActivation(leaky()), layer.MaxBlock(hops))}
	w.activation()
	for _, s := range stages {
		nodes = append(nodes, w.transposed(causal(layer.TransposeGeometry{
			In: s.wide, Out: s.narrow, Groups: s.groups, Kernel: s.kernel, Stride: s.rate, Dilation: 1,
		}), s.frames, layer.MaxBlock(hops*s.frames)))
		nodes = append(nodes, w.residuals(s.narrow, s.frames*s.rate)...)
		w.activation()
	}
	nodes = append(nodes, w.transposed(causal(layer.TransposeGeometry{
		In: edgeChannels, Out: 1, Groups: 1, Kernel: edgeKernel, Stride: edgeRate, Dilation: 1,
	}), edgeFrames, layer.MaxBlock(hops*edgeFrames)))
	return network.Chain{Block: hops, Nodes: nodes}, w.parameters, w.end(output)
}

// readEncoder returns the network from samples to latents.
func readEncoder(m *tflite.Model) (network.Node, error) {
	w, output, err := begin(m)
	if err != nil {
		return nil, err
	}
	w.remember(edgeKernel-edgeRate, 1)
	nodes := []network.Node{w.convolution(layer.ConvGeometry{
		In: 1, Out: edgeChannels, Groups: 1, Kernel: edgeKernel, Stride: edgeRate, Dilation: 1, Left: edgeKernel - edgeRate,
	}, layer.MaxBlock(hops*Hop))}
	for i := range stages {
		s := stages[len(stages)-1-i]
		nodes = append(nodes, w.residuals(s.narrow, s.frames*s.rate)...)
		w.activation()
		w.remember(s.kernel-s.rate, s.narrow)
		nodes = append(nodes, w.convolution(layer.ConvGeometry{
			In: s.narrow, Out: s.wide, Groups: s.narrow / groupChannels, Kernel: s.kernel, Stride: s.rate, Dilation: 1, Left: s.kernel - s.rate,
		}, layer.MaxBlock(hops*s.frames*s.rate)))
	}
	w.activation()
	w.remember(2, stages[0].wide)
	nodes = append(nodes, w.convolution(layer.ConvGeometry{
		In: stages[0].wide, Out: Latents, Groups: 4, Kernel: 3, Stride: 1, Dilation: 1, Left: 2,
	}, layer.PreActivation(leaky()), layer.MaxBlock(hops)))
	return network.Chain{Block: hops * Hop, Nodes: nodes}, w.end(output)
}

// causal trims what would come after the last frame.
func causal(g layer.TransposeGeometry) layer.TransposeGeometry {
	g.Right = g.Kernel - g.Stride
	return g
}

// residuals takes three residual units, each x + grouped(leaky(pointwise(depthwise(leaky(x))))), with the given number
// of frames for each frame of latents. The activation after the last is part of it.
func (w *walk) residuals(channels, frames int) []network.Node {
	rows := min(hops*frames, unitRows)
	block := layer.MaxBlock(rows)
	var nodes []network.Node
	for i, dilation := range []int{1, 3, 9} {
		x := w.at
		w.activation()
		w.remember(2*dilation, channels)
		g := layer.ConvGeometry{In: channels, Out: channels, Stride: 1, Dilation: 1}
		depthwise, pointwise, grouped := g, g, g
		depthwise.Groups, depthwise.Kernel, depthwise.Dilation, depthwise.Left = channels, 3, dilation, 2*dilation
		pointwise.Groups, pointwise.Kernel = 1, 1
		grouped.Groups, grouped.Kernel = channels/groupChannels, 1
		branch := []network.Node{w.convolution(depthwise, layer.PreActivation(leaky()), block)}
		branch = append(branch, w.convolution(pointwise, layer.PostActivation(leaky()), block))
		w.activation()
		branch = append(branch, w.convolution(grouped, block))
		if add, ok := w.user(w.at, tflite.Add, 2, 1); ok {
			if !w.isAt(w.other(add, w.at), x) {
				w.fail(add, fmt.Errorf("must add tensor %d", x))
			}
			w.at = w.graph.Operators[add].Outputs[0]
		}
		unit := network.Sum{Block: rows, Branches: []network.Node{nil, network.Chain{Block: rows, Nodes: branch}}}
		if i == 2 {
			unit.Post = []layer.Activation{leaky()}
		}
		nodes = append(nodes, unit)
	}
	return nodes
}
