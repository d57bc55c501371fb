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

	// KeepPartial makes a truncated input end where it breaks off. The source has no length then, because the length in
	// a header is not the one to come. Hint is what else to do about a truncated input, "" for nothing.
	KeepPartial bool
	Hint        string

	partial error
}

// PartialHint is the Hint of commands with the flag --keep-partial.
const PartialHint = "or convert what is there with --keep-partial"

// Read is stream.Source.Read.
func (s *Source) Read(dst []float32) (int, error) {
	n, err := s.Source.Read(dst)
	if err == nil || err == io.EOF {
		return n, err
	}
	if s.Ends(err) {
		return n, io.EOF
	}
	return n, s.Named(err)
}

// Frames is stream.Sized.Frames.
func (s *Source) Frames() int64 {
	if s.KeepPartial {
		return -1
	}
	return stream.FramesOf(s.Source)
}

// Ends reports whether err says that the input is truncated and that counts as its end. [Source.Partial] returns the
// error from then on.
func (s *Source) Ends(err error) bool {
	if !s.KeepPartial || !isTruncated(err) {
		return false
	}
	s.partial = &Error{s.Name, fmt.Errorf("%w; what was there has been converted", err)}
	return true
}

// Partial returns the error of an input that was truncated, and whose good frames have been read; nil if there is none.
func (s *Source) Partial() error { return s.partial }

// Named returns the error of a Read with the name of the file, and with the hint if the input is truncated.
func (s *Source) Named(err error) error {
	if isTruncated(err) && s.Hint != "" {
		err = fmt.Errorf("%w, %s", err, s.Hint)
	}
	return Name(s.Name, err)
}

// isTruncated reports whether the samples of an input break off.
func isTruncated(err error) bool {
	_, file := errors.AsType[*wav.TruncatedError](err)
	_, bare := errors.AsType[*raw.TruncatedError](err)
	return file || bare
}
