package models

import (
	"errors"
	"fmt"
	"math"

	"github.com/tailwave/tailwave/dsp/layer"
	"github.com/tailwave/tailwave/models/internal/network"
	"github.com/tailwave/tailwave/models/weights"
)

// melGAN is the part of a config.json that says what a MelGAN generator looks like (Kumar et al., "MelGAN: Generative
// Adversarial Networks for Conditional Waveform Synthesis", 2019), or a multi-band one, which gives sub-bands that a
// pseudo-QMF bank joins (Yang et al., "Multi-band MelGAN: Faster Waveform Generation for High-Quality Text-to-Speech",
// 2020), in the words of ParallelWaveGAN. The network takes normalised frames.
type melGAN struct {
	ModelType       string  `json:"model_type"`
	SamplingRate    int     `json:"sampling_rate"`
	Mels            int     `json:"num_mels"`
	Channels        int     `json:"channels"`
	KernelSize      int     `json:"kernel_size"`
	StackKernelSize int     `json:"stack_kernel_size"`
	Stacks          int     `json:"stacks"`
	UpsampleScales  []int   `json:"upsample_scales"`
	Slope           float64 `json:"leaky_relu_slope"`
	Padding         string  `json:"padding"`
	OutChannels     int     `json:"out_channels"`
	FinalActivation string  `json:"final_activation"`
	PQMF            *pqmf   `json:"pqmf,omitempty"`

	analysis
	Log      string   `json:"log,omitempty"`                // log10, as without it, or natural
	Floor    *float64 `json:"mel_floor,omitempty"`          // 1e-10 without it
	Centered *bool    `json:"center_reflect_pad,omitempty"` // true, as without it

	mean, scale []float32 // of the frames, nil if there are none
}

// pqmf describes a bank of filters; see layer.PQMFSynthesis.
type pqmf struct {
	Subbands    int     `json:"subbands"`
	Taps        int     `json:"taps"`
	CutoffRatio float64 `json:"cutoff_ratio"`
	Beta        float64 `json:"beta"`
}

// parseMelGAN reads and checks a configuration.
func parseMelGAN(text []byte) (*melGAN, error) {
	m := &melGAN{}
	if err := decodeJSON(text, m); err != nil {
		return nil, err
	}
	var given struct {
		Slope  *float64 `json:"leaky_relu_slope"`
		Stacks *int     `json:"stacks"`
	}
	if err := decodeJSON(text, &given); err != nil {
		return nil, err
	}
	if given.Slope == nil || given.Stacks == nil { // 0 is legal, and must be meant
		return nil, errors.New("leaky_relu_slope or stacks is missing")
	}
	return m, m.check()
}

func (m *melGAN) check() error {
	switch {
	case m.ModelType != "melgan" && m.ModelType != "multiband_melgan":
		return fmt.Errorf("model_type is %q, must be melgan or multiband_melgan", m.ModelType)
	case m.Mels < 1 || m.Mels > 1<<14:
		return fmt.Errorf("num_mels is %d, must be from 1 to %d", m.Mels, 1<<14)
	case m.SamplingRate < 1000 || m.SamplingRate > 768000:
		return fmt.Errorf("sampling_rate is %d, must be from 1000 to 768000", m.SamplingRate)
	case len(m.UpsampleScales) < 1 || len(m.UpsampleScales) > 14:
		return fmt.Errorf("%d upsample_scales, must be from 1 to 14", len(m.UpsampleScales))
	case m.Channels < 1 || m.Channels > 1<<14 || m.Channels%(1<<len(m.UpsampleScales)) != 0:
		return fmt.Errorf("channels is %d, must be up to %d and divisible by 2 for each upsample scale", m.Channels, 1<<14)
	case m.KernelSize < 1 || m.KernelSize > 1<<10 || m.KernelSize%2 == 0:
		return fmt.Errorf("kernel_size is %d, must be odd, from 1 to 1023", m.KernelSize)
	case m.StackKernelSize < 1 || m.StackKernelSize > 1<<10 || m.StackKernelSize%2 == 0:
		return fmt.Errorf("stack_kernel_size is %d, must be odd, from 1 to 1023", m.StackKernelSize)
	case m.Stacks < 0 || m.Stacks > 32:
		return fmt.Errorf("stacks is %d, must be from 0 to 32", m.Stacks)
	case m.dilation(m.Stacks) > 1<<16:
		return fmt.Errorf("stacks is %d, too many for stack_kernel_size %d: its power must be at most %d",
			m.Stacks, m.StackKernelSize, 1<<16)
	case !(math.Abs(m.Slope) <= 1):
		return fmt.Errorf("leaky_relu_slope is %g, must be from -1 to 1", m.Slope)
	case m.Padding != "reflect":
		return otherSetting("padding", m.Padding, "reflect")
	case m.FinalActivation != "tanh":
		return otherSetting("final_activation", m.FinalActivation, "tanh")
	}
	hop := m.subbands()
	for _, s := range m.UpsampleScales {
		if s < 2 || s > 1<<10 {
			return fmt.Errorf("upsample scale %d, must be from 2 to %d", s, 1<<10)
		}
		if hop *= s; hop > maxHop {
			return fmt.Errorf("upsample_scales %v, must give at most %d samples per frame", m.UpsampleScales, maxHop)
		}
	}
	if m.HopSize != 0 && m.HopSize != hop {
		return fmt.Errorf("hop_size is %d, upsample_scales and sub-bands make %d", m.HopSize, hop)
	}
	return m.checkBands()
}

