package npy

import (
	"fmt"

	"github.com/tailwave/tailwave/dsp"
)

// A Layout is the order of the two dimensions of an array.
type Layout int

const (
	// ChannelsFirst is the layout of an array [channels, frames].
	ChannelsFirst Layout = iota
	// FramesFirst is the layout of an array [frames, channels].
	FramesFirst
)

func (l Layout) check() error {
	if l != ChannelsFirst && l != FramesFirst {
		return fmt.Errorf("npy: layout %d: must be ChannelsFirst or FramesFirst", l)
	}
	return nil
}

// axes returns the names of the dimensions.
func (l Layout) axes() string {
	if l == FramesFirst {
		return "[frames, channels]"
	}
	return "[channels, frames]"
}

// frames returns the numbers of channels and frames of an array. An array with one dimension is one channel. A leading
// dimension of 1 in an array with three is ignored.
func (l Layout) frames(shape []int) (channels int, frames int64, err error) {
	dims := shape
	if len(dims) == 3 && dims[0] == 1 {
		dims = dims[1:]
	}
	switch {
	case len(dims) == 1:
		return 1, int64(dims[0]), nil
	case len(dims) != 2:
		return 0, 0, fmt.Errorf("array of shape %s: must have two dimensions, or one for a single channel: "+
			"reshape the array before you save it", dsp.ListText(shape))
	case l == ChannelsFirst:
		channels, frames = dims[0], int64(dims[1])
	default:
		channels, frames = dims[1], int64(dims[0])
	}
	if channels == 0 {
		return 0, 0, fmt.Errorf("array of shape %s: has 0 channels, must have at least 1 in %s: "+
			"check the program that saved it", dsp.ListText(shape), l.axes())
	}
	return channels, frames, nil
}

// headerBytes is the length of every header that is written. It does not depend on the number of frames, so that the
// header can be replaced once that number is known.
const headerBytes = 128

// header returns the first headerBytes bytes of a file of little-endian float32 values, stored frame after frame.
func (o Options) header(channels int, frames int64) []byte {
	order, shape := "False", fmt.Sprintf("(%d, %d)", frames, channels)
	switch {
	case o.Vector && channels == 1:
		shape = fmt.Sprintf("(%d,)", frames)
	case o.Layout == ChannelsFirst:
		order, shape = "True", fmt.Sprintf("(%d, %d)", channels, frames)
	}
	h := append(make([]byte, 0, headerBytes), Magic...)
	h = append(h, 1, 0, headerBytes-10, 0)
	h = fmt.Appendf(h, "{'descr': '<f4', 'fortran_order': %s, 'shape': %s, }", order, shape)
	for len(h) < headerBytes-1 {
		h = append(h, ' ')
	}
	return append(h, '\n')
}
