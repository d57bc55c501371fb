package npy

import "fmt"

// A Layout says which dimension of an array counts the frames.
type Layout int

const (
	// ChannelsFirst is an array [channels, frames].
	ChannelsFirst Layout = iota
	// FramesFirst is an array [frames, channels].
	FramesFirst
)

func (l Layout) check() error {
	if l != ChannelsFirst && l != FramesFirst {
		return fmt.Errorf("npy: layout %d: must be ChannelsFirst or FramesFirst", l)
	}
	return nil
}

// frames returns how many frames of how many channels an array of that shape has. An array of one dimension is one
// channel.
func (l Layout) frames(shape []int) (channels int, frames int64, err error) {
	dims := shape
	if len(dims) == 3 && dims[0] == 1 {
		dims = dims[1:]
	}
	switch {
	case len(dims) == 1:
		return 1, int64(dims[0]), nil
	case len(dims) != 2:
		return 0, 0, fmt.Errorf("array of shape %v: must have two dimensions, or one for a single channel", shape)
	case l == ChannelsFirst:
		channels, frames = dims[0], int64(dims[1])
	default:
		channels, frames = dims[1], int64(dims[0])
	}
	if channels == 0 {
		return 0, 0, fmt.Errorf("array of shape %v: frames without channels", shape)
	}
	return channels, frames, nil
}

// headerBytes is the length of every header that is written: it does not depend on the number of frames, so that the
// header can be written again once that is known.
const headerBytes = 128

// header returns the beginning of a file of little-endian float32 values that follow frame after frame.
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
