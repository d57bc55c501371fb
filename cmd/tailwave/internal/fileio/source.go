package fileio

import (
	"errors"
	"fmt"
	"io"

	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/raw"
	"github.com/tailwave/tailwave/stream/wav"
)

// A Source is a [stream.Source] over an input. Its errors name the file.
type Source struct {
	stream.Source
	Name string

	// KeepPartial makes a truncated input end after its last complete frame. Without KeepPartial, the error of a
	// truncated input names the flag that sets it.
	KeepPartial bool

	partial error
	ended   bool
}

// Read is [stream.Source.Read].
func (s *Source) Read(dst []float32) (int, error) {
	n, err := s.Source.Read(dst)
	if err == nil {
		return n, nil
	}
	if s.Ends(err) {
		return n, io.EOF
	}
	return n, s.Named(err)
}

// Frames is [stream.Sized.Frames]. With KeepPartial, a truncated input has fewer frames than its header says.
func (s *Source) Frames() int64 {
	if !s.KeepPartial {
		return stream.FramesOf(s.Source)
	}
	if r, ok := s.Source.(*wav.Reader); ok {
		return r.Available()
	}
	return -1
}

// Ends reports whether the error of a read is the end of the source: io.EOF, or, with KeepPartial, that the input is
// truncated. [Source.Partial] then returns that error.
func (s *Source) Ends(err error) bool {
	if s.KeepPartial && isTruncated(err) {
		s.partial = &Error{s.Name, fmt.Errorf("%w; what was there has been used", err)}
		s.ended = true
	}
	s.ended = s.ended || err == io.EOF
	return s.ended
}

// Partial returns the error of a truncated input whose complete frames have been read; nil for other inputs.
func (s *Source) Partial() error { return s.partial }

// Named returns the error of a Read with the name of the file, and with what to do if the input is truncated.
func (s *Source) Named(err error) error {
	if isTruncated(err) {
		err = fmt.Errorf("%w, or use what is there with --keep-partial", err)
	}
	return Name(s.Name, err)
}

// isTruncated reports whether err is about a truncated input.
func isTruncated(err error) bool {
	_, file := errors.AsType[*wav.TruncatedError](err)
	_, bare := errors.AsType[*raw.TruncatedError](err)
	return file || bare
}
