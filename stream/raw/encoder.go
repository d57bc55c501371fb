package raw

import (
	"errors"
	"fmt"
	"io"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// An Encoder is an io.Reader of the encoded frames of a source. It serves as the input of an audio player, the body of
// an HTTP request, or the standard input of a command. It is not safe for concurrent use. After NewEncoder it allocates
// nothing unless a read fails.
type Encoder struct {
	source   stream.Source
	channels int
	frame    int // bytes of a frame
	enc      *pcm.Encoder
	values   []float32 // scratch for a block of frames
	encoded  []byte    // scratch for one frame
	rest     []byte    // the part of encoded that is not returned yet
	err      error     // returned after rest
}

// blockValues is the approximate number of values that an Encoder reads from its source at a time: 64 KiB.
const blockValues = 1 << 14

// NewEncoder returns a reader of the frames of source, encoded according to the options. It reads nothing yet. It fails
// if the format of the source or the encoding is not valid, or if a frame would have 2^31 bytes or more.
func NewEncoder(source stream.Source, o Options) (*Encoder, error) {
	if source == nil {
		return nil, errors.New("encoding samples: no source")
	}
	f := source.Format()
	frame, err := frameBytes(f, o.Encoding)
	if err != nil {
		return nil, fmt.Errorf("encoding samples: %w", err)
	}
	enc, err := pcm.NewEncoder(o.Encoding, f.Channels, o.Dither)
	if err != nil {
		return nil, fmt.Errorf("encoding samples: %w", err)
	}
	return &Encoder{
		source: source, channels: f.Channels, frame: frame, enc: enc,
		values:  make([]float32, max(1, blockValues/f.Channels)*f.Channels),
		encoded: make([]byte, 0, frame),
	}, nil
}

// Stats returns the number of frames encoded and the statistics of their samples. Read may not have returned the last
// of these frames in full yet.
func (e *Encoder) Stats() pcm.Stats { return e.enc.Stats() }

// Read reads up to len(p) bytes into p and returns their number, at least one unless p is empty or it returns an error.
// p may have any length, also less than a frame. Read asks the source once, for no more frames than p needs, and does
// not wait for more.
//
// After the last byte the error is io.EOF if the source ended with io.EOF. Any other error of the source is returned
// unchanged, except that one that wraps io.EOF becomes an io.ErrUnexpectedEOF. Frames that the source returned together
// with such an error are dropped. Further calls repeat the error.
func (e *Encoder) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if len(e.rest) == 0 {
		frames := e.next(max(1, len(p)/e.frame))
		switch {
		case len(frames) == 0:
			return 0, e.err
		case len(p) >= e.frame:
			return len(e.enc.Encode(p[:0], frames)), nil
		}
		e.encoded = e.enc.Encode(e.encoded[:0], frames)
		e.rest = e.encoded
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

// next returns 1 to want frames, valid until the next call, or nil if it has set e.err.
func (e *Encoder) next(want int) []float32 {
	block := e.values[:min(want, len(e.values)/e.channels)*e.channels]
	for empty := 0; e.err == nil; {
		n, err := e.source.Read(block)
		if n < 0 || n > len(block)/e.channels {
			e.err = fmt.Errorf("source: read returned %d frames for a block of %d", n, len(block)/e.channels)
			return nil
		}
		if n == 0 && err == nil {
			if empty++; empty == maxEmpty {
				err = fmt.Errorf("source: read: %w", io.ErrNoProgress)
			}
		}
		if e.err = err; err != nil && err != io.EOF {
			e.err = notEnd(err)
			return nil
		}
		if n > 0 {
			return block[:n*e.channels]
		}
	}
	return nil
}
