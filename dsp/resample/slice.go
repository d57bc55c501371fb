package resample

import (
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/ratio"
)

// Slice converts a whole signal in memory, [frames, channels], from one sample rate to another, both in Hz, at [Best]
// quality. n frames make exactly ceil(n*to/from) frames, with the same bits as from a [Converter]. The result never
// shares memory with in. Slice fails like [New], and with a *dsp.ArgError if the length of in is not a multiple of
// channels.
//
//	music, err := resample.Slice(music, 44100, 48000, 2)
func Slice(in []float32, from, to, channels int, options ...dsp.Option) ([]float32, error) {
	r, err := New(from, to, channels, Filter{}, options...)
	if err != nil {
		return nil, err
	}
	if err := r.checkInput(in); err != nil {
		return nil, err
	}
	out := make([]float32, 0, int(r.OutFrames(int64(len(in)/channels)))*channels)
	return r.Flush(r.Process(out, in)), nil
}

// OutFrames returns ceil(n*to/from), the length of n frames after conversion between two sample rates in Hz. n is at
// least 0, and the rates are at least 1 with a product below 2^63.
func OutFrames(n int64, from, to int) int64 { return ratio.CeilMul(n, int64(to), int64(from)) }
