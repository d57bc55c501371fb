package lyra

import (
	"fmt"

	"github.com/tailwave/tailwave/dsp/layer"
	"github.com/tailwave/tailwave/models/internal/network"
	"github.com/tailwave/tailwave/models/tflite"
)

// groupChannels is the number of input channels in each group of a grouped layer.
const groupChannels = 64

// hops is the number of frames of latents in a block. With more than one, weights are used several times after they are
// loaded from memory; with more than a few, the state of a stream grows.
const hops = 2

// unitRows bounds the frames in a block of a residual unit. 12 are enough to reuse its weights.
const unitRows = 12

// A stage changes the rate and the number of channels: by a strided convolution in the encoder and a transposed one in
// the decoder, next to three residual units.
type stage struct {
	wide, narrow int // channels at the lower and at the higher rate
	kernel       int // taps
	rate         int // ratio of the two rates, the stride
	groups       int // of the decoder's convolution
	frames       int // at the lower rate, for each frame of latents
}

// stages holds the stages in the order of the decoder. The encoder has them in reverse order.
var stages = []stage{
	{wide: 512, narrow: 256, kernel: 4, rate: 2, groups: 4, frames: 1},
	{wide: 256, narrow: 128, kernel: 4, rate: 2, groups: 2, frames: 2},
	{wide: 128, narrow: 64, kernel: 10, rate: 5, groups: 1, frames: 4},
}

// The outermost layer, between samples and 64 channels.
const (
	edgeKernel   = 64
	edgeRate     = 16
	edgeChannels = 64
	edgeFrames   = Hop / edgeRate
)

func leaky() layer.Activation { return layer.LeakyReLU(slope) }

// begin returns a walk at the input of the first graph of a model, and the graph's output. The graph must have one of
// each.
func begin(m *tflite.Model) (*walk, int, error) {
	g := m.Graphs[0]
	if len(g.Inputs) != 1 || len(g.Outputs) != 1 {
		return nil, 0, fmt.Errorf("has %d inputs and %d outputs, must have 1 and 1", len(g.Inputs), len(g.Outputs))
	}
	w := newWalk(m, g, g.Inputs[0])
	w.initial()
	return w, g.Outputs[0], w.err
}

// readDecoder returns the network from latents to samples, and its number of weights.
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

// causal trims the output after the last input frame, so that the layer needs no later frame.
func causal(g layer.TransposeGeometry) layer.TransposeGeometry {
	g.Right = g.Kernel - g.Stride
	return g
}

// residuals follows three residual units, each x + grouped(leaky(pointwise(depthwise(leaky(x))))), and returns them.
// They have this number of frames for each frame of latents. The last unit includes the activation after it.
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
