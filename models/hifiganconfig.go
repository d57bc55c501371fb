package models

import (
	"fmt"
	"slices"

	"github.com/tailwave/tailwave/dsp"
)

// hifiGAN is the description of a HiFi-GAN generator in a config.json (Kong, Kim and Bae, "HiFi-GAN: Generative
// Adversarial Networks for Efficient and High Fidelity Speech Synthesis", 2020). The keys in comments are those of its
// authors.
type hifiGAN struct {
	Resblock             string  // resblock, "1" or "2"
	UpsampleRates        []int   // upsample_rates
	UpsampleKernelSizes  []int   // upsample_kernel_sizes
	UpsampleInitial      int     // upsample_initial_channel
	ResblockKernelSizes  []int   // resblock_kernel_sizes
	ResblockDilationSize [][]int // resblock_dilation_sizes
	Mels                 int     // num_mels
	SamplingRate         int     // sampling_rate, Hz

	analysis
	unusedKeys
}

// Bounds on the residual blocks, on the layers of a block, and on the span of a kernel in frames. A Sum queues frames
// until its slowest branch has emitted, and the size of the weights file does not bound that memory.
const (
	maxBlocks = 16
	maxSpan   = 1 << 10
)

// parseHiFiGAN reads and checks a configuration.
func parseHiFiGAN(s *settings) (*hifiGAN, error) {
	h := &hifiGAN{}
	var err error
	if h.Resblock, err = s.resblock(); err != nil {
		return nil, err
	}
	rate := s.one(sampleRateWords)
	s.required("upsample_rates upsample_kernel_sizes upsample_initial_channel resblock_kernel_sizes " +
		"resblock_dilation_sizes num_mels " + rate)
	h.UpsampleRates, h.UpsampleKernelSizes = s.wholes("upsample_rates"), s.wholes("upsample_kernel_sizes")
	h.UpsampleInitial = s.whole("upsample_initial_channel", 0)
	h.ResblockKernelSizes, h.ResblockDilationSize = s.wholes("resblock_kernel_sizes"), s.rows("resblock_dilation_sizes")
	h.Mels, h.SamplingRate = s.whole("num_mels", 0), s.whole(rate, 0)
	h.analysis = s.analysis(hifiGANFrames)
	if *s.err != nil {
		return nil, *s.err
	}
	if err := s.broken(h.rules()); err != nil {
		return nil, err
	}
	if h.unusedKeys, err = s.rest(); err != nil {
		return nil, err
	}
	return h, h.check()
}

// resblock returns the kind of residual block.
func (s *settings) resblock() (string, error) {
	v := s.take("resblock")
	for _, kind := range []string{"1", "2"} {
		if slices.Contains([]string{kind, `"` + kind + `"`, kind + ".0", `"ResBlock` + kind + `"`}, string(v)) {
			return kind, nil
		}
	}
	return "", unsupportedf(`resblock is %s, must be "1" or "2"`, shownValue(v))
}

// check compares the settings with each other and with the bounds.
func (h *hifiGAN) check() error {
	switch {
	case len(h.UpsampleRates) == 0 || len(h.UpsampleRates) != len(h.UpsampleKernelSizes):
		return fmt.Errorf("upsample_rates has %d elements and upsample_kernel_sizes %d, must have the same number, "+
			"at least 1", len(h.UpsampleRates), len(h.UpsampleKernelSizes))
	case len(h.ResblockKernelSizes) == 0 || len(h.ResblockKernelSizes) != len(h.ResblockDilationSize):
		return fmt.Errorf("resblock_kernel_sizes has %d elements and resblock_dilation_sizes %d, must have the same "+
			"number, at least 1", len(h.ResblockKernelSizes), len(h.ResblockDilationSize))
	case h.Mels < 1 || h.Mels > 1<<14:
		return fmt.Errorf("num_mels is %d, must be from 1 to %d", h.Mels, 1<<14)
	case h.SamplingRate < 1000 || h.SamplingRate > 768000:
		return fmt.Errorf("sampling_rate is %d, must be from 1000 to 768000", h.SamplingRate)
	case len(h.UpsampleRates) > 16 || h.UpsampleInitial < 1 || h.UpsampleInitial > 1<<14 ||
		h.UpsampleInitial%(1<<len(h.UpsampleRates)) != 0:
		return fmt.Errorf("upsample_initial_channel is %d, must be a multiple of %d, 2 for each upsample rate, "+
			"and at most %d", h.UpsampleInitial, 1<<min(len(h.UpsampleRates), 30), 1<<14)
	}
	if hop := h.info().Hop; hop < 1 || hop > maxHop {
		return fmt.Errorf("upsample_rates is %.80s, must make from 1 to %d samples per frame",
			dsp.ListText(h.UpsampleRates), maxHop)
	}
	if err := h.checkUpsampling(); err != nil {
		return err
	}
	return h.checkBlocks()
}

func (h *hifiGAN) checkUpsampling() error {
	for i, k := range h.UpsampleKernelSizes {
		switch r := h.UpsampleRates[i]; {
		case r < 1 || r > 1<<10 || k < r || k > 1<<12:
			return fmt.Errorf("upsample rate %d with kernel size %d: the rate must be from 1 to %d, "+
				"the kernel size from the rate to %d", r, k, 1<<10, 1<<12)
		case (k-r)%2 != 0:
			// Publishers drop the odd sample in different ways, and config.json does not say which.
			samples := "n+1"
			if r > 1 {
				samples = fmt.Sprintf("%dn+1", r)
			}
			return unsupportedf("upsample rate %d with kernel size %d: their difference must be even: the padding "+
				"of %d in the authors' code makes %s samples from n frames, and other publishers' ways to drop "+
				"the odd sample are not supported", r, k, (k-r)/2, samples)
		}
	}
	return h.checkHop("upsample_rates "+dsp.ListText(h.UpsampleRates), h.info().Hop)
}

func (h *hifiGAN) checkBlocks() error {
	if n := len(h.ResblockKernelSizes); n > maxBlocks {
		return fmt.Errorf("resblock_kernel_sizes has %d elements, must have at most %d", n, maxBlocks)
	}
	for i, k := range h.ResblockKernelSizes {
		if n := len(h.ResblockDilationSize[i]); n < 1 || n > maxBlocks {
			return fmt.Errorf("resblock_dilation_sizes holds an array of %d dilations, must hold arrays of 1 to %d",
				n, maxBlocks)
		}
		for _, d := range h.ResblockDilationSize[i] {
			if k < 1 || k > maxSpan || k%2 == 0 || d < 1 || d > maxSpan || (k-1)*d > maxSpan {
				return fmt.Errorf("residual block with kernel size %d and dilation %d: the kernel size must be odd, "+
					"the dilation positive, and (kernel size - 1) * dilation at most %d", k, d, maxSpan)
			}
		}
	}
	return nil
}
