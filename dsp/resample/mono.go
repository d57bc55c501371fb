package resample

import "github.com/tailwave/tailwave/dsp"

// monoBlock is the block of the chain of NewMono, in frames: 16 KiB of mono samples between the two stages.
const monoBlock = 4096

// NewMono returns a processor that mixes the channels of a frame to their mean, as [dsp.NewMixdown] does, and converts
// the mean from inRate to outRate, in Hz, at [Best] quality. Many networks for speech expect such an input. With one
// channel it only converts; between equal rates it only mixes. The errors are those of [New].
func NewMono(inRate, outRate, channels int, options ...dsp.Option) (dsp.Processor, error) {
	r, err := New(inRate, outRate, 1, Filter{}, options...)
	if err != nil || channels == 1 {
		return r, err
	}
	mix, err := dsp.NewMixdown(channels)
	if err != nil || inRate == outRate {
		return mix, err
	}
	return dsp.NewChain(monoBlock, mix, r)
}
