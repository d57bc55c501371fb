package goaudio

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"

	gowav "github.com/go-audio/wav"
)

// A decoder parses the header with the reader it was made with, and keeps that reader to itself. But every chunk it
// returns reads through an io.LimitedReader, whose R is it. NextChunk gives such a chunk at the price of 8 bytes, which
// are then put back; so nothing needs to be left to the decoder's parser.

// headBytes is what NextChunk consumes: a name and a size.
const headBytes = 8

// begun reports whether d has parsed a header.
func begun(d *gowav.Decoder) bool { return d.NumChans != 0 || d.WasPCMAccessed() || d.PCMChunk != nil }

// takeReader returns the reader of d, at the first byte of the file. position is where the reader stood, -1 if it
// cannot seek. That is also where the file begins if d has not begun; else it is taken to begin at 0, as by d.Rewind.
func takeReader(d *gowav.Decoder) (r io.Reader, position int64, err error) {
	position, err = d.Seek(0, io.SeekCurrent)
	canSeek := err == nil
	start := position
	if begun(d) {
		start = 0
		at, err := d.Seek(start, io.SeekStart)
		if !canSeek || err != nil || at != start {
			return nil, 0, &RefusedError{"decoder", "has been read from, and its reader cannot seek back to the header; hand over a new decoder"}
		}
	}
	r, head, err := peel(d)
	if err != nil {
		if end, seekErr := d.Seek(0, io.SeekEnd); canSeek && seekErr == nil && end-start < headBytes {
			return nil, 0, fmt.Errorf("go-audio decoder: not a WAV file: %d bytes long: %w", max(end-start, 0), io.ErrUnexpectedEOF)
		}
		return nil, 0, err
	}
	// Some readers have a Seek that does nothing and says so with an error, or that does nothing and succeeds.
	if at, err := d.Seek(0, io.SeekCurrent); canSeek && err == nil && at == start+headBytes {
		if at, err := d.Seek(start, io.SeekStart); err != nil || at != start {
			return nil, 0, &RefusedError{"decoder", fmt.Sprintf("its reader does not seek to byte %d: at byte %d, %v", start, at, err)}
		}
		return r, position, nil
	}
	if begun(d) {
		return nil, 0, &RefusedError{"decoder", "has been read from, and its reader only pretends to seek; hand over a new decoder"}
	}
	return io.MultiReader(bytes.NewReader(head), r), -1, nil
}

// peel returns the reader of d and the bytes consumed to get it.
func peel(d *gowav.Decoder) (r io.Reader, head []byte, err error) {
	channels := d.NumChans
	d.NumChans = max(channels, 1) // a decoder that knows its channels does not look for a header first
	c, err := d.NextChunk()
	d.NumChans = channels
	if err != nil {
		// The decoder has made a text of the reader's error.
		return nil, nil, &RefusedError{"decoder", err.Error()}
	}
	limited, ok := c.R.(*io.LimitedReader)
	if !ok || limited.R == nil {
		return nil, nil, &RefusedError{"decoder", "this version of go-audio/wav gives no access to its reader"}
	}
	// NextChunk has rounded the size up to even, which no reader of this size can tell, and all ones to 0. Either of
	// those means that the size is not known.
	size := uint32(c.Size)
	if size == 0 {
		size = 0xFFFFFFFF
	}
	return limited.R, binary.LittleEndian.AppendUint32(c.ID[:], size), nil
}
