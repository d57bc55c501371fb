package raw

import (
	"errors"
	"fmt"
	"io"
)

// A TruncatedError reports a stream that ends inside a frame. errors.Is(err, io.ErrUnexpectedEOF) holds for it.
type TruncatedError struct {
	Bytes      int // of the last frame that the stream has
	FrameBytes int // of a whole frame
}

// Error says how many bytes of the last frame the stream has, and what to do.
func (e *TruncatedError) Error() string {
	return fmt.Sprintf("ends inside a frame: %d of its %d bytes: get a complete copy of the samples", e.Bytes, e.FrameBytes)
}

// Unwrap returns io.ErrUnexpectedEOF.
func (e *TruncatedError) Unwrap() error { return io.ErrUnexpectedEOF }

// maxEmpty is the number of empty reads without an error, one after the other, after which a reader or a source counts
// as stuck.
const maxEmpty = 100

// notEnd turns an error that wraps io.EOF into an io.ErrUnexpectedEOF, so that callers do not mistake the failure for
// the end of the stream.
func notEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return &earlyEnd{err}
	}
	return err
}

// An earlyEnd has the text of an error that wraps io.EOF, and wraps io.ErrUnexpectedEOF instead.
type earlyEnd struct{ err error }

func (e *earlyEnd) Error() string { return e.err.Error() }
func (e *earlyEnd) Unwrap() error { return io.ErrUnexpectedEOF }
