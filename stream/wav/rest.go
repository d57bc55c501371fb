package wav

import (
	"bytes"
	"fmt"
	"io"
	"slices"
)

// ReadRest reads an input that cannot seek from the last sample to its end, and adds what it finds to Notes, Chunks and
// Metadata. It does nothing before Read has returned io.EOF, if the input can seek, and when it is called again. A pipe
// may stay open after its samples; ReadRest waits until it is closed. Its error wraps that of the underlying reader.
func (r *Reader) ReadRest() error {
	if r.in.seekable() || r.err != io.EOF || r.rest {
		return nil
	}
	r.rest = true
	err := r.in.skip(r.part, r.buf)
	if err == io.EOF {
		return nil
	}
	if err == nil {
		err = r.skipPad(r.in.off - r.start)
	}
	if err == nil {
		err = r.readChunks()
	}
	if err != nil {
		return fmt.Errorf("reading the chunks after the data of a WAV file at byte %d: %w", r.in.off, notEnd(err))
	}
	return nil
}

// readAround reads the chunks after the data of an input that can seek, and returns to the first sample. It begins
// after the fmt chunk if that follows the data.
func (f *file) readAround() error {
	if f.start+f.size > f.in.size {
		return f.in.seekTo(f.start)
	}
	if !f.fmtLast {
		if err := f.in.seekTo(min(f.start+f.size+f.part, f.in.size)); err != nil {
			return err
		}
		if err := f.skipPad(f.size + f.part); err != nil {
			return err
		}
	}
	if err := f.readChunks(); err != nil {
		return err
	}
	return f.in.seekTo(f.start)
}

// readChunks reads the headers of the chunks after the data, to the end of the input. It notes bytes that are not a
// chunk.
func (f *file) readChunks() error {
	for range maxHeaderChunks {
		p := f.in.peek(headBytes)
		switch {
		case len(p) == 0:
			return f.atEnd()
		case isOuter(p):
			f.note(f.in.off, "second %s header at byte %d: not read", p[:4], f.in.off)
			return f.drain()
		case len(p) < 8, !printable(p), isTag(p), string(p[:3]) == id3v1 && !isKnown(p):
			return f.readTail()
		}
		id, size := parseChunk(p)
		if f.in.seekable() && !isKnown(p) && f.in.off+8+int64(size) > f.in.size {
			return f.readTail()
		}
		if err := f.in.skip(8, f.buf); err != nil {
			return err
		}
		if err := f.skipAfter(Chunk{id, f.in.off, int64(size)}); err != nil {
			return err
		}
	}
	f.note(f.in.off, "chunks from byte %d on, after %d others: not read", f.in.off, maxHeaderChunks)
	return f.drain()
}

// skipAfter skips a chunk after the data, whose payload begins at the current position.
func (f *file) skipAfter(c Chunk) error {
	begin := c.Offset - 8
	known := slices.Contains(structural, c.ID) || slices.Contains(metadata, c.ID)
	if known {
		f.addChunk(c, f.in.peek(int(min(c.Size, aheadBytes))))
	}
	if c.ID == "data" {
		f.note(begin, "second data chunk at byte %d, of %s: not read", begin, sizeText(uint64(c.Size)))
	}
	err := f.in.skip(c.Size, f.buf)
	switch {
	case err == io.EOF && known:
		f.note(begin, "chunk %q at byte %d: the input ends after %s of its %s: not read",
			c.ID, begin, plural(f.in.off-c.Offset, "byte"), sizeText(uint64(c.Size)))
		return nil
	case err == io.EOF: // it was not a chunk
		f.noteTail(begin, f.in.off-begin, "")
		return nil
	case err != nil:
		return err
	case !known:
		f.addChunk(c, nil)
	}
	return f.skipPad(c.Size)
}

// readTail reads the bytes from the current position, which are not a chunk, to the end of the input, and notes them.
func (f *file) readTail() error {
	at, what := f.in.off, tagName(f.in.peek(headBytes))
	zero := true
	var n int64
	for {
		k, err := f.in.read(f.buf)
		n += int64(k)
		zero = zero && n <= 1<<20 && bytes.Count(f.buf[:k], []byte{0}) == k
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if f.in.seekable() && k == len(f.buf) { // a long tail: note its size without reading it all
			n, zero = f.in.size-at, false
			break
		}
	}
	if zero {
		what = ", all zero"
	}
	if what == ", an ID3v1 tag" && n != id3v1Bytes {
		what = ""
	}
	f.noteTail(at, n, what)
	return nil
}

// noteTail adds a note about n bytes at an offset that are not a chunk.
func (f *file) noteTail(at, n int64, what string) {
	after := "the last chunk"
	if f.chunks[len(f.chunks)-1].ID == "data" {
		after = "the data"
	}
	f.note(at, "%s after %s, from byte %d on%s: not read", plural(n, "byte"), after, at, what)
}

// drain reads an input that cannot seek to its end. Otherwise the program that writes to the pipe would get SIGPIPE.
func (f *file) drain() error {
	for !f.in.seekable() {
		if _, err := f.in.read(f.buf); err == io.EOF {
			break
		} else if err != nil {
			return err
		}
	}
	return nil
}

// atEnd returns the error that ended the input, nil for io.EOF.
func (f *file) atEnd() error {
	if _, err := f.in.read(f.buf[:1]); err != io.EOF {
		return err
	}
	return nil
}

// describeData sets the fields of f.info about the data once their size is settled, and reduces f.size to whole frames.
func (f *file) describeData() {
	i := &f.info
	i.DataOffset, i.DataBytes, i.Frames = f.start, unknown, unknown
	if f.size == unknown {
		return
	}
	if f.part = f.spare(f.size); f.part > 0 {
		f.size -= f.part
		if f.in.seekable() {
			f.notePart(f.size, min(f.part, f.in.size-f.start-f.size))
		}
	}
	i.DataBytes, i.Frames = f.size+f.part, f.framesIn(f.size)
	if f.part == 1 && f.size%2 == 1 { // a pad byte
		i.DataBytes = f.size
	}
}

// notePart adds a note about part bytes of an incomplete frame after size bytes of data, unless they are a pad byte
// that the writer counted as data.
func (f *file) notePart(size, part int64) {
	at := f.start + size
	if part > 1 || part == 1 && size%2 == 0 {
		f.note(at, "%s of an incomplete frame at byte %d, at the end of the data: not read", plural(part, "byte"), at)
	}
}
