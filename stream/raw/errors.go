package raw

import (
	"errors"
	"fmt"
	"io"
)

// A TruncatedError reports a stream that ends inside a frame. errors.Is(err, io.ErrUnexpectedEOF) holds for it.
type TruncatedError struct {
	Bytes      int // of the last frame that were there
	FrameBytes int // of a whole frame
}

// Error says how much of the frame was there.
func (e *TruncatedError) Error() string {
	return fmt.Sprintf("ends inside a frame: %d of its %d bytes", e.Bytes, e.FrameBytes)
}

// Unwrap returns io.ErrUnexpectedEOF.
func (e *TruncatedError) Unwrap() error { return io.ErrUnexpectedEOF }

// maxEmpty is how often in a row a reader or a source may return nothing and no error.
const maxEmpty = 100

// notEnd keeps a failure that merely wraps io.EOF from being taken for the end of a stream.
func notEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("%w (%v)", io.ErrUnexpectedEOF, err)
	}
	return err
}
