package models

import (
	"bytes"
	"fmt"

	"github.com/tailwave/tailwave/dsp/layer"
	"github.com/tailwave/tailwave/models/internal/network"
	"github.com/tailwave/tailwave/models/weights"
)

// hifiGAN is the part of a config.json that says what a HiFi-GAN generator looks like (Kong, Kim, Bae, "HiFi-GAN:
// Generative Adversarial Networks for Efficient and High Fidelity Speech Synthesis", 2020), in the words of its
// authors.
type hifiGAN struct {
	Resblock             blockKind `json:"resblock"`
	UpsampleRates        []int     `json:"upsample_rates"`
	UpsampleKernelSizes  []int     `json:"upsample_kernel_sizes"`
	UpsampleInitial      int       `json:"upsample_initial_channel"`
	ResblockKernelSizes  []int     `json:"resblock_kernel_sizes"`
	ResblockDilationSize [][]int   `json:"resblock_dilation_sizes"`
	Mels                 int       `json:"num_mels"`
	SamplingRate         int       `json:"sampling_rate"`

	analysis
}

// A blockKind is "1" or "2"; some write it as a number.
type blockKind string

// UnmarshalJSON takes a string or a number.
func (k *blockKind) UnmarshalJSON(text []byte) error {
	*k = blockKind(bytes.Trim(text, `"`))
	return nil
}

// Bounds on residual blocks, and on the layers in one: a Sum queues frames for its slowest branch, which is memory that
// the size of the weights file does not bound.
const (
	maxBlocks = 16
	maxSpan   = 1 << 10
)

// parseHiFiGAN reads and checks a configuration.
func parseHiFiGAN(text []byte) (*hifiGAN, error) {
	h := &hifiGAN{}
	if err := decodeJSON(text, h); err != nil {
		return nil, err
	}
	switch {
	case h.Resblock != "1" && h.Resblock != "2":
		return nil, fmt.Errorf(`resblock is %q, must be "1" or "2"`, h.Resblock)
	case len(h.UpsampleRates) == 0 || len(h.UpsampleRates) != len(h.UpsampleKernelSizes):
		return nil, fmt.Errorf("%d upsample_rates and %d upsample_kernel_sizes, must be equally many, at least 1 each", len(h.UpsampleRates), len(h.UpsampleKernelSizes))
	case len(h.ResblockKernelSizes) == 0 || len(h.ResblockKernelSizes) != len(h.ResblockDilationSize):
		return nil, fmt.Errorf("%d resblock_kernel_sizes and %d resblock_dilation_sizes, must be equally many, at least 1 each", len(h.ResblockKernelSizes), len(h.ResblockDilationSize))
	case h.Mels < 1 || h.Mels > 1<<14:
		return nil, fmt.Errorf("num_mels is %d, must be from 1 to %d", h.Mels, 1<<14)
	case h.SamplingRate < 1000 || h.SamplingRate > 768000:
		return nil, fmt.Errorf("sampling_rate is %d, must be from 1000 to 768000", h.SamplingRate)
	case len(h.UpsampleRates) > 16 || h.UpsampleInitial < 1 || h.UpsampleInitial > 1<<14 || h.UpsampleInitial%(1<<len(h.UpsampleRates)) != 0:
		return nil, fmt.Errorf("upsample_initial_channel is %d, must be up to %d and divisible by 2 for each upsample rate", h.UpsampleInitial, 1<<14)
	}
	if hop := h.info().Hop; hop < 1 || hop > maxHop {
		return nil, fmt.Errorf("upsample_rates %v: must give from 1 to %d samples per frame", h.UpsampleRates, maxHop)
	}
	for i, k := range h.UpsampleKernelSizes {
		if r := h.UpsampleRates[i]; r < 1 || r > 1<<10 || k < r || k > 1<<12 || (k-r)%2 != 0 {
			return nil, fmt.Errorf("upsample rate %d with kernel size %d: the kernel must be as long as the rate or longer by an even number", r, k)
		}
	}
	if n := len(h.ResblockKernelSizes); n > maxBlocks {
		return nil, fmt.Errorf("%d resblock_kernel_sizes, must be at most %d", n, maxBlocks)
	}
	for i, k := range h.ResblockKernelSizes {
		if n := len(h.ResblockDilationSize[i]); n < 1 || n > maxBlocks {
			return nil, fmt.Errorf("%d dilations in a residual block, must be from 1 to %d", n, maxBlocks)
		}
		for _, d := range h.ResblockDilationSize[i] {
			if k < 1 || k > maxSpan || k%2 == 0 || d < 1 || d > maxSpan || (k-1)*d > maxSpan {
				return nil, fmt.Errorf("residual block with kernel size %d and dilation %d: kernels must be odd, and span at most %d frames", k, d, maxSpan)
			}
		}
	}
	return h, nil
}

// hifiGANFirst is the first layer.
const hifiGANFirst = "conv_pre"

func (h *hifiGAN) first() (string, []int) { return hifiGANFirst, []int{h.UpsampleInitial, h.Mels, 7} }

func (h *hifiGAN) modules() []string { return []string{hifiGANFirst, "ups", "resblocks", "conv_post"} }

func (h *hifiGAN) info() Info {
	hop := 1
	for _, r := range h.UpsampleRates {
		hop *= min(max(r, 0), maxHop+1) // rates are not checked yet
		hop = min(hop, maxHop+1)
	}
	return Info{Architecture: "HiFi-GAN", SampleRate: h.SamplingRate, Mels: h.Mels, Hop: hop}
}

// build returns the generator. An activation is fused into the layer before or after it, whichever saves a pass.
func (h *hifiGAN) build(set weights.Set) (network.Node, error) {
	const slope = 0.1
	b := &builder{set: set}
	channels := h.UpsampleInitial
	nodes := []network.Node{b.same(hifiGANFirst, h.Mels, channels, 7, 1, layer.PostActivation(layer.LeakyReLU(slope)))}
	for i, rate := range h.UpsampleRates {
		nodes = append(nodes, b.up(fmt.Sprintf("ups.%d", i), channels, channels/2, h.UpsampleKernelSizes[i], rate))
		channels /= 2
		blocks := network.Sum{Block: rows(channels), Parallel: true, Post: []layer.Activation{layer.Scale(1 / float32(len(h.ResblockKernelSizes))), layer.LeakyReLU(slope)}}
		if i == len(h.UpsampleRates)-1 {
			blocks.Post[1] = layer.LeakyReLU(0.01)
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

// residual returns a residual block: for each dilation x + conv(leaky(x)), or x + conv(leaky(conv(leaky(x)))).
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
