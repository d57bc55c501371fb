package wav

import (
	"errors"
	"fmt"
	"io"
)

// Close ends the file; a second Close does nothing. With a nil cause it writes what is buffered and the pad byte and
// completes the header. It fails if that fails, and if the header cannot say the number of frames: the output cannot
// seek and Open was told another number, or the file has passed 4 GiB and Open was told a number below. In the second
// case the header has sizes of 0xFFFFFFFF afterwards, so that readers read to the end of the file.
//
// With any other cause it writes no more frames. If the output can seek, the header then promises more frames than the
// file holds, so that readers find it truncated, or it is overwritten with zeros if it has no room for such a number.
// Close fails if that fails and nothing else did before. If the output cannot seek and Open was not told the number of
// frames, or all of them came, nothing in the file shows that it is not complete: the caller must see to it that nobody
// takes it for that.
func (w *Writer) Close(cause error) error {
	if !w.open {
		return nil
	}
	w.open = false
	if cause != nil {
		return w.spoil()
	}
	fits := w.layout.fits(w.frames)
	if w.seeker != nil && fits && w.frames*w.layout.frameBytes()%2 == 1 {
		w.buf = append(w.buf, 0)
	}
	w.flush()
	switch {
	case w.err != nil || w.announced == w.frames:
	case w.seeker != nil && fits:
		w.rewrite(w.layout.header(w.head[:0], w.frames))
	case w.seeker != nil:
		if w.rewrite(w.layout.header(w.head[:0], -1)); w.err == nil {
			w.err = fmt.Errorf("writing WAV: %d frames written, %d announced: the file has passed 4 GiB, and its header has "+
				"no room for 64-bit sizes and now says that the size is unknown; announce the right number, or -1", w.frames, w.announced)
		}
	case w.announced >= 0:
		w.err = fmt.Errorf("writing WAV: %d frames written, but the header says %d and the output cannot seek to correct it",
			w.frames, w.announced)
	}
	return w.err
}

// spoil makes the header promise more frames than were written, where that is possible. A failed write does not keep it
// from trying: on a full disk the place of the header is still there.
func (w *Writer) spoil() error {
	if w.seeker == nil {
		return nil
	}
	frames := w.layout.exactSize(max(w.announced, w.frames+int64(w.failed)/w.layout.frameBytes()+1))
	if w.announced == frames {
		return nil
	}
	before := w.err
	w.err = nil
	if w.layout.fits(frames) {
		w.rewrite(w.layout.header(w.head[:0], frames))
	} else {
		clear(w.head)
		w.rewrite(w.head)
	}
	if before != nil {
		w.err = before
		return nil
	}
	return w.err
}

// rewrite replaces the header with one of the same length. The position is then after the file.
func (w *Writer) rewrite(header []byte) {
	if w.seek(w.base, io.SeekStart); w.err != nil {
		return
	}
	if w.put(header); w.err != nil {
		return
	}
	if at, err := w.seeker.Seek(0, io.SeekCurrent); err != nil || at != w.base+int64(len(header)) {
		w.err = errors.New("writing WAV header: output only appends, so the sizes cannot be completed; write to a new file or a pipe")
		return
	}
	data := w.frames * w.layout.frameBytes()
	if w.layout.fits(w.frames) {
		data += data % 2 // the pad byte
	}
	w.seek(w.base+int64(len(header))+data, io.SeekStart)
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
