package models

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tailwave/tailwave/models/weights"
)

// architectures are networks and layouts of names that this package recognizes but does not read. A file is one of them
// if each pattern matches the name of a tensor. The first that fits counts.
var architectures = []struct{ what, patterns string }{
	{"a Vocos", "backbone.convnext.* head.out.*"},
	{"a SNAC codec", "quantizer.quantizers.*.codebook.* decoder.model.*.linear.*"},
	{"a codec such as DAC or SNAC", "quantizer.quantizers.*.codebook.* decoder.model.*"},
	{"an EnCodec codec", "quantizer.*codebook* decoder.*"},
	{"a voice conversion model with an NSF-HiFi-GAN in it", "dec.m_source.* dec.conv_pre.*"},
	{"an NSF-HiFi-GAN", "*m_source.* *noise_convs.*"},
	{"a VITS (its decoder is a HiFi-GAN)", "dec.conv_pre.* dec.ups.*"},
	{"an XTTS (its decoder is a HiFi-GAN)", "waveform_decoder.*"},
	{"a BigVGAN", "*conv_pre.* *ups.*.*.* *.activations.*"},
	{"a FlashSR (raises the sample rate of speech)", "*conv_pre.* *.activations.* *activation_post.*"},
	{"a HiFi-GAN in the layout of SpeechBrain", "*conv_pre.conv.* *resblocks.*"},
	{"a HiFi-GAN of ParallelWaveGAN with causal convolutions", "input_conv.conv.* upsamples.*.deconv.* blocks.*"},
	{"a HiFi-GAN in the layout of ParallelWaveGAN", "input_conv.* upsamples.* blocks.*"},
	{"a HiFi-GAN in the layout of Hugging Face", "*conv_pre.* *upsampler.* *resblocks.*"},
	{"a HiFi-GAN in the layout of NeMo", "*conv_pre.* *resblocks.*.*.convs1.*"},
	{"a UnivNet", "*lvc_blocks.*"},
	{"a UnivNet", "*kernel_predictor.*"},
	{"a Parallel WaveGAN", "first_conv.* conv_layers.*"},
	{"a WaveGlow", "WN.* convinv.*"},
	{"a Tacotron 2 (makes frames, not sound)", "*attention_rnn.*"},
	{"a Whisper model (recognises speech)", "*token_embedding.* *decoder.*"},
}

// ours are the networks that Open reads, in the layouts that it reads.
var ours = []struct{ what, patterns string }{
	{"a HiFi-GAN", "conv_pre.* ups.* resblocks.*"},
	{"a MelGAN", "melgan.*"},
}

// foreign returns the error about a weights file without the first layer of the configuration.
func foreign(file *weights.File, a config) error {
	all := tensorNames(file)
	if len(all) == 0 {
		return errors.New("holds no tensors: use the weights file of a generator")
	}
	if what := recognize(all); what != "" {
		return unsupported(what)
	}
	if !slices.ContainsFunc(all, func(name string) bool { return !isHarmless(name) }) {
		return errors.New("holds discriminators or the state of optimizers, and no generator: " +
			"use the file of the generator that was saved with it")
	}
	if what := describe(all); what != "" && !strings.HasSuffix(a.info().Architecture, strings.TrimPrefix(what, "a ")) {
		return fmt.Errorf("is %s, config.json describes a %s: put the config.json of the same model next to it",
			what, a.info().Architecture)
	}
	first, _ := a.first()
	return fmt.Errorf("is not the %s of config.json: it has no tensor %s.weight, only %s: "+
		"use the config.json of this model", a.info().Architecture, first, listed(all))
}

// unsupported returns the error about a file that is recognized but not read.
func unsupported(what string) error {
	if !strings.Contains(what, " layout ") {
		return unsupportedf("is %s, which is not supported: use a HiFi-GAN or a MelGAN", what)
	}
	return unsupportedf("is %s, which is not supported: save the tensors under the names of the authors, "+
		"conv_pre, ups, resblocks and conv_post, or use a HiFi-GAN in their layout", what)
}

// explain returns the error about a candidate from which the network could not be built because of err.
func explain(err error, file *weights.File, c candidate) error {
	if what := recognize(tensorNames(file)); what != "" {
		return unsupported(what)
	}
	if shape := c.set.Layer("conv_post"); len(shape) > 0 && shape[0] > 1 {
		return unsupportedf("the last layer, conv_post, has %d output channels, must have 1: iSTFTNet, and other "+
			"models with several outputs, are not supported", shape[0])
	}
	if c.set.Layer("conv_post") != nil && c.set["conv_post.bias"].Shape == nil {
		return unsupportedf("the last layer, conv_post, has no bias, which is not supported: " +
			"add a tensor conv_post.bias of shape [1] that holds 0")
	}
	return c.within(err)
}

// tensorNames returns the full names of all tensors of a file, sorted.
func tensorNames(file *weights.File) []string {
	var names []string
	for _, d := range file.Dictionaries {
		for name := range d.Tensors {
			names = append(names, weights.Join(d.Key, name))
		}
	}
	slices.Sort(names)
	return names
}

// describe returns the network, of ours or of the architectures, that has tensors of these names; "" if unknown.
func describe(names []string) string {
	for _, known := range ours {
		if fits(known.patterns, names) {
			return known.what
		}
	}
	return recognize(names)
}

// recognize returns the first of the architectures that has tensors of these names; "" if unknown.
func recognize(names []string) string {
	for _, known := range architectures {
		if fits(known.patterns, names) {
			return known.what
		}
	}
	return ""
}

// fits reports whether each of the patterns matches one of the names.
func fits(patterns string, names []string) bool {
	for _, pattern := range strings.Fields(patterns) {
		if !slices.ContainsFunc(names, func(name string) bool { return matches(pattern, name) }) {
			return false
		}
	}
	return true
}
