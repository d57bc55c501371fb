package codec

import (
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/resample"
	"github.com/tailwave/tailwave/models/lyra"
	"github.com/tailwave/tailwave/stream"
)

// DecodeOptions are options for [Reader.Decode]. The zero value is ready for use.
type DecodeOptions struct {
	Rate int // sample rate of the sound, Hz; 0 means 16000, the rate of the codec
	Hops int // hops of 20 ms in a block of the pipeline; 0 means DefaultHops
}

// DefaultHops is the number of hops in a block for options with 0 hops: 200 ms.
const DefaultHops = 10

// maxBlock bounds the samples in a block, so that a large number of hops does not allocate without bound.
const maxBlock = 1 << 22

// Decode returns the pipeline from r to one channel of sound. The sound is as long as the sound that was encoded: the
// last stage drops the samples that completed the last hop. The caller must set the Sink. The options are those of dsp,
// such as [dsp.WithWorkers]. Decode fails with a [*dsp.ArgError] if an option is out of range, or if frames of r were
// read before.
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

// checkHops returns an error for a negative number of hops.
func checkHops(n int) error {
	if n < 0 {
		return dsp.NewArgError("hops at a time", n, "at least 0")
	}
	return nil
}

// blockOf returns the number of hops in a block, for the hops in the options and this number of samples in each hop.
func blockOf(hops, samples int) int {
	if hops == 0 {
		hops = DefaultHops
	}
	return max(1, min(hops, maxBlock/samples))
}
