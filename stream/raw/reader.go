package raw

import (
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// blockBytes is the approximate size of one read.
const blockBytes = 64 << 10

// A Reader is a stream.Source of bare samples.
//
// It returns frames as they arrive. It waits only for the rest of a single frame, never for a full block, so it suits
// live pipes. The result does not depend on how the underlying reader cuts its data. A Reader reads up to 64 KiB at a
// time, or one frame if that is longer, so it may hold bytes that it has not returned yet. After NewReader it allocates
// nothing. It does not close its input.
//
// An input that ends inside a frame is an error after all whole frames. To reject such an input before any of its
// frames is used, read it into memory and call [FromBytes].
type Reader struct {
	r        io.Reader
	format   stream.Format
	encoding pcm.Format
	frame    int // bytes of a frame

	buf      []byte // length of whole frames
	pos, end int    // buf[pos:end] is read and not returned; pos is at a frame
	err      error  // returned once buf holds no whole frame
}

var _ stream.Source = (*Reader)(nil)

// NewReader returns a Reader of frames of the format f, whose samples have this encoding. It reads nothing yet. It
// fails if f or the encoding is not valid, or if a frame would have 2^31 bytes or more.
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
		return 0, fmt.Errorf("%d channels: a frame must be shorter than 2 GiB: use fewer channels", f.Channels)
	}
	return f.Channels * encoding.Bytes(), nil
}

// Format returns the format that was passed to NewReader.
func (r *Reader) Format() stream.Format { return r.format }

// Read decodes up to len(dst)/channels frames and returns their number, at least one unless it returns an error. All
// whole frames come before the error, which further calls repeat. The error is io.EOF if the bytes end after a whole
// frame, a [*TruncatedError] if they end inside a frame, or one that wraps the error of the underlying reader. It is
// io.ErrShortBuffer if dst is shorter than a frame.
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

// fill moves the bytes of an incomplete frame to the front and reads until buf holds a whole frame or r.err is set.
func (r *Reader) fill() {
	r.end = copy(r.buf, r.buf[r.pos:r.end])
	r.pos = 0
	for empty := 0; r.end < r.frame && r.err == nil; {
		n, err := r.r.Read(r.buf[r.end:])
		if n < 0 || n > len(r.buf)-r.end {
			r.err = fmt.Errorf("reading samples: reader returned an impossible count: %d bytes for a buffer of %d",
				n, len(r.buf)-r.end)
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

// ended returns the error that ends the stream after the underlying reader returned err.
func (r *Reader) ended(err error) error {
	if err != io.EOF {
		return fmt.Errorf("reading samples: %w", notEnd(err))
	}
	if rest := r.end % r.frame; rest != 0 {
		return &TruncatedError{Bytes: rest, FrameBytes: r.frame}
	}
	return io.EOF
}

// FromBytes returns a source of the decoded frames in b, for input that is in memory as a whole. It fails like
// NewReader, and with a [*TruncatedError] if b ends inside a frame. An empty b is not an error: the source has no
// frames.
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
