package goaudio

import (
	"errors"
	"io"

	"github.com/go-audio/audio"

	"github.com/tailwave/tailwave/stream"
)

// A BufferSource is a [stream.Source] of the frames of a go-audio buffer. It is [stream.Sized].
type BufferSource struct {
	format stream.Format
	data   []float32 // not read yet
}

var (
	_ stream.Source = (*BufferSource)(nil)
	_ stream.Sized  = (*BufferSource)(nil)
	_ stream.Sink   = (*BufferSink)(nil)
)

// NewBufferSource returns a source of the frames of buf, converted as by [AppendFloat32]. The errors are those of
// AppendFloat32. The data of an *audio.Float32Buffer are not copied, and must not change before they have been read.
func NewBufferSource(buf audio.Buffer) (*BufferSource, error) {
	f, err := bufferFormat(buf)
	if err != nil {
		return nil, err
	}
	s := &BufferSource{format: f}
	if b, ok := buf.(*audio.Float32Buffer); ok {
		s.data = b.Data
	} else if s.data, err = AppendFloat32(nil, buf); err != nil {
		return nil, err
	}
	return s, nil
}

// Format returns the frame rate and the number of channels.
func (s *BufferSource) Format() stream.Format { return s.format }

// Frames returns the number of frames that have not been read yet.
func (s *BufferSource) Frames() int64 { return int64(len(s.data) / s.format.Channels) }

// Read copies up to len(dst)/channels frames to dst, and returns their number. The error is io.EOF at the end, and
// io.ErrShortBuffer if dst is shorter than a frame.
func (s *BufferSource) Read(dst []float32) (frames int, err error) {
	if len(s.data) == 0 {
		return 0, io.EOF
	}
	n := copy(dst[:len(dst)/s.format.Channels*s.format.Channels], s.data)
	if n == 0 {
		return 0, io.ErrShortBuffer
	}
	s.data = s.data[n:]
	return n / s.format.Channels, nil
}

// A BufferSink is a [stream.Sink] that keeps all frames in memory, converted as by [NewFloat32Buffer]. The zero value
// is ready for one stream.
type BufferSink struct {
	buf      *audio.Float32Buffer
	open     bool
	complete bool
}

// Open begins the stream. It fails if the sink was opened before, or with the error of [Format].
func (s *BufferSink) Open(f stream.Format, frames int64) error {
	if s.buf != nil {
		return errors.New("go-audio buffer: opened twice: use one BufferSink per stream")
	}
	buf, err := NewFloat32Buffer(f, nil)
	if err != nil {
		return err
	}
	s.buf, s.open = buf, true
	return nil
}

// Write appends a copy of frames. It fails if the sink is not open, or if frames is not a whole number of frames.
func (s *BufferSink) Write(frames []float32) error {
	if !s.open {
		return errors.New("go-audio buffer: not open: call Write between Open and Close")
	}
	if c := s.buf.Format.NumChannels; len(frames)%c != 0 {
		return ragged(len(frames), c)
	}
	s.buf.Data = appendCanonical(s.buf.Data, frames)
	return nil
}

// Close ends the stream. It never fails.
func (s *BufferSink) Close(cause error) error {
	s.complete = s.complete || s.open && cause == nil
	s.open = false
	return nil
}

// Buffer returns the frames after Close(nil), and nil before that or if the stream was not complete.
func (s *BufferSink) Buffer() *audio.Float32Buffer {
	if !s.complete {
		return nil
	}
	return s.buf
}
