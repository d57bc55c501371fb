package codec

import (
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/resample"
	"github.com/tailwave/tailwave/models/lyra"
	"github.com/tailwave/tailwave/stream"
)

// DecodeOptions are choices for [Reader.Decode]. The zero value is ready for use.
type DecodeOptions struct {
	Rate int // sample rate of the sound, Hz; 0 means that of the codec, 16000
	Hops int // hops of 20 ms that are decoded at a time; 0 means DefaultHops
}

// DefaultHops is what 0 hops stand for in the options of this package: 200 ms.
const DefaultHops = 10

// maxBlock bounds the samples in a block.
const maxBlock = 1 << 22

// Decode returns the pipeline from r to one channel of sound, as long as the sound that was encoded: a last stage drops
// the samples with which the codec filled up its last hop. The sink is to be set. options name the workers that divide
// the work. It fails with a *dsp.ArgError for options out of range, and after a Read.
func (r *Reader) Decode(o DecodeOptions, options ...dsp.Option) (stream.Pipeline, error) {
	if err := checkHops(o.Hops); err != nil {
		return stream.Pipeline{}, err
	}
	if r.returned > 0 {
		return stream.Pipeline{}, dsp.NewArgError("frames read before Decode", r.returned, "0")
	}
	decoder, err := r.codec.NewDecoder(options...)
	if err != nil {
		return stream.Pipeline{}, err
	}
	stages := []stream.Stage{{Name: "decode", Processor: decoder}}
	rate := lyra.SampleRate
	if o.Rate != 0 && o.Rate != rate {
		rate = o.Rate
		c, err := resample.New(lyra.SampleRate, rate, 1, resample.Filter{}, options...)
		if err != nil {
			return stream.Pipeline{}, err
		}
		stages = append(stages, stream.Stage{Name: "resample", Processor: c})
	}
	return stream.Pipeline{
		Source:      r,
		Stages:      append(stages, stream.Stage{Name: "trim", Processor: &trimmer{reader: r, rate: rate}}),
		BlockFrames: blockOf(o.Hops, lyra.Hop*max(rate, lyra.SampleRate)/lyra.SampleRate),
	}, nil
}

func checkHops(n int) error {
	if n < 0 {
		return dsp.NewArgError("hops at a time", n, "at least 0")
	}
	return nil
}

// blockOf returns how many hops, with the given number of samples each, are read at a time.
func blockOf(hops, samples int) int {
	if hops == 0 {
		hops = DefaultHops
	}
	return max(1, min(hops, maxBlock/samples))
}
