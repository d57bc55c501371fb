package npy

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
)

// Frames reads an array of two dimensions as a stream of frames, the vectors along one of them. It keeps a few thousand
// frames, however many there are, if those lie one after the other in the file, or the file is an io.ReaderAt;
// otherwise all.
type Frames struct {
	Channels int   // values in a frame
	Total    int64 // frames

	h    header
	done int64 // frames read

	// Frames that lie together are read one after the other.
	r       io.Reader
	decoded []byte

	// Others come in blocks: channel c of frame first+i is block[c*stride+i].
	at     io.ReaderAt
	start  int64 // bytes before the elements
	block  []float32
	first  int64 // frame at the beginning of the block
	have   int64 // frames in the block
	stride int
}

// blockValues is how many values a block of frames has that do not lie together.
const blockValues = 1 << 18

// NewFrames reads the header of a file of float32 or float64. With channelsFirst the shape must be [channels, frames],
// else [frames, channels]; a leading dimension of 1 is passed over. If r is an io.ReaderAt and an io.Seeker it must
// stand at its beginning, and must not be used otherwise until the last frame has been read; whether it is as long as
// the header says is checked at once.
func NewFrames(r io.Reader, channelsFirst bool) (*Frames, error) {
	counted := &counter{r: r}
	h, err := readHeader(counted)
	if err != nil {
		return nil, err
	}
	count, err := h.elements()
	if err != nil {
		return nil, err
	}
	shape := h.shape
	if len(shape) == 3 && shape[0] == 1 {
		shape = shape[1:]
	}
	if len(shape) != 2 {
		return nil, fmt.Errorf("array of shape %v: must have two dimensions", h.shape)
	}
	f := &Frames{h: h, start: counted.n, Channels: shape[1], Total: int64(shape[0])}
	if channelsFirst {
		f.Channels, f.Total = shape[0], int64(shape[1])
	}
	if f.Channels == 0 {
		return nil, fmt.Errorf("array of shape %v: frames without channels", h.shape)
	}
	at, seekable := r.(interface {
		io.ReaderAt
		io.Seeker
	})
	if seekable {
		end, err := at.Seek(0, io.SeekEnd)
		if seekable = err == nil; seekable {
			if end < f.start+int64(count)*int64(h.size) {
				return nil, truncated(int((end-f.start)/int64(h.size)), count)
			}
			if _, err := at.Seek(f.start, io.SeekStart); err != nil {
				return nil, err
			}
		}
	}
	switch {
	case h.fortran == channelsFirst:
		f.r = bufio.NewReaderSize(r, blockBytes)
	case seekable:
		f.at = at
		f.stride = max(1, blockValues/f.Channels)
	default:
		h.fortran = false // the order stays
		f.stride, f.have = int(f.Total), f.Total
		f.block, err = readElements(r, h, h.float32)
	}
	return f, err
}

// Read fills dst with as many whole frames as there are, and returns how many; at the end none and io.EOF. A file that
// ends early is an io.ErrUnexpectedEOF.
func (f *Frames) Read(dst []float32) (frames int, err error) {
	n := min(int64(len(dst)/f.Channels), f.Total-f.done)
	if f.done == f.Total {
		return 0, io.EOF
	}
	dst = dst[:int(n)*f.Channels]
	if f.r != nil {
		err = f.readTogether(dst)
	} else {
		err = f.readApart(dst)
	}
	if err != nil {
		return 0, err
	}
	f.done += n
	return int(n), nil
}

// readTogether fills dst with the next frames of a file that has them one after the other.
func (f *Frames) readTogether(dst []float32) error {
	size := f.h.size
	if need := len(dst) * size; cap(f.decoded) < need {
		f.decoded = make([]byte, need)
	}
	raw := f.decoded[:len(dst)*size]
	if n, err := io.ReadFull(f.r, raw); err != nil {
		return elementsError(err, int(f.done)*f.Channels+n/size, int(f.Total)*f.Channels)
	}
	for i := range dst {
		dst[i] = f.h.float32(raw[i*size:])
	}
	return nil
}

// readApart fills dst with the next frames of blocks.
func (f *Frames) readApart(dst []float32) error {
	for at := f.done; len(dst) > 0; at++ {
		if at >= f.first+f.have {
			if err := f.fill(at); err != nil {
				return err
			}
		}
		for c := range f.Channels {
			dst[c] = f.block[c*f.stride+int(at-f.first)]
		}
		dst = dst[f.Channels:]
	}
	return nil
}

// fill reads a block that begins with the given frame.
func (f *Frames) fill(first int64) error {
	if f.block == nil {
		f.block = make([]float32, f.Channels*f.stride)
	}
	f.first, f.have = first, min(int64(f.stride), f.Total-first)
	size := f.h.size
	if need := f.stride * size; cap(f.decoded) < need {
		f.decoded = make([]byte, need)
	}
	raw := f.decoded[:int(f.have)*size]
	for c := range f.Channels {
		before := int64(c)*f.Total + first
		if n, err := f.at.ReadAt(raw, f.start+before*int64(size)); n < len(raw) {
			return elementsError(err, int(before)+n/size, int(f.Total)*f.Channels)
		}
		for i := range int(f.have) {
			f.block[c*f.stride+i] = f.h.float32(raw[i*size:])
		}
	}
	return nil
}

// float32 returns an element, rounded if need be.
func (h header) float32(b []byte) float32 {
	if h.size == 8 {
		return float32(math.Float64frombits(h.order.Uint64(b)))
	}
	return math.Float32frombits(h.order.Uint32(b))
}

// elementsError says what has gone wrong after so many elements.
func elementsError(err error, have, count int) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return truncated(have, count)
	}
	return fmt.Errorf("npy: reading elements: %w", err)
}

func truncated(have, count int) error {
	return fmt.Errorf("npy: truncated after %d of %d elements: %w", have, count, io.ErrUnexpectedEOF)
}

// A counter counts the bytes that are read.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
