package npy

import (
	"errors"
	"fmt"
	"io"
)

// A LengthError reports that the number of frames is not known before the end, and the output cannot seek back to the
// header, which holds that number.
type LengthError struct{}

// Error says what to do.
func (*LengthError) Error() string {
	return "writing .npy: the number of frames is not known before the end, and the output cannot seek back to the header: " +
		"write to a regular file"
}

// Close ends the file; a second Close does nothing. With a nil cause it completes the header. It fails if that or a
// Write failed, and if the output cannot seek and the number of frames is not the one passed to Open.
//
// With any other cause, or after a failed Write, the header of an output that can seek then promises more frames than
// the file holds, so that readers find it truncated. If the output cannot seek and all frames came, nothing in the file
// shows that it is not complete: the caller must see to it that nobody uses it as complete.
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
		return fmt.Errorf("writing .npy: %d frames written, but the header says %d and the output cannot seek to correct it",
			frames, w.announced)
	}
	return w.patch(frames)
}

// spoil makes the header promise more frames than were written, where that is possible. A failed write does not keep it
// from trying: on a full disk the place of the header is still there.
func (w *Writer) spoil() error {
	if w.seeker == nil || w.announced > w.passed {
		return nil
	}
	return w.patch(w.passed + 1)
}

// patch writes the header again, for another number of frames. The position is left after the file.
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