// checkBands compares the channels out with the sub-bands that are joined.
func (m *melGAN) checkBands() error {
	switch {
	case m.ModelType == "melgan" && m.PQMF != nil:
		return fmt.Errorf("model_type is melgan, must be multiband_melgan with pqmf")
	case m.ModelType == "multiband_melgan" && m.PQMF == nil:
		return fmt.Errorf("no pqmf, multiband_melgan must have it")
	case m.OutChannels != m.subbands():
		return fmt.Errorf("out_channels is %d, must be %d, the number of sub-bands", m.OutChannels, m.subbands())
	case m.PQMF == nil:
		return nil
	}
	if _, err := layer.PQMFSynthesis(m.PQMF.Subbands, m.PQMF.Taps, m.PQMF.CutoffRatio, m.PQMF.Beta); err != nil {
		return fmt.Errorf("pqmf: %w", err)
	}
	return nil
}

// subbands returns how many signals the network gives.
func (m *melGAN) subbands() int {
	if m.PQMF == nil {
		return 1
	}
	return max(1, min(m.PQMF.Subbands, 1024)) // what is beyond, layer.PQMFSynthesis refuses
}

// dilation returns that of stack j, the kernel size to the power of j, or something beyond all bounds.
func (m *melGAN) dilation(j int) int {
	d := 1
	for range j {
		d = min(d*m.StackKernelSize, 1<<20)
	}
	return d
}

// melGANFirst is the first layer with weights.
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

// build returns the generator. Layers are counted as in the sequence of its authors, where paddings and activations are
// layers of their own; here an activation is fused into the layer before or after it, whichever saves a pass.
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
	nodes = append(nodes, b.same(name, channels, m.OutChannels, m.KernelSize, 1, layer.PreActivation(leaky), layer.PostActivation(layer.Tanh())))
	if m.PQMF != nil {
		nodes = append(nodes, m.PQMF.synthesis(b))
	}
	return network.Chain{Block: blockFrames(m.info().Hop), Nodes: nodes}, b.err
}

// stack returns a residual stack: a pointwise convolution of the input, plus one of leaky(conv(leaky(x))).
func (m *melGAN) stack(b *builder, name string, channels, dilation int) network.Node {
	leaky := layer.LeakyReLU(float32(m.Slope))
	return network.Sum{Block: rows(channels), Parallel: true, Branches: []network.Node{
		b.same(name+".skip_layer", channels, channels, 1, 1),
		network.Chain{Block: rows(channels), Nodes: []network.Node{
			b.same(name+".stack.2", channels, channels, m.StackKernelSize, dilation, layer.PreActivation(leaky), layer.PostActivation(leaky)),
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

// geometry is that of the synthesis as a transposed convolution, with as many samples per frame as there are sub-bands.
func (p *pqmf) geometry() layer.TransposeGeometry {
	return layer.TransposeGeometry{
		In: p.Subbands, Out: 1, Groups: 1, Kernel: p.Taps + 1, Stride: p.Subbands, Dilation: 1,
		Left: p.Taps / 2, Right: p.Taps/2 + 1 - p.Subbands,
	}
}

// takeNormalisation takes the statistics of the frames, mel.mean and mel.scale, from the set, if it has them: whoever
// makes the frames subtracts the one and divides by the other.
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
			return fmt.Errorf("mel.scale is 0, element %d", i)
		}
	}
	return nil
}
