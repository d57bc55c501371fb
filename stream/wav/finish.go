package wav

import (
	"errors"
	"fmt"
	"io"
)

// Close ends the file. A second Close does nothing.
//
// With a nil cause Close writes the buffered frames and the pad byte, and completes the header. It returns an error if
// one of these fails, or if the header cannot hold the actual number of frames. That happens in two cases: Open was
// told a different number and the output cannot seek, or the file passed 4 GiB and Open was told a number that promised
// less. In the second case the header holds sizes of 0xFFFFFFFF afterwards, so that readers read to the end of the
// file.
//
// With any other cause Close writes no more frames and marks the file as incomplete if it can. The header of an output
// that can seek then announces more frames than the file holds, so that readers find it truncated; a header without
// room for such a number is overwritten with zeros. Close returns an error only if marking fails and nothing failed
// before. An output that cannot seek shows that it is incomplete only if Open was told more frames than were written.
// Otherwise the caller must make sure that nobody uses the file as complete.
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
			w.err = fmt.Errorf("writing WAV: %d frames written, %d announced: the file passed 4 GiB, its header has "+
				"no room for 64-bit sizes, and now says that the size is unknown: announce the right number, or -1",
				w.frames, w.announced)
		}
	case w.announced >= 0:
		w.err = fmt.Errorf("writing WAV: %d frames written, but the header says %d and the output cannot seek "+
			"to correct it: announce the right number, or write to a file", w.frames, w.announced)
	}
	return w.err
}

// spoil makes the header announce more frames than were written, if the output can seek. It tries even after a failed
// write: on a full disk the header can still be overwritten.
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

// rewrite replaces the header with one of the same length, and then seeks to the end of the file.
func (w *Writer) rewrite(header []byte) {
	if w.seek(w.base, io.SeekStart); w.err != nil {
		return
	}
	if w.put(header); w.err != nil {
		return
	}
	if at, err := w.seeker.Seek(0, io.SeekCurrent); err != nil || at != w.base+int64(len(header)) {
		w.err = errors.New("writing WAV header: output only appends, so the sizes cannot be completed: " +
			"write to a new file or a pipe")
		return
	}
	data := w.frames * w.layout.frameBytes()
	if w.layout.fits(w.frames) {
		data += data % 2 // pad byte
	}
	w.seek(w.base+int64(len(header))+data, io.SeekStart)
}

func (w *Writer) seek(offset int64, whence int) {
	if _, err := w.seeker.Seek(offset, whence); err != nil {
		w.err = fmt.Errorf("writing WAV header: cannot seek in the output: %w", err)
	}
}

// put writes p unless a write failed before.
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
