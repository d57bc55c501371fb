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

// Decode returns the pipeline from r to sink: one channel of sound, as long as the sound that was encoded. The codec
// fills up its last hop; the samples beyond the end do not reach the sink. options name the workers that divide the work.
// It fails with a *dsp.ArgError for options out of range.
func (r *Reader) Decode(sink stream.Sink, o DecodeOptions, options ...dsp.Option) (stream.Pipeline, error) {
	if err := checkHops(o.Hops); err != nil {
		return stream.Pipeline{}, err
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
		Source: r, Stages: stages, Sink: &trimSink{Sink: sink, reader: r, rate: rate},
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

// A trimSink drops the samples beyond those that were encoded.
type trimSink struct {
	stream.Sink
	reader *Reader
	rate   int   // of the samples, Hz
	passed int64 // samples
}

func (t *trimSink) Open(f stream.Format, _ int64) error {
	t.passed = 0
	samples := t.reader.samples
	if samples >= 0 {
		samples = t.reader.Header().Samples(samples, t.rate)
	}
	return t.Sink.Open(f, samples)
}

func (t *trimSink) Write(samples []float32) error {
	if n := t.reader.exact.Load(); n >= 0 {
		left := t.reader.Header().Samples(n, t.rate) - t.passed
		samples = samples[:max(0, min(left, int64(len(samples))))]
	}
	t.passed += int64(len(samples))
	return t.Sink.Write(samples)
}
