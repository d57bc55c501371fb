package npy

import (
	"errors"
	"fmt"
	"io"
)

// A LengthError reports that the number of frames is not known before the end, and that the output cannot seek back to
// write it into the header.
type LengthError struct{}

// Error says what to do.
func (*LengthError) Error() string {
	return "writing .npy: the number of frames is not known before the end, and the output cannot seek back " +
		"to the header: write to a regular file"
}

// Close ends the file. A second Close does nothing. With a nil cause it completes the header. It fails if that or an
// earlier Write fails, or if the output cannot seek and the number of frames differs from the one passed to Open.
//
// With any other cause, or after a failed Write, Close marks the file as incomplete if the output can seek: the header
// then announces more frames than the file holds, so that readers find it truncated. A file that cannot be marked looks
// complete if all announced frames were written. The caller must then make sure that nobody uses it as complete.
func (w *Writer) Close(cause error) error {
	if !w.open {
		return nil
	}
	w.open = false
	failed := w.samples.Close(nil)
	if cause != nil || failed != nil {
		err := w.spoil()
		switch {
		case cause == nil:
			return failed
		case failed != nil:
			return nil
		}
		return err
	}
	frames := w.Stats().Frames
	switch {
	case frames == w.announced:
		return nil
	case w.seeker == nil:
		return fmt.Errorf("writing .npy: %d frames written, but the header says %d and the output cannot seek "+
			"to correct it: announce the right number, or write to a file", frames, w.announced)
	}
	return w.patch(frames)
}

// spoil makes the header announce more frames than were written, if the output can seek. It tries even after a failed
// write: on a full disk the header can still be overwritten.
func (w *Writer) spoil() error {
	if w.seeker == nil || w.announced > w.passed {
		return nil
	}
	return w.patch(w.passed + 1)
}

// patch replaces the header by one with another number of frames, and then seeks to the end of the file.
func (w *Writer) patch(frames int64) error {
	if err := w.seek(w.base); err != nil {
		return err
	}
	if err := w.put(w.options.header(w.channels, frames)); err != nil {
		return err
	}
	if at, err := w.seeker.Seek(0, io.SeekCurrent); err != nil || at != w.base+headerBytes {
		return errors.New("writing .npy header: output only appends, so the number of frames cannot be completed; " +
			"write to a new file")
	}
	return w.seek(w.base + headerBytes + 4*int64(w.channels)*w.Stats().Frames)
}

func (w *Writer) seek(offset int64) error {
	if _, err := w.seeker.Seek(offset, io.SeekStart); err != nil {
		return fmt.Errorf("writing .npy header: cannot seek in the output: %w", err)
	}
	return nil
}
