package wav

import (
	"errors"
	"fmt"
	"io"
)

// Close ends the file; a second Close does nothing. With a nil cause it writes what is buffered and the pad byte and
// completes the header. It fails if that fails, and if the output cannot seek and Open was told another number of
// frames than came. With any other cause it writes nothing more, leaves the header as Open wrote it, and returns nil.
func (w *Writer) Close(cause error) error {
	if !w.open {
		return nil
	}
	w.open = false
	if cause != nil {
		return nil
	}
	w.flush()
	if w.frames*w.layout.frameBytes()%2 == 1 && (w.seeker != nil || w.announced >= 0) {
		w.put([]byte{0})
	}
	if w.err != nil || w.announced == w.frames {
		return w.err
	}
	if w.seeker != nil {
		w.patch()
		return w.err
	}
	if w.announced >= 0 {
		w.err = fmt.Errorf("writing WAV: %d frames written, but the header says %d and the output cannot seek to correct it",
			w.frames, w.announced)
	}
	return w.err
}

// patch writes the header again, now that the number of frames is known. It has the same length. The position is left
// behind the file.
func (w *Writer) patch() {
	header := w.layout.header(make([]byte, 0, 128), w.frames)
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
	w.seek(w.base+int64(len(header))+data+data%2, io.SeekStart)
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
		w.err = fmt.Errorf("writing WAV at frame %d: %w", w.frames, err)
	}
}
