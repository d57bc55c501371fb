package resample

import "github.com/tailwave/tailwave/dsp"

// Slice converts a whole signal in memory, [frames, channels], from one sample rate to another, both in Hz, at [Best]
// quality. n frames make exactly ceil(n*to/from) frames, with the bits of a [Converter], and none for no frames. The
// result is a slice of its own, also between equal rates. Slice fails as [New] does, and with a *dsp.ArgError if the
// length of in is not a multiple of channels.
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
