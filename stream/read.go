package stream

import (
	"fmt"
	"io"
)

// maxEmptyReads is how often in a row a source may return nothing, as in package bufio.
const maxEmptyReads = 100

// readFrames calls s.Read until it returns frames. The error is nil, io.EOF at the end of a complete stream, or the
// failure, named. After each read it calls after with the error, nil in place of io.EOF, and returns what after returns
// unless that is nil; after must not return nil for an error.
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
			return 0, fmt.Errorf("source: read returned %d frames, %d asked for", n, want)
		case n > 0 || err == io.EOF:
			return n, err
		}
	}
	return 0, fmt.Errorf("source: read: %w", io.ErrNoProgress)
}

// checkTotal compares the frames read so far, or at the end of the source, with the length that the source announced.
func (pl *plan) checkTotal(total int64, ended bool) error {
	switch {
	case pl.frames >= 0 && ended && total < pl.frames:
		return fmt.Errorf("source: %w after %d of %d frames", io.ErrUnexpectedEOF, total, pl.frames)
	case pl.frames >= 0 && total > pl.frames:
		return fmt.Errorf("source: more than the %d frames announced", pl.frames)
	}
	return nil
}
