package models

import (
	"context"
	"fmt"

	"github.com/tailwave/tailwave/dsp"
)

// A Stream is one stream of a [Model], as a [dsp.Processor]: frames of Info.Mels channels in, samples out. It has one
// owner.
type Stream struct {
	network  dsp.Processor
	channels int // of the frames
	dsp.Guard
}

// NewStream returns a new stream. Workers divide the work inside the layers. It fails if a buffer between the layers
// would take more than 1 GiB, which only a very wide network needs.
func (m *Model) NewStream(options ...dsp.Option) (*Stream, error) {
	p, err := m.network.NewStream(options...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", m.info.Path, err)
	}
	return &Stream{network: p, channels: m.info.Mels, Guard: dsp.Guard{Origin: "Model.NewStream"}}, nil
}

// Memory implements [dsp.Sizer]: the bytes of the weights, which streams share, and those of this stream.
func (s *Stream) Memory() (weights, state int64) { return s.network.(dsp.Sizer).Memory() }

// Shape returns Info.Mels and one channel, Info.Hop samples per frame, the latency and the shortest input.
func (s *Stream) Shape() dsp.Shape { return s.network.Shape() }

// OutFrames returns the samples of a whole stream of n frames: n*Info.Hop, and 0 for fewer than Info.MinFrames.
func (s *Stream) OutFrames(n int64) int64 { return s.network.OutFrames(n) }

// Emitted returns the samples that are out after n frames, before Flush.
func (s *Stream) Emitted(n int64) int64 { return s.network.Emitted(n) }

// MaxOutFrames bounds the samples that Process of n frames followed by Flush appends.
func (s *Stream) MaxOutFrames(n int) int { return s.network.MaxOutFrames(n) }

// Process consumes the frames of src, [n, Info.Mels], any number of them, and appends the samples that are final.
func (s *Stream) Process(dst, src []float32) []float32 {
	s.BeginProcess(len(src), s.channels)
	return s.network.Process(dst, src)
}

// Flush ends the stream and appends the samples still missing.
func (s *Stream) Flush(dst []float32) []float32 {
	if !s.BeginFlush() {
		return dst
	}
	return s.network.Flush(dst)
}

// Reset begins a new stream.
func (s *Stream) Reset() {
	s.Guard.Reset()
	s.network.Reset()
}

// Synthesize returns the samples for a whole input, [n, Info.Mels], as fast as a stream computes them and with the same
// bits. It fails with a *dsp.ArgError for a length that is not a whole number of frames, and with a *dsp.TooShortError
// for fewer than Info.MinFrames frames, except for none.
func (m *Model) Synthesize(frames []float32, options ...dsp.Option) ([]float32, error) {
	if err := m.check(frames); err != nil {
		return nil, err
	}
	s, err := m.NewStream(options...)
	if err != nil {
		return nil, err
	}
	n := len(frames) / m.info.Mels
	samples := make([]float32, 0, s.OutFrames(int64(n))*int64(s.Shape().Out))
	return s.Flush(s.Process(samples, frames)), nil
}

// Reference returns the same samples by the definition: layer by layer over whole arrays, each output on its own, by
// code that shares nothing with streams. Streams are compared with it. A multiply-add takes about 4 ns, hundreds of
// times longer than in Synthesize. It fails like Synthesize, and with the cause of ctx when ctx ends, which it checks
// between layers.
func (m *Model) Reference(ctx context.Context, frames []float32) ([]float32, error) {
	if err := m.check(frames); err != nil {
		return nil, err
	}
	return m.network.Reference(ctx, frames)
}

// check reports an input that is not whole frames, or too short.
func (m *Model) check(frames []float32) error {
	if len(frames)%m.info.Mels != 0 {
		return dsp.NewArgError("length of the frames", len(frames), "a multiple of the %d values of a frame", m.info.Mels)
	}
	if n := len(frames) / m.info.Mels; n > 0 && n < m.info.MinFrames {
		return &dsp.TooShortError{Have: int64(n), Need: m.info.MinFrames}
	}
	return nil
}
