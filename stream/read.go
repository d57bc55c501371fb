package stream

import (
	"fmt"
	"io"
)

// maxEmptyReads is how often in a row a source may return neither frames nor an error, as in package bufio.
const maxEmptyReads = 100

// readFrames calls s.Read until it returns frames. The error is nil, io.EOF at the end of a complete stream, or a
// failure that says where it happened.
//
// After each read, readFrames calls after with the error of the read, or with nil if that was io.EOF. If after returns
// an error, readFrames returns that error and no frames. For an error other than nil, after must return one.
func readFrames(s Source, dst []float32, channels int, after func(error) error) (frames int, err error) {
	want := len(dst) / channels
	for range maxEmptyReads {
		n, err := s.Read(dst)
		failed := err
		if err == io.EOF {
			failed = nil
		}
		if failed = after(failed); failed != nil {
			return 0, failed
		}
		switch {
		case n < 0 || n > want:
			return 0, fmt.Errorf("source: read returned %d frames: must be 0 to %d, the frames that dst holds", n, want)
		case n > 0 || err == io.EOF:
			return n, err
		}
	}
	return 0, fmt.Errorf("source: read: %w", io.ErrNoProgress)
}

// checkTotal compares total, the frames read so far, with the length that the source announced. ended says that the
// source has no more frames.
func (pl *plan) checkTotal(total int64, ended bool) error {
	switch {
	case pl.frames >= 0 && ended && total < pl.frames:
		return shortError{total, pl.frames}
	case pl.frames >= 0 && total > pl.frames:
		return fmt.Errorf("source: returned more than the %d frames that it announced", pl.frames)
	}
	return nil
}

// A shortError reports a source that ended before the length that it announced. It is an io.ErrUnexpectedEOF.
type shortError struct{ frames, announced int64 }

func (e shortError) Error() string {
	return fmt.Sprintf("source: ended after %d of the %d frames that it announced", e.frames, e.announced)
}

func (e shortError) Unwrap() error { return io.ErrUnexpectedEOF }
