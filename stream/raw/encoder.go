package raw

import (
	"errors"
	"fmt"
	"io"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// An Encoder is an io.Reader of the encoded frames of a source: the input of an audio player, the body of an HTTP
// request, the standard input of a command. It has one owner. After NewEncoder it allocates nothing unless something
// fails.
type Encoder struct {
	source   stream.Source
	channels int
	frame    int // bytes of a frame
	enc      *pcm.Encoder
	values   []float32 // a block of frames
	encoded  []byte    // room for a frame
	rest     []byte    // the part of encoded that is not returned yet
	err      error     // what ends the stream after rest
}

// blockValues is about the most values that an Encoder reads from its source at a time: 64 KiB.
const blockValues = 1 << 14

// NewEncoder returns a reader of the frames of source as bytes, encoded as the options say. It reads nothing yet. It
// fails if the format of the source or the encoding is not valid, or a frame would have 2^31 bytes or more.
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

// Stats returns the number of whole frames encoded and the statistics of their samples. Read may not have returned the
// last of these frames in full.
func (e *Encoder) Stats() pcm.Stats { return e.enc.Stats() }

// Read fills p, of any length, with up to len(p) bytes and returns how many, at least one unless p is empty or there is
// an error. It asks the source for no more frames than p needs, reads it once, and returns what came rather than wait
// for more.
//
// The error is io.EOF if the source ended with io.EOF, after its last byte. Any other error of the source is returned
// as it is, unless it wraps io.EOF and thus becomes an io.ErrUnexpectedEOF; frames that came together with it are
// dropped. Further calls repeat the error.
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

// next returns 1 to want frames, valid until the next call, or none once e.err is set.
func (e *Encoder) next(want int) []float32 {
	block := e.values[:min(want, len(e.values)/e.channels)*e.channels]
	for empty := 0; e.err == nil; {
		n, err := e.source.Read(block)
		if n < 0 || n > len(block)/e.channels {
			e.err = fmt.Errorf("source: read returned %d frames, %d asked for", n, len(block)/e.channels)
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
