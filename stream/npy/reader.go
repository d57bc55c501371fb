package npy

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/tailwave/tailwave/stream"
)

// A Reader is a stream.Source of the frames of an array, and a stream.Sized.
//
// Its memory does not grow with the array if the file holds one frame after the other, or is an io.ReaderAt: it keeps
// up to 2^18 values then. Otherwise it keeps the whole array. A Reader does not close its input.
type Reader struct {
	format stream.Format
	total  int64 // frames

	h    header
	done int64 // frames read
	err  error // of a read that failed

	// Frames that lie together are read one after the other.
	r       io.Reader
	decoded []byte

	// Others come in blocks: channel c of frame first+i is block[c*stride+i].
	at     io.ReaderAt
	start  int64 // offset of the first element
	block  []float32
	first  int64 // frame at the beginning of the block
	have   int64 // frames in the block
	stride int
}

var (
	_ stream.Source = (*Reader)(nil)
	_ stream.Sized  = (*Reader)(nil)
)

// blockValues is how many values a block of frames has that do not lie together.
const blockValues = 1 << 18

// NewReader reads the header of a file of float16, float32 or float64, whose frames are those of a stream of the given
// rate: a file does not say it. The layout tells the channels from the frames in an array of two dimensions; a leading
// dimension of 1 is passed over, and an array of one dimension is one channel in either layout.
//
// If r is an io.ReaderAt and can seek, NewReader checks at once that it is as long as the header says, and nobody else
// may use r until the last frame has been read. If not, NewReader reads an array that has channel after channel to its
// end. Memory grows with the bytes that are there, not with the size the header claims.
//
// An input that ends early is an error that wraps io.ErrUnexpectedEOF.
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

// checkLength reports whether the file, which stands at the first element, can seek, and fails if it is not long enough
// for the elements.
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

// Read fills dst with whole frames, fewer only at the end, and returns how many; after the last it returns io.EOF. A
// file that ends early is an io.ErrUnexpectedEOF, without the frames before. Further calls repeat an error. A dst
// shorter than a frame is io.ErrShortBuffer.
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

// readTogether fills dst with the next frames of a file that has them one after the other.
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

// readApart fills dst with the next frames of blocks.
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

// fill reads a block that begins with the given frame.
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

// float32 returns an element, rounded if need be.
func (h header) float32(b []byte) float32 {
	switch h.size {
	case 2:
		return half(h.order.Uint16(b))
	case 8:
		return float32(math.Float64frombits(h.order.Uint64(b)))
	}
	return math.Float32frombits(h.order.Uint32(b))
}

// elementsError says what has gone wrong after the given number of elements.
func elementsError(err error, have, count int) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return truncated(have, count)
	}
	return fmt.Errorf("npy: reading elements: %w", err)
}

func truncated(have, count int) error {
	return fmt.Errorf("npy: truncated after %d of %d elements: %w", have, count, io.ErrUnexpectedEOF)
}
