package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/models/npy"
	"github.com/tailwave/tailwave/stream"
)

// A sampleWriter is a stream.Sink that writes some kind of file to an io.Writer, and counts what it writes.
type sampleWriter interface {
	stream.Sink
	Stats() pcm.Stats
}

// A fileSink creates its file when the pipeline opens it, once the input is known to be good.
type fileSink struct {
	path     string
	stdout   io.Writer
	force    bool
	all      *outputs
	writer   func(io.Writer) (sampleWriter, error)
	out      *output
	w        sampleWriter
	complete bool // Close has made the file appear
}

func (s *fileSink) Open(f stream.Format, frames int64) (err error) {
	if s.out, err = s.all.create(s.path, s.stdout, s.force); err != nil {
		return err
	}
	if s.w, err = s.writer(s.out.Writer); err == nil {
		err = s.w.Open(f, frames)
	}
	if err != nil {
		s.out.abort()
		return s.named(err)
	}
	return nil
}

func (s *fileSink) Write(frames []float32) error { return s.named(s.w.Write(frames)) }

// Close makes the file appear if cause is nil, and removes it otherwise.
func (s *fileSink) Close(cause error) error {
	err := s.w.Close(cause)
	if cause != nil || err != nil {
		s.out.abort()
		return s.named(err)
	}
	err = s.named(s.out.commit())
	s.complete = err == nil
	return err
}

func (s *fileSink) named(err error) error {
	if _, named := errors.AsType[*fileError](err); err == nil || named {
		return err
	}
	name := s.path
	if name == "-" {
		name = "standard output"
	}
	return &fileError{name, err}
}

// A rawWriter writes bare samples.
type rawWriter struct {
	w       io.Writer
	format  pcm.Format
	dither  bool
	encoder *pcm.Encoder
	buf     []byte
}

func (r *rawWriter) Open(f stream.Format, _ int64) (err error) {
	r.encoder, err = pcm.NewEncoder(r.format, f.Channels, r.dither)
	return err
}

func (r *rawWriter) Write(frames []float32) error {
	r.buf = r.encoder.Encode(r.buf[:0], frames)
	_, err := r.w.Write(r.buf)
	return err
}

func (r *rawWriter) Close(error) error { return nil }
func (r *rawWriter) Stats() pcm.Stats  { return r.encoder.Stats() }

// An npyWriter writes an array of float32: [samples] of one channel, [channels, samples] of more. Where the length is
// not known before, the header is completed at the end.
type npyWriter struct {
	rawWriter
	frames       bool // two dimensions also for one channel
	channelsLast bool // [samples, channels]
	channels     int
	announced    int64
}

func (n *npyWriter) Open(f stream.Format, frames int64) error {
	if frames < 0 {
		seeker, ok := n.w.(io.WriteSeeker)
		if ok {
			at, err := seeker.Seek(0, io.SeekCurrent)
			ok = err == nil && at == 0
		}
		if !ok {
			return errors.New("cannot be a .npy file: the length is not known before the end; name a regular file, or see --raw")
		}
	}
	n.channels, n.announced = f.Channels, frames
	if _, err := n.w.Write(n.header(max(0, frames))); err != nil {
		return err
	}
	return n.rawWriter.Open(f, frames)
}

func (n *npyWriter) header(frames int64) []byte {
	if n.channels == 1 && !n.frames {
		return npy.Header(frames)
	}
	return npy.FramesHeader(n.channels, frames, !n.channelsLast)
}

func (n *npyWriter) Close(cause error) error {
	frames := n.Stats().Frames
	if cause != nil || frames == n.announced {
		return nil
	}
	seeker, ok := n.w.(io.WriteSeeker)
	if !ok {
		return fmt.Errorf("%d frames, %d were announced", frames, n.announced)
	}
	if _, err := seeker.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err := n.w.Write(n.header(frames))
	return err
}
