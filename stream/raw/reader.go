package raw

import (
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// blockBytes is about the most that a Reader reads at a time.
const blockBytes = 64 << 10

// A Reader is a stream.Source of bare samples.
//
// It returns frames as they arrive and waits only for the rest of a single frame, never for a full block, so it suits
// live pipes. How the underlying reader cuts its data changes nothing. Reads are of up to 64 KiB, or one frame if that
// is longer: a Reader may hold bytes that it has not returned yet. After NewReader nothing is allocated. A Reader does
// not close its input.
//
// An input that ends inside a frame is found last, after the frames before it. To refuse such an input before any of
// its frames is used, read it into memory and call [FromBytes].
type Reader struct {
	r        io.Reader
	format   stream.Format
	encoding pcm.Format
	frame    int // bytes of a frame

	buf      []byte // room for whole frames
	pos, end int    // bytes not returned yet are buf[pos:end]; pos is at a frame
	err      error  // what ends the stream once buf holds no whole frame
}

var _ stream.Source = (*Reader)(nil)

// NewReader returns a Reader of frames of the format f with samples in the given encoding. It reads nothing yet. It
// fails if f or the encoding is not valid, or a frame would have 2^31 bytes or more.
func NewReader(r io.Reader, f stream.Format, encoding pcm.Format) (*Reader, error) {
	if r == nil {
		return nil, errors.New("reading samples: no reader")
	}
	frame, err := frameBytes(f, encoding)
	if err != nil {
		return nil, fmt.Errorf("reading samples: %w", err)
	}
	return &Reader{
		r: r, format: f, encoding: encoding, frame: frame,
		buf: make([]byte, max(1, blockBytes/frame)*frame),
	}, nil
}

// frameBytes returns the size of a frame in bytes, or an error if the format or the encoding is not valid.
func frameBytes(f stream.Format, encoding pcm.Format) (int, error) {
	if err := f.Validate(); err != nil {
		return 0, err
	}
	if err := encoding.Validate(); err != nil {
		return 0, err
	}
	if f.Channels > math.MaxInt32/encoding.Bytes() {
		return 0, fmt.Errorf("%d channels: a frame must be shorter than 2 GiB", f.Channels)
	}
	return f.Channels * encoding.Bytes(), nil
}

// Format returns the format that was passed to NewReader.
func (r *Reader) Format() stream.Format { return r.format }

// Read decodes up to len(dst)/channels frames and returns how many, at least one unless there is an error. The error is
// io.EOF if the bytes end after a whole frame, a *TruncatedError if they end inside one, or wraps that of the
// underlying reader. Whole frames come first, then the error, which further calls repeat. A dst shorter than a frame is
// io.ErrShortBuffer.
func (r *Reader) Read(dst []float32) (frames int, err error) {
	want := len(dst) / r.format.Channels
	if want < 1 {
		return 0, io.ErrShortBuffer
	}
	if r.end-r.pos < r.frame {
		r.fill()
		if r.end < r.frame {
			return 0, r.err
		}
	}
	frames = min(want, (r.end-r.pos)/r.frame)
	pcm.Decode(dst[:frames*r.format.Channels], r.buf[r.pos:r.pos+frames*r.frame], r.encoding)
	r.pos += frames * r.frame
	return frames, nil
}

// fill moves the bytes of an incomplete frame to the front and reads until a whole frame is there or r.err is set.
func (r *Reader) fill() {
	r.end = copy(r.buf, r.buf[r.pos:r.end])
	r.pos = 0
	for empty := 0; r.end < r.frame && r.err == nil; {
		n, err := r.r.Read(r.buf[r.end:])
		if n < 0 || n > len(r.buf)-r.end {
			r.err = errors.New("reading samples: reader returned an impossible count")
			return
		}
		r.end += n
		if n == 0 && err == nil {
			if empty++; empty == maxEmpty {
				err = io.ErrNoProgress
			}
		}
		if err != nil {
			r.err = r.ended(err)
		}
	}
}

// ended returns the error that ends the stream when the underlying reader returned err.
func (r *Reader) ended(err error) error {
	if err != io.EOF {
		return fmt.Errorf("reading samples: %w", notEnd(err))
	}
	if rest := r.end % r.frame; rest != 0 {
		return &TruncatedError{Bytes: rest, FrameBytes: r.frame}
	}
	return io.EOF
}

// FromBytes returns a source of the frames in b, decoded, for input that is in memory as a whole. It fails like
// NewReader, and with a *TruncatedError if b ends inside a frame. No bytes are a source of no frames, and not an error.
func FromBytes(b []byte, f stream.Format, encoding pcm.Format) (*stream.Slice, error) {
	frame, err := frameBytes(f, encoding)
	if err != nil {
		return nil, fmt.Errorf("reading samples: %w", err)
	}
	if n := len(b) % frame; n > 0 {
		return nil, &TruncatedError{Bytes: n, FrameBytes: frame}
	}
	samples := make([]float32, len(b)/encoding.Bytes())
	pcm.Decode(samples, b, encoding)
	return stream.FromSlice(f, samples), nil
}
