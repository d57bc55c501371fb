package resample

import (
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/ratio"
)

// Slice converts a whole signal in memory, [frames, channels], between two sample rates in Hz, at [Best] quality. n
// frames become exactly ceil(n*to/from) frames, with the same bits as from a [Converter]. The result never shares
// memory with in. The errors are those of [New], and a *dsp.ArgError if the length of in is not a multiple of channels.
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

// OutFrames returns ceil(n*to/from), the number of frames after a conversion of n frames between two sample rates in
// Hz. n is at least 0. The rates are at least 1, and their product is below 2^63.
func OutFrames(n int64, from, to int) int64 { return ratio.CeilMul(n, int64(to), int64(from)) }
