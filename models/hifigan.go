package models

import (
	"fmt"

	"github.com/tailwave/tailwave/dsp/layer"
	"github.com/tailwave/tailwave/models/internal/network"
	"github.com/tailwave/tailwave/models/weights"
)

// hifiGANFirst is the name of the first layer.
const hifiGANFirst = "conv_pre"

func (h *hifiGAN) first() (string, []int) { return hifiGANFirst, []int{h.UpsampleInitial, h.Mels, 7} }

func (h *hifiGAN) modules() []string { return []string{hifiGANFirst, "ups", "resblocks", "conv_post"} }

func (h *hifiGAN) info() Info {
	hop := 1
	for _, r := range h.UpsampleRates {
		hop *= min(max(r, 0), maxHop+1) // rates are not checked yet, and the product must not overflow
		hop = min(hop, maxHop+1)
	}
	return Info{Architecture: "HiFi-GAN", SampleRate: h.SamplingRate, Mels: h.Mels, Hop: hop}
}

// build returns the generator. An activation is fused into the layer before or after it, whichever saves a pass over
// the frames.
func (h *hifiGAN) build(set weights.Set) (network.Node, error) {
	const slope = 0.1
	b := &builder{set: set}
	channels := h.UpsampleInitial
	nodes := []network.Node{b.same(hifiGANFirst, h.Mels, channels, 7, 1, layer.PostActivation(layer.LeakyReLU(slope)))}
	for i, rate := range h.UpsampleRates {
		nodes = append(nodes, b.up(fmt.Sprintf("ups.%d", i), channels, channels/2, h.UpsampleKernelSizes[i], rate))
		channels /= 2
		mean := layer.Scale(1 / float32(len(h.ResblockKernelSizes))) // of the branches
		blocks := network.Sum{Block: rows(channels), Parallel: true}
		blocks.Post = []layer.Activation{mean, layer.LeakyReLU(slope)}
		if i == len(h.UpsampleRates)-1 {
			blocks.Post[1] = layer.LeakyReLU(0.01) // the authors' code has PyTorch's default here
		}
		for k, taps := range h.ResblockKernelSizes {
			name := fmt.Sprintf("resblocks.%d", i*len(h.ResblockKernelSizes)+k)
			blocks.Branches = append(blocks.Branches, h.residual(b, name, channels, taps, h.ResblockDilationSize[k]))
		}
		nodes = append(nodes, blocks)
	}
	nodes = append(nodes, b.same("conv_post", channels, 1, 7, 1, layer.PostActivation(layer.Tanh())))
	return network.Chain{Block: blockFrames(h.info().Hop), Nodes: nodes}, b.err
}

// residual returns a residual block. For each dilation it computes x + conv(leaky(x)) for resblock 2, and
// x + conv(leaky(conv(leaky(x)))) for resblock 1.
func (h *hifiGAN) residual(b *builder, name string, channels, taps int, dilations []int) network.Node {
	const slope = 0.1
	leaky := layer.PreActivation(layer.LeakyReLU(slope))
	c := network.Chain{Block: rows(channels)}
	for i, d := range dilations {
		var branch network.Node
		if h.Resblock == "2" {
			branch = b.same(fmt.Sprintf("%s.convs.%d", name, i), channels, channels, taps, d, leaky)
		} else {
			branch = network.Chain{Block: rows(channels), Nodes: []network.Node{
				b.same(fmt.Sprintf("%s.convs1.%d", name, i), channels, channels, taps, d, leaky),
				b.same(fmt.Sprintf("%s.convs2.%d", name, i), channels, channels, taps, 1, leaky),
			}}
		}
		c.Nodes = append(c.Nodes, network.Sum{Block: rows(channels), Branches: []network.Node{nil, branch}})
	}
	return c
}
