package models

import (
	"context"
	"fmt"

	"github.com/tailwave/tailwave/dsp"
)

// A Stream is one stream of a [Model], a [dsp.Processor] from frames of Info.Mels values to samples. One goroutine owns
// it.
type Stream struct {
	network  dsp.Processor
	channels int // of the frames
	dsp.Guard
}

// NewStream returns a new stream. With [dsp.WithWorkers], goroutines share the work inside the layers; the samples are
// the same. NewStream fails if a buffer between layers would take more than 1 GiB, which only a very wide network
// needs.
func (m *Model) NewStream(options ...dsp.Option) (*Stream, error) {
	p, err := m.network.NewStream(options...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", m.info.Path, err)
	}
	return &Stream{network: p, channels: m.info.Mels, Guard: dsp.Guard{Origin: "Model.NewStream"}}, nil
}

// Memory returns the bytes of the weights, which streams share, and of this stream. It implements [dsp.Sizer].
func (s *Stream) Memory() (weights, state int64) { return s.network.(dsp.Sizer).Memory() }

// Shape returns the shape of the stream: Info.Mels values in, one channel out, Info.Hop samples per frame.
func (s *Stream) Shape() dsp.Shape { return s.network.Shape() }

// OutFrames returns the number of samples of a whole stream of n frames: n*Info.Hop, or 0 for fewer than
// Info.MinFrames.
func (s *Stream) OutFrames(n int64) int64 { return s.network.OutFrames(n) }

// Emitted returns the number of samples emitted after n frames, before [Stream.Flush].
func (s *Stream) Emitted(n int64) int64 { return s.network.Emitted(n) }

// MaxOutFrames bounds the number of samples that [Stream.Process] of n frames, followed by [Stream.Flush], appends.
func (s *Stream) MaxOutFrames(n int) int { return s.network.MaxOutFrames(n) }

// Process consumes the frames src, [n, Info.Mels] for any n, and appends the samples that are final to dst.
func (s *Stream) Process(dst, src []float32) []float32 {
	s.BeginProcess(len(src), s.channels)
	return s.network.Process(dst, src)
}

// Flush ends the stream and appends the samples that it holds to dst.
func (s *Stream) Flush(dst []float32) []float32 {
	if !s.BeginFlush() {
		return dst
	}
	return s.network.Flush(dst)
}

// Reset begins a new stream with the same weights.
func (s *Stream) Reset() {
	s.Guard.Reset()
	s.network.Reset()
}

// Synthesize returns the samples for the frames [n, Info.Mels] of a whole input, with the speed and the bits of a
// [Stream]. No frames make no samples. Synthesize fails with a *dsp.ArgError for a length that is not a whole number of
// frames, and with a *dsp.TooShortError for fewer than Info.MinFrames frames.
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

// Reference returns the samples of [Model.Synthesize] by definition: layer by layer over whole arrays, by code that
// shares nothing with streams. It serves to check streams. A multiply-add takes about 4 ns, hundreds of times as long
// as in Synthesize. Reference fails like Synthesize, and with the cause of ctx when ctx ends, which it checks between
// layers.
func (m *Model) Reference(ctx context.Context, frames []float32) ([]float32, error) {
	if err := m.check(frames); err != nil {
		return nil, err
	}
	return m.network.Reference(ctx, frames)
}

// check returns the error about an input that is not whole frames or too short.
func (m *Model) check(frames []float32) error {
	if len(frames)%m.info.Mels != 0 {
		return m.partError(frames)
	}
	if n := len(frames) / m.info.Mels; n > 0 && n < m.info.MinFrames {
		return &dsp.TooShortError{Have: int64(n), Need: m.info.MinFrames}
	}
	return nil
}

// partError returns the error about frames that end within a frame.
func (m *Model) partError(frames []float32) error {
	return dsp.NewArgError("length of the frames", len(frames), "a multiple of the %d values of a frame", m.info.Mels)
}
