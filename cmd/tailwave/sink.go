package main

import (
	"errors"
	"io"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/npy"
)

// A sampleWriter is a stream.Sink that writes some kind of file to an io.Writer, and counts what it writes.
type sampleWriter interface {
	stream.Sink
	Stats() pcm.Stats
}

// A fileSink is the sink of an output file. Its owner calls create before the run, so that a file which cannot be written
// is an error before the input is read, and discard after it.
type fileSink struct {
	path     string
	stdout   io.Writer
	force    bool
	all      *outputs
	writer   func(io.Writer) (sampleWriter, error)
	out      *output // from create until it is committed or aborted
	w        sampleWriter
	complete bool // Close has made the file appear
}

// create prepares the file. Nothing is written to it before Open.
func (s *fileSink) create() (err error) {
	s.out, err = s.all.create(s.path, s.stdout, s.force)
	return err
}

// discard removes what create has prepared, if the run has not come to Close.
func (s *fileSink) discard() {
	if s.out != nil {
		s.out.abort()
		s.out = nil
	}
}

// Open writes the header. Without an earlier call of create it prepares the file first.
func (s *fileSink) Open(f stream.Format, frames int64) (err error) {
	if s.out == nil {
		if err := s.create(); err != nil {
			return err
		}
	}
	if s.w, err = s.writer(s.out.Writer); err == nil {
		err = s.w.Open(f, frames)
	}
	if err != nil {
		s.discard()
		return s.named(err)
	}
	return nil
}

func (s *fileSink) Write(frames []float32) error { return s.named(s.w.Write(frames)) }

// Close makes the file appear if cause is nil, and removes it otherwise.
func (s *fileSink) Close(cause error) error {
	err := s.w.Close(cause)
	if cause != nil || err != nil {
		s.discard()
		return s.named(err)
	}
	err = s.named(s.out.commit())
	s.out = nil
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
	array        *npy.Writer
}

func (n *npyWriter) Open(f stream.Format, frames int64) error {
	o := npy.Options{Vector: !n.frames}
	if n.channelsLast {
		o.Layout = npy.FramesFirst
	}
	n.array = npy.NewWriter(n.w, o)
	err := n.array.Open(f, frames)
	if _, unknown := errors.AsType[*npy.LengthError](err); unknown {
		return errors.New("cannot be a .npy file: the length is not known before the end; name a regular file, or see --raw")
	}
	return err
}

func (n *npyWriter) Write(frames []float32) error { return n.array.Write(frames) }
func (n *npyWriter) Close(cause error) error      { return n.array.Close(cause) }
func (n *npyWriter) Stats() pcm.Stats             { return n.array.Stats() }
