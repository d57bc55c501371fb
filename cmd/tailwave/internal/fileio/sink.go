package fileio

import (
	"errors"
	"io"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/npy"
)

// A Destination is the output of a command, as its arguments and flags name it.
type Destination struct {
	Path    string // "-" for Stdout
	Stdout  io.Writer
	Force   bool     // an existing file is replaced
	Sync    bool     // the file is on the disk before it counts as complete
	Outputs *Outputs // of the run
}

// Check returns the error that would prevent the output from being written, before any input is read: OUT is a terminal
// or a folder, exists without Force, or is in a folder where no file can be created. Sync for anything but a file is a
// [SyncError]. Check leaves no file.
func (d Destination) Check() error { return d.Outputs.check(d) }

// Name returns the name for messages.
func (d Destination) Name() string {
	if d.Path == "-" {
		return "standard output"
	}
	return d.Path
}

// A Sink is a [stream.Sink] that creates its file when it is opened. The file appears under its name when the sink is
// closed without an error, and otherwise not at all. Errors name the file.
type Sink struct {
	Destination
	encode   func(io.Writer) stream.Sink
	out      *output
	inner    stream.Sink
	complete bool
}

// NewSink returns the sink that writes to the destination. encode returns the sink that encodes to a writer.
func NewSink(d Destination, encode func(io.Writer) stream.Sink) *Sink {
	return &Sink{Destination: d, encode: encode}
}

// Open creates the file.
func (s *Sink) Open(f stream.Format, frames int64) (err error) {
	if s.out, err = s.Outputs.create(s.Destination); err != nil {
		return err
	}
	s.inner = s.encode(s.out.Writer)
	if err := s.inner.Open(f, frames); err != nil {
		s.out.abort()
		if _, ok := errors.AsType[*npy.LengthError](err); ok {
			err = errors.New("cannot be a .npy file, because the length is not known before the end: name a regular file, or use --raw")
		}
		return Name(s.Name(), err)
	}
	return nil
}

// Write writes frames.
func (s *Sink) Write(frames []float32) error { return Name(s.Name(), s.inner.Write(frames)) }

// Close makes the file appear if cause is nil, and removes it otherwise.
func (s *Sink) Close(cause error) error {
	err := s.inner.Close(cause)
	if cause != nil || err != nil {
		s.out.abort()
		return Name(s.Name(), err)
	}
	err = Name(s.Name(), s.out.commit())
	s.complete = err == nil
	return err
}

// Complete reports whether the file has appeared.
func (s *Sink) Complete() bool { return s.complete }

// Inner returns the sink that encodes; nil before Open.
func (s *Sink) Inner() stream.Sink { return s.inner }

// A Measurer counts the samples that it encodes.
type Measurer interface{ Stats() pcm.Stats }

// Stats returns the statistics of the samples written, zero if the encoder counts nothing.
func (s *Sink) Stats() pcm.Stats {
	if m, ok := s.inner.(Measurer); ok {
		return m.Stats()
	}
	return pcm.Stats{}
}
