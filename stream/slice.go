package stream

import (
	"context"
	"fmt"
	"io"
)

// A Slice is a [Source] of frames in memory. It is [Sized].
type Slice struct {
	format  Format
	samples []float32 // not read yet
}

// FromSlice returns a source of samples, [frames, f.Channels]. The slice is not copied, so the caller must not change
// it before the last frame has been read. If its length is not a whole number of frames, Read fails.
func FromSlice(f Format, samples []float32) *Slice { return &Slice{format: f, samples: samples} }

// Format returns the format passed to FromSlice.
func (s *Slice) Format() Format { return s.format }

// Frames returns the number of frames that have not been read yet, or -1 if the format has no channels.
func (s *Slice) Frames() int64 {
	if s.format.Channels < 1 {
		return -1
	}
	return int64(len(s.samples) / s.format.Channels)
}

// Read copies the next frames to dst, up to its length, and returns their number. At the end it returns io.EOF.
func (s *Slice) Read(dst []float32) (frames int, err error) {
	if c := s.format.Channels; c < 1 || len(s.samples)%c != 0 {
		return 0, fmt.Errorf("slice of %d values: not whole frames of %d channels", len(s.samples), c)
	}
	if len(s.samples) == 0 {
		return 0, io.EOF
	}
	n := copy(dst, s.samples)
	s.samples = s.samples[n:]
	return n / s.format.Channels, nil
}

// ReadAll reads a source to its end, into memory. The error is that of [Pipeline.Run]; the Buffer then holds the frames
// that were read before it.
func ReadAll(ctx context.Context, source Source) (*Buffer, error) {
	b := new(Buffer)
	_, err := Pipeline{Source: source, Sink: b}.Run(ctx)
	return b, err
}

// A Buffer is a [Sink] that keeps frames in memory. The zero value is ready for use.
type Buffer struct {
	Format   Format
	Samples  []float32 // [frames, Format.Channels]
	Complete bool      // Close was called with nil
}

// maxReserve bounds the values that Open allocates: an announced length of a damaged file may be wrong by any factor.
const maxReserve = 1 << 24

// Open empties the buffer for a new stream. The samples of an earlier stream stay valid.
func (b *Buffer) Open(f Format, frames int64) error {
	*b = Buffer{Format: f}
	if frames > 0 {
		b.Samples = make([]float32, 0, min(frames, int64(maxReserve/f.Channels))*int64(f.Channels))
	}
	return nil
}

// Write appends frames.
func (b *Buffer) Write(frames []float32) error {
	b.Samples = append(b.Samples, frames...)
	return nil
}

// Close sets Complete if cause is nil. After a failure the frames written before it remain.
func (b *Buffer) Close(cause error) error {
	b.Complete = cause == nil
	return nil
}
