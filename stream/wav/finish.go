package wav

import (
	"errors"
	"fmt"
	"io"
)

// Close ends the file; a second Close does nothing. With a nil cause it writes what is buffered and the pad byte and
// completes the header. It fails if that fails, and if the output cannot seek and Open was told another number of
// frames than came.
//
// With any other cause it writes no more frames. If the output can seek, the header then promises more frames than the
// file holds, so that readers find it truncated; Close fails if that fails and nothing else did before. If it cannot
// seek and Open was not told the number of frames, or all of them came, nothing in the file shows that it is not
// complete: the caller must see to it that nobody takes it for that.
func (w *Writer) Close(cause error) error {
	if !w.open {
		return nil
	}
	w.open = false
	if cause != nil {
		return w.spoil()
	}
	if w.seeker != nil && w.frames*w.layout.frameBytes()%2 == 1 {
		w.buf = append(w.buf, 0)
	}
	w.flush()
	if w.err != nil || w.announced == w.frames {
		return w.err
	}
	if w.seeker != nil {
		w.patch(w.frames)
		return w.err
	}
	if w.announced >= 0 {
		w.err = fmt.Errorf("writing WAV: %d frames written, but the header says %d and the output cannot seek to correct it",
			w.frames, w.announced)
	}
	return w.err
}

// spoil makes the header promise more frames than were written, where that is possible. A failed write does not keep it
// from trying: on a full disk the place of the header is still there.
func (w *Writer) spoil() error {
	frames := w.frames + int64(w.failed)/w.layout.frameBytes() + 1
	if w.seeker == nil || w.announced >= frames {
		return nil
	}
	before := w.err
	w.err = nil
	w.patch(frames)
	if before != nil {
		w.err = before
		return nil
	}
	return w.err
}

// patch writes the header again, for another number of frames. It has the same length. The position is then after the
// file.
func (w *Writer) patch(frames int64) {
	w.head = w.layout.header(w.head[:0], frames)
	if w.seek(w.base, io.SeekStart); w.err != nil {
		return
	}
	if w.put(w.head); w.err != nil {
		return
	}
	if at, err := w.seeker.Seek(0, io.SeekCurrent); err != nil || at != w.base+int64(len(w.head)) {
		w.err = errors.New("writing WAV header: output only appends, so the sizes cannot be completed; write to a new file or a pipe")
		return
	}
	data := w.frames * w.layout.frameBytes()
	w.seek(w.base+int64(len(w.head))+data+data%2, io.SeekStart)
}

func (w *Writer) seek(offset int64, whence int) {
	if _, err := w.seeker.Seek(offset, whence); err != nil {
		w.err = fmt.Errorf("writing WAV header: cannot seek in the output: %w", err)
	}
}

// put writes p unless a write has failed before.
func (w *Writer) put(p []byte) {
	if w.err != nil || len(p) == 0 {
		return
	}
	n, err := w.w.Write(p)
	if err == nil && n != len(p) {
		err = io.ErrShortWrite
	}
	if err != nil {
		w.failed = len(p)
		w.err = fmt.Errorf("writing WAV at frame %d: %w", w.frames, err)
	}
}
