package models

import (
	"fmt"

	"github.com/tailwave/tailwave/dsp/layer"
	"github.com/tailwave/tailwave/models/internal/network"
	"github.com/tailwave/tailwave/models/weights"
)

// melGANFirst is the name of the first layer with weights.
const melGANFirst = "melgan.1"

func (m *melGAN) first() (string, []int) { return melGANFirst, []int{m.Channels, m.Mels, m.KernelSize} }

func (m *melGAN) modules() []string { return []string{"melgan"} }

func (m *melGAN) info() Info {
	hop := m.subbands()
	for _, s := range m.UpsampleScales {
		hop *= s
	}
	name := "MelGAN"
	if m.PQMF != nil {
		name = "multi-band MelGAN"
	}
	return Info{Architecture: name, SampleRate: m.SamplingRate, Mels: m.Mels, Hop: hop}
}

// build returns the generator. The numbers in names count layers as ParallelWaveGAN does, where paddings and
// activations are layers too. Here an activation is fused into the layer before or after it, whichever saves a pass
// over the frames.
func (m *melGAN) build(set weights.Set) (network.Node, error) {
	if err := m.takeNormalisation(set); err != nil {
		return nil, err
	}
	leaky := layer.LeakyReLU(float32(m.Slope))
	b := &builder{set: set, padding: layer.Reflect}
	channels := m.Channels
	nodes := []network.Node{b.same(melGANFirst, m.Mels, channels, m.KernelSize, 1)}
	index := 3
	for _, scale := range m.UpsampleScales {
		up := b.up(fmt.Sprintf("melgan.%d", index), channels, channels/2, 2*scale, scale, layer.PreActivation(leaky))
		nodes = append(nodes, up)
		index++
		channels /= 2
		for j := range m.Stacks {
			nodes = append(nodes, m.stack(b, fmt.Sprintf("melgan.%d", index), channels, m.dilation(j)))
			index++
		}
		index++
	}
	name := fmt.Sprintf("melgan.%d", index+1)
	nodes = append(nodes, b.same(name, channels, m.OutChannels, m.KernelSize, 1,
		layer.PreActivation(leaky), layer.PostActivation(layer.Tanh())))
	if m.PQMF != nil {
		nodes = append(nodes, m.PQMF.synthesis(b))
	}
	return network.Chain{Block: blockFrames(m.info().Hop), Nodes: nodes}, b.err
}

// stack returns a residual stack: pointwise(x) + pointwise(leaky(conv(leaky(x)))).
func (m *melGAN) stack(b *builder, name string, channels, dilation int) network.Node {
	leaky := layer.LeakyReLU(float32(m.Slope))
	return network.Sum{Block: rows(channels), Parallel: true, Branches: []network.Node{
		b.same(name+".skip_layer", channels, channels, 1, 1),
		network.Chain{Block: rows(channels), Nodes: []network.Node{
			b.same(name+".stack.2", channels, channels, m.StackKernelSize, dilation,
				layer.PreActivation(leaky), layer.PostActivation(leaky)),
			b.same(name+".stack.4", channels, channels, 1, 1),
		}},
	}}
}

// synthesis returns the layer that joins the sub-bands.
func (p *pqmf) synthesis(b *builder) network.Node {
	filters, err := layer.PQMFSynthesis(p.Subbands, p.Taps, p.CutoffRatio, p.Beta)
	if err != nil {
		b.fail(err)
		return nil
	}
	u, err := layer.NewConvTranspose1D(p.geometry(), filters, nil)
	b.fail(err)
	return network.Transposed{Layer: u}
}

// geometry returns the geometry of the synthesis as a transposed convolution, whose stride is the number of sub-bands.
func (p *pqmf) geometry() layer.TransposeGeometry {
	return layer.TransposeGeometry{
		In: p.Subbands, Out: 1, Groups: 1, Kernel: p.Taps + 1, Stride: p.Subbands, Dilation: 1,
		Left: p.Taps / 2, Right: p.Taps/2 + 1 - p.Subbands,
	}
}

// takeNormalisation takes the statistics of frames, mel.mean and mel.scale, if the set has them. The front end
// subtracts the mean and divides by the scale.
func (m *melGAN) takeNormalisation(set weights.Set) error {
	_, mean := set["mel.mean"]
	_, scale := set["mel.scale"]
	if !mean && !scale {
		return nil
	}
	var err error
	if m.mean, err = set.Take("mel.mean", m.Mels); err != nil {
		return err
	}
	if m.scale, err = set.Take("mel.scale", m.Mels); err != nil {
		return err
	}
	for i, d := range m.scale {
		if d == 0 {
			return fmt.Errorf("tensor mel.scale is 0 at element %d, but frames are divided by it: "+
				"use the statistics of training", i)
		}
	}
	return nil
}
