package dsp

import "fmt"

// defaultBlock is the number of values that the default block fills at the widest place of a composition: 32 KiB of
// float32.
const defaultBlock = 8192

// checkBlock reports a negative number of frames.
func checkBlock(block int) error {
	if block < 0 {
		return NewArgError("block", block, "at least 1, or 0 for a default")
	}
	return nil
}

// blockFor returns the default block in input frames, at least 1. widest is the largest number of values per input
// frame at any place of the composition.
func blockFor(widest float64) int { return max(1, int(defaultBlock/widest)) }

// valuesPerFrame returns the number of output values per input frame.
func (s Shape) valuesPerFrame() float64 { return float64(s.Out) * float64(s.Up) / float64(s.Down) }

// maxBuffer bounds the values of one buffer of a composition: 1 GiB of float32.
const maxBuffer = 1 << 28

// bufferValues returns the number of values in a buffer of frames, or an *ArgError above maxBuffer.
func bufferValues(frames, channels int) (int, error) {
	if frames < 0 || int64(frames) > maxBuffer/int64(channels) {
		return 0, NewArgError("buffer size", fmt.Sprintf("%d frames of %d channels", frames, channels),
			"at most %d values: choose a smaller block", maxBuffer)
	}
	return frames * channels, nil
}
