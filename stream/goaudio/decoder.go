package goaudio

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"

	gowav "github.com/go-audio/wav"
)

// A go-audio decoder does not export its reader. But NextChunk returns a chunk whose R is an io.LimitedReader, and the
// R of that is the reader. NextChunk consumes the 8 bytes of a chunk's head, which are then put back. In this way the
// file can be read from its first byte, without the parser of go-audio.

// headBytes is the number of bytes that NextChunk consumes: the name and the size of a chunk.
const headBytes = 8

// begun reports whether d has parsed a header.
func begun(d *gowav.Decoder) bool { return d.NumChans != 0 || d.WasPCMAccessed() || d.PCMChunk != nil }

// takeReader returns the reader of d, at the first byte of the file. position is the offset of the reader before the
// call, or -1 if it cannot seek. If d has not begun, the file begins at position. If d has begun, the file is assumed
// to begin at offset 0, as d.Rewind does.
func takeReader(d *gowav.Decoder) (r io.Reader, position int64, err error) {
	position, err = d.Seek(0, io.SeekCurrent)
	canSeek := err == nil
	start := position
	if begun(d) {
		start = 0
		at, err := d.Seek(start, io.SeekStart)
		if !canSeek || err != nil || at != start {
			return nil, 0, &RefusedError{"decoder",
				"has been read from, and its reader cannot seek back to the header: use a new decoder"}
		}
	}
	r, head, err := peel(d)
	if err != nil {
		if end, seekErr := d.Seek(0, io.SeekEnd); canSeek && seekErr == nil && end-start < headBytes {
			return nil, 0, shortFile(max(end-start, 0))
		}
		return nil, 0, err
	}
	// The Seek of some readers does nothing: it fails, or even succeeds. Trust one only if it reports the right offset.
	if at, err := d.Seek(0, io.SeekCurrent); canSeek && err == nil && at == start+headBytes {
		if at, err := d.Seek(start, io.SeekStart); err != nil {
			return nil, 0, &RefusedError{"decoder",
				fmt.Sprintf("its reader does not seek to byte %d: use a reader that can seek: %v", start, err)}
		} else if at != start {
			return nil, 0, &RefusedError{"decoder",
				fmt.Sprintf("its reader seeks to byte %d instead of %d: use a reader that can seek", at, start)}
		}
		return r, position, nil
	}
	if begun(d) {
		return nil, 0, &RefusedError{"decoder",
			"has been read from, and the Seek method of its reader does nothing: use a new decoder"}
	}
	return io.MultiReader(bytes.NewReader(head), r), -1, nil
}

// A shortFile is the error for a file of fewer than 8 bytes. It is an io.ErrUnexpectedEOF.
type shortFile int64

func (n shortFile) Error() string {
	return fmt.Sprintf("go-audio decoder: not a WAV file: it has only %d bytes", int64(n))
}

func (shortFile) Unwrap() error { return io.ErrUnexpectedEOF }

// peel returns the reader of d, and the bytes that were consumed to find it.
func peel(d *gowav.Decoder) (r io.Reader, head []byte, err error) {
	channels := d.NumChans
	d.NumChans = max(channels, 1) // or else NextChunk would parse a header first
	c, err := d.NextChunk()
	d.NumChans = channels
	if err != nil {
		// The decoder keeps only the text of the reader's error.
		return nil, nil, &RefusedError{"decoder", err.Error()}
	}
	limited, ok := c.R.(*io.LimitedReader)
	if !ok || limited.R == nil {
		return nil, nil, &RefusedError{"decoder",
			"this version of go-audio/wav has no known access to its reader: use v1.1.0"}
	}
	// NextChunk has rounded the size up to an even number, which makes no difference to a reader of the outer chunk. It
	// has thereby turned 0xFFFFFFFF into 0. Both mean that the size is not known.
	size := uint32(c.Size)
	if size == 0 {
		size = 0xFFFFFFFF
	}
	return limited.R, binary.LittleEndian.AppendUint32(c.ID[:], size), nil
}
