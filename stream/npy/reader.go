package npy

import (
	"bufio"
	"fmt"
	"io"
	"math"

	"github.com/tailwave/tailwave/stream"
)

// A Reader is a stream.Source of the frames of an array, and a stream.Sized. It does not close its input.
//
// It keeps at most 2^18 values in memory if the file holds frame after frame, or if the input can seek and is an
// io.ReaderAt. Otherwise it keeps the whole array.
type Reader struct {
	format stream.Format
	total  int64 // frames

	h    header
	done int64 // frames returned
	err  error // of the first read that failed

	// A file with frame after frame is read in order.
	r       io.Reader
	decoded []byte // scratch for the bytes of elements

	// A file with channel after channel is read in blocks: channel c of frame first+i is block[c*stride+i].
	at     io.ReaderAt
	start  int64 // offset of the first element
	block  []float32
	first  int64 // first frame in the block
	have   int64 // frames in the block
	stride int
}

var (
	_ stream.Source = (*Reader)(nil)
	_ stream.Sized  = (*Reader)(nil)
)

// blockValues is the largest number of values in a block.
const blockValues = 1 << 18

// NewReader reads the header of a file of float16, float32 or float64. The frame rate of the stream is not in the file
// and must be passed. The layout says which of two dimensions counts the channels. A leading dimension of 1 in an array
// with three is ignored, and an array with one dimension is one channel in either layout.
//
// If r can seek and is an io.ReaderAt, NewReader checks at once that it is as long as the header says, and nobody else
// may use r until the last frame has been read. From any other r, NewReader reads an array that holds channel after
// channel to its end.
//
// The error wraps io.ErrUnexpectedEOF if the input ends early.
func NewReader(r io.Reader, rate stream.Rate, l Layout) (*Reader, error) {
	if err := l.check(); err != nil {
		return nil, err
	}
	h, err := readHeader(r)
	if err != nil {
		return nil, err
	}
	count, err := h.elements()
	if err != nil {
		return nil, err
	}
	f := &Reader{h: h, format: stream.Format{Rate: rate}}
	if f.format.Channels, f.total, err = l.frames(h.shape); err != nil {
		return nil, err
	}
	if err := f.format.Validate(); err != nil {
		return nil, fmt.Errorf("npy: %w", err)
	}
	at, seekable := r.(interface {
		io.ReaderAt
		io.Seeker
	})
	if seekable {
		if seekable, err = f.checkLength(at, count); err != nil {
			return nil, err
		}
	}
	switch {
	case h.fortran == (l == ChannelsFirst) || f.format.Channels == 1 || f.total <= 1:
		f.r = bufio.NewReaderSize(r, blockBytes)
	case seekable:
		f.at = at
		f.stride = max(1, blockValues/f.format.Channels)
	default:
		h.fortran = false // the order stays
		f.stride, f.have = int(f.total), f.total
		if f.block, err = readElements(r, h, h.float32); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// checkLength reports whether the file, whose position is at the first element, can seek. It fails if the file is too
// short for the elements.
func (f *Reader) checkLength(file io.Seeker, count int) (seekable bool, err error) {
	if f.start, err = file.Seek(0, io.SeekCurrent); err != nil {
		return false, nil
	}
	end, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return false, nil
	}
	if have := max(0, end-f.start) / int64(f.h.size); have < int64(count) {
		return true, truncated(int(have), count)
	}
	_, err = file.Seek(f.start, io.SeekStart)
	return true, err
}

// Format returns the rate that was passed to NewReader and the number of channels.
func (f *Reader) Format() stream.Format { return f.format }

// Frames returns the number of frames of the array that are not read yet.
func (f *Reader) Frames() int64 { return f.total - f.done }

// Read fills dst with whole frames and returns their number, which is less than fits only at the end. Elements of
// float64 are rounded to float32. After the last frame Read returns io.EOF.
//
// If the file ends early, the error wraps io.ErrUnexpectedEOF, and the frames of that call are lost. Further calls
// repeat an error. A dst shorter than a frame is io.ErrShortBuffer.
func (f *Reader) Read(dst []float32) (frames int, err error) {
	channels := f.format.Channels
	n := min(int64(len(dst)/channels), f.total-f.done)
	switch {
	case f.err != nil:
		return 0, f.err
	case f.done == f.total:
		return 0, io.EOF
	case n == 0:
		return 0, io.ErrShortBuffer
	}
	dst = dst[:int(n)*channels]
	if f.r != nil {
		f.err = f.readTogether(dst)
	} else {
		f.err = f.readApart(dst)
	}
	if f.err != nil {
		return 0, f.err
	}
	f.done += n
	return int(n), nil
}

// readTogether fills dst with the next frames of a file with frame after frame.
func (f *Reader) readTogether(dst []float32) error {
	size := f.h.size
	if need := len(dst) * size; cap(f.decoded) < need {
		f.decoded = make([]byte, need)
	}
	raw := f.decoded[:len(dst)*size]
	if n, err := io.ReadFull(f.r, raw); err != nil {
		return elementsError(err, int(f.done)*f.format.Channels+n/size, int(f.total)*f.format.Channels)
	}
	for i := range dst {
		dst[i] = f.h.float32(raw[i*size:])
	}
	return nil
}

// readApart fills dst with the next frames of a file with channel after channel.
func (f *Reader) readApart(dst []float32) error {
	for at := f.done; len(dst) > 0; at++ {
		if at >= f.first+f.have {
			if err := f.fill(at); err != nil {
				return err
			}
		}
		for c := range f.format.Channels {
			dst[c] = f.block[c*f.stride+int(at-f.first)]
		}
		dst = dst[f.format.Channels:]
	}
	return nil
}

// fill reads the block that begins with frame first.
func (f *Reader) fill(first int64) error {
	if f.block == nil {
		f.block = make([]float32, f.format.Channels*f.stride)
	}
	f.first, f.have = first, min(int64(f.stride), f.total-first)
	size := f.h.size
	if need := f.stride * size; cap(f.decoded) < need {
		f.decoded = make([]byte, need)
	}
	raw := f.decoded[:int(f.have)*size]
	for c := range f.format.Channels {
		before := int64(c)*f.total + first
		if n, err := f.at.ReadAt(raw, f.start+before*int64(size)); n < len(raw) {
			return elementsError(err, int(before)+n/size, int(f.total)*f.format.Channels)
		}
		for i := range int(f.have) {
			f.block[c*f.stride+i] = f.h.float32(raw[i*size:])
		}
	}
	return nil
}

// float32 returns the element at the beginning of b, rounded to float32.
func (h header) float32(b []byte) float32 {
	switch h.size {
	case 2:
		return half(h.order.Uint16(b))
	case 8:
		return float32(math.Float64frombits(h.order.Uint64(b)))
	}
	return math.Float32frombits(h.order.Uint32(b))
}

// elementsError returns the error for a read that failed after have of count elements.
func elementsError(err error, have, count int) error {
	if isEnd(err) {
		return truncated(have, count)
	}
	return fmt.Errorf("npy: reading element %d of %d: %w", have, count, err)
}

func truncated(have, count int) error {
	return ends("truncated after %d of %d elements: get a complete copy of the file", have, count)
}
