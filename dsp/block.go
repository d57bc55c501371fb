package dsp

import "fmt"

// defaultBlock is the number of values at the widest place of a composition for the block that 0 stands for: 32 KiB.
const defaultBlock = 8192

// checkBlock reports a negative number of frames.
func checkBlock(block int) error {
	if block < 0 {
		return NewArgError("block", block, "at least 1, or 0 for a default")
	}
	return nil
}

// blockFor returns the block that 0 stands for, in input frames, at least 1. widest is the largest number of values for
// each input frame.
func blockFor(widest float64) int { return max(1, int(defaultBlock/widest)) }

// valuesPerFrame returns the values of the output of a processor for each of its input frames.
func (s Shape) valuesPerFrame() float64 { return float64(s.Out) * float64(s.Up) / float64(s.Down) }

// maxBuffer bounds the values of one buffer of a composition, 1 GiB.
const maxBuffer = 1 << 28

// bufferValues returns the values of a buffer for the given frames, or an *ArgError if they are too many.
func bufferValues(frames, channels int) (int, error) {
	if frames < 0 || int64(frames) > maxBuffer/int64(channels) {
		return 0, NewArgError("buffer of a composition", fmt.Sprintf("for %d frames of %d channels", frames, channels),
			"for at most %d values: choose a smaller block", maxBuffer)
	}
	return frames * channels, nil
}
