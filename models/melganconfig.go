package models

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/layer"
)

// melGAN is the description of a MelGAN generator in a config.json (Kumar et al., "MelGAN: Generative Adversarial
// Networks for Conditional Waveform Synthesis", 2019), or of a multi-band one, whose sub-bands a pseudo-QMF bank joins
// (Yang et al., "Multi-band MelGAN: Faster Waveform Generation for High-Quality Text-to-Speech", 2020). The keys in
// comments are those of ParallelWaveGAN. The network takes normalised frames.
type melGAN struct {
	ModelType       string  // model_type, melgan or multiband_melgan
	SamplingRate    int     // sampling_rate, Hz
	Mels            int     // num_mels
	Channels        int     // channels
	KernelSize      int     // kernel_size
	StackKernelSize int     // stack_kernel_size
	Stacks          int     // stacks
	UpsampleScales  []int   // upsample_scales
	Slope           float64 // leaky_relu_slope
	Padding         string  // padding
	OutChannels     int     // out_channels
	FinalActivation string  // final_activation
	PQMF            *pqmf   // pqmf, nil without sub-bands

	analysis
	unusedKeys
	Log   string  // log, log10 or natural
	Floor float64 // mel_floor

	mean, scale []float32 // statistics of the frames; nil if the weights have none
}

// pqmf is the description of a filter bank, with the parameters of layer.PQMFSynthesis.
type pqmf struct {
	Subbands    int     // subbands
	Taps        int     // taps
	CutoffRatio float64 // cutoff_ratio
	Beta        float64 // beta
}

// parseMelGAN reads and checks a configuration. A setting without a usual value must be present: the zero value of Go
// may be legal, such as a slope of 0, and would play another network.
func parseMelGAN(s *settings) (*melGAN, error) {
	rate := s.one(sampleRateWords)
	s.required("channels kernel_size stack_kernel_size stacks upsample_scales leaky_relu_slope padding out_channels " +
		"final_activation num_mels " + rate)
	m := &melGAN{
		ModelType: s.text("model_type", ""), SamplingRate: s.whole(rate, 0), Mels: s.whole("num_mels", 0),
		Channels: s.whole("channels", 0), KernelSize: s.whole("kernel_size", 0),
		StackKernelSize: s.whole("stack_kernel_size", 0), Stacks: s.whole("stacks", 0),
		UpsampleScales: s.wholes("upsample_scales"), Slope: s.number("leaky_relu_slope", 0),
		Padding:     s.text("padding", ""),
		OutChannels: s.whole("out_channels", 0), FinalActivation: s.text("final_activation", ""), PQMF: s.pqmf(),
		Log: s.text("log", "log10"), Floor: s.number("mel_floor", 1e-10), analysis: s.analysis(melGANFrames),
	}
	if *s.err != nil {
		return nil, *s.err
	}
	if err := s.broken(m.rules()); err != nil {
		return nil, err
	}
	var err error
	if m.unusedKeys, err = s.rest(); err != nil {
		return nil, err
	}
	return m, m.check()
}

// pqmf returns the description of the filter bank; nil if there is none. An unknown key in it is an error, because it
// may describe another bank.
func (s *settings) pqmf() *pqmf {
	o := s.object("pqmf")
	if o == nil {
		return nil
	}
	o.required("subbands taps cutoff_ratio beta")
	p := &pqmf{o.whole("subbands", 0), o.whole("taps", 0), o.number("cutoff_ratio", 0), o.number("beta", 0)}
	for _, key := range slices.Sorted(maps.Keys(o.values)) {
		if !o.read[key] {
			s.fail("%w", unsupportedf("%s is not a known key: remove it if the filters do not depend on it",
				o.name(key)))
		}
	}
	return p
}

// check compares the settings with each other and with the bounds.
func (m *melGAN) check() error {
	switch {
	case m.Mels < 1 || m.Mels > 1<<14:
		return fmt.Errorf("num_mels is %d, must be from 1 to %d", m.Mels, 1<<14)
	case m.SamplingRate < 1000 || m.SamplingRate > 768000:
		return fmt.Errorf("sampling_rate is %d, must be from 1000 to 768000", m.SamplingRate)
	case len(m.UpsampleScales) < 1 || len(m.UpsampleScales) > 14:
		return fmt.Errorf("upsample_scales has %d elements, must have 1 to 14", len(m.UpsampleScales))
	case m.Channels < 1 || m.Channels > 1<<14 || m.Channels%(1<<len(m.UpsampleScales)) != 0:
		return fmt.Errorf("channels is %d, must be a multiple of %d, 2 for each upsample scale, and at most %d",
			m.Channels, 1<<len(m.UpsampleScales), 1<<14)
	case m.KernelSize < 1 || m.KernelSize > 1<<10 || m.KernelSize%2 == 0:
		return fmt.Errorf("kernel_size is %d, must be odd, from 1 to 1023", m.KernelSize)
	case m.StackKernelSize < 1 || m.StackKernelSize > 1<<10 || m.StackKernelSize%2 == 0:
		return fmt.Errorf("stack_kernel_size is %d, must be odd, from 1 to 1023", m.StackKernelSize)
	case m.Stacks < 0 || m.Stacks > 32:
		return fmt.Errorf("stacks is %d, must be from 0 to 32", m.Stacks)
	case m.dilation(m.Stacks) > 1<<16:
		return fmt.Errorf("stacks is %d and stack_kernel_size is %d: the dilation %[2]d^%[1]d must be at most %[3]d",
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
			return fmt.Errorf("upsample_scales holds %d, must hold numbers from 2 to %d", s, 1<<10)
		}
		if hop *= s; hop > maxHop {
			return fmt.Errorf("upsample_scales is %s, must make at most %d samples per frame",
				dsp.ListText(m.UpsampleScales), maxHop)
		}
	}
	if err := m.checkBands(); err != nil {
		return err
	}
	settings := "upsample_scales " + dsp.ListText(m.UpsampleScales)
	if m.PQMF != nil {
		settings += fmt.Sprintf(" and %d sub-bands", m.PQMF.Subbands)
	}
	return m.checkHop(settings, hop)
}

// checkBands compares the output channels of the network with the sub-bands of the filter bank.
func (m *melGAN) checkBands() error {
	switch {
	case m.ModelType == "melgan" && m.PQMF != nil:
		return fmt.Errorf("model_type is melgan, must be multiband_melgan for a model with pqmf")
	case m.ModelType == "multiband_melgan" && m.PQMF == nil:
		return fmt.Errorf("pqmf is missing, which multiband_melgan needs: add the filter bank of training")
	case m.OutChannels != 1 && m.PQMF == nil:
		return fmt.Errorf("out_channels is %d, must be 1 without pqmf", m.OutChannels)
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

// subbands returns the number of output channels of the network.
func (m *melGAN) subbands() int {
	if m.PQMF == nil {
		return 1
	}
	return max(1, min(m.PQMF.Subbands, 1024)) // layer.PQMFSynthesis refuses a number out of range
}

// dilation returns the dilation of stack j, the kernel size to the power of j. It saturates above the bound of check.
func (m *melGAN) dilation(j int) int {
	d := 1
	for range j {
		d = min(d*m.StackKernelSize, 1<<20)
	}
	return d
}
