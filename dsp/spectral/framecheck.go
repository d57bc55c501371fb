package spectral

import (
	"fmt"

	"github.com/tailwave/tailwave/dsp"
)

// A FrameCheck looks for what is wrong with frames that did not come from the front end of their model: NaN and
// infinity in all of them, and another scale in the first two seconds.
type FrameCheck struct {
	mel     Mel // of unknown values without a SampleRate
	values  int // of a frame
	most    int // values to judge the scale by
	kept    []float32
	checked int64 // frames
}

// judgedSeconds is how much of a stream its scale is judged by; mostJudged bounds the values that are kept for it.
const (
	judgedSeconds = 2
	mostJudged    = 1 << 19
)

// NewFrameCheck returns a check of frames for a model that takes those that m describes. The error is a *dsp.ArgError.
func NewFrameCheck(m Mel) (*FrameCheck, error) {
	m, err := m.check()
	if err != nil {
		return nil, err
	}
	frames := (judgedSeconds*m.SampleRate + m.Hop - 1) / m.Hop
	return &FrameCheck{mel: m, values: m.Bands, most: max(1, min(frames, mostJudged/m.Bands)) * m.Bands}, nil
}

// NewFiniteCheck returns a check of frames whose scale nothing is known about, such as the latents of a codec: it finds
// NaN and infinity only. The error is a *dsp.ArgError if values, those of a frame, is below 1.
func NewFiniteCheck(values int) (*FrameCheck, error) {
	if values < 1 {
		return nil, dsp.NewArgError("values of a frame", values, "at least 1")
	}
	return &FrameCheck{values: values}, nil
}

// Add looks at the next frames, which must be whole. The error is a *FrameError for the first value that is NaN or
// infinite; the frame that has it, and those that follow, are not counted.
func (c *FrameCheck) Add(frames []float32) error {
	good, err := c.finite(frames)
	c.checked += int64(len(good) / c.values)
	if n := min(len(good), c.most-len(c.kept)); n > 0 {
		c.kept = append(c.kept, good[:n]...)
	}
	return err
}

// finite returns the frames before the first one that has a NaN or an infinity.
func (c *FrameCheck) finite(frames []float32) ([]float32, error) {
	for i, v := range frames {
		if v-v != 0 {
			frame, band := i/c.values, i%c.values
			return frames[:frame*c.values], &FrameError{Frame: c.checked + int64(frame), Band: band, Value: v}
		}
	}
	return frames[:len(frames)/c.values*c.values], nil
}

// Frames returns the number of frames before the first one that has a NaN or an infinity.
func (c *FrameCheck) Frames() int64 { return c.checked }

// Full reports whether more frames do not change what Scale returns.
func (c *FrameCheck) Full() bool { return len(c.kept) == c.most }

// Scale returns a *ScaleError if the frames so far, up to two seconds, do not look like those that the model takes. It
// is cautious: it returns nil for silence, for fewer than 16 bands, and where the frames may be those of a sound. A
// check by [NewFiniteCheck] always returns nil.
func (c *FrameCheck) Scale() error {
	if c.mel.SampleRate == 0 || len(c.kept) == 0 {
		return nil
	}
	if e := judge(&c.mel, c.kept); e != nil {
		return e
	}
	return nil
}

// A FrameError reports a value that is NaN or infinite.
type FrameError struct {
	Frame int64 // from 0
	Band  int   // from 0
	Value float32
}

// Error names the frame and the band.
func (e *FrameError) Error() string {
	value := "NaN"
	if e.Value == e.Value {
		value = "infinite"
	}
	return fmt.Sprintf("frame %d, band %d (both from 0) is %s", e.Frame, e.Band, value)
}

// A ScaleError reports frames that do not look like those that a model takes.
type ScaleError struct {
	Seems    Scale // what they look like; UnknownScale for none that is known, or for Reversed
	Reversed bool  // the scale may be right, but the bands seem to run from the highest to the lowest
	Shifted  bool  // decibels to which an offset was added, so that they begin at 0

	Takes           Scale   // what the model takes
	Lowest, Highest float64 // that the frames of a sound can have

	Min, Max, Mean float64 // of the frames
}

// Error says what the frames seem to hold and what the model takes, with the ranges.
func (e *ScaleError) Error() string {
	if e.Reversed {
		return "the bands of frames seem to run from the highest frequency to the lowest: the model takes the lowest first"
	}
	what := "seem to hold " + e.Seems.String()
	switch {
	case e.Shifted:
		what = "seem to hold decibels with an offset"
	case e.Seems == UnknownScale:
		what = "hold values that no sound has"
	case e.Seems == Normalised && e.Takes == Normalised:
		what += " of another model"
	}
	return fmt.Sprintf("frames %s (%.3g to %.3g, mean %.3g): the model takes %s (%.3g to %.3g)",
		what, e.Min, e.Max, e.Mean, e.Takes, e.Lowest, e.Highest)
}
