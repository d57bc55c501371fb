package spectral

import (
	"fmt"

	"github.com/tailwave/tailwave/dsp"
)

// A FrameCheck looks for errors in frames that did not come from the front end of their model. It finds NaN and
// infinity in all frames, and a wrong [Scale] in the first two seconds.
//
//	c, err := spectral.NewFrameCheck(m)
//	err = c.Add(frames) // a *FrameError for NaN or infinity
//	err = c.Scale()     // a *ScaleError if the frames look wrong for m
type FrameCheck struct {
	mel     Mel       // the frames that the model expects; SampleRate 0 if unknown
	values  int       // of a frame
	most    int       // number of values by which the scale is judged
	kept    []float32 // the first values, up to most
	checked int64     // finite frames
}

// The scale of a stream is judged by its first judgedSeconds seconds, or by its first mostJudged values if that is
// less.
const (
	judgedSeconds = 2
	mostJudged    = 1 << 19
)

// NewFrameCheck returns a check of frames for a model that expects frames as m describes them. The error is a
// *dsp.ArgError for a field of m out of range.
func NewFrameCheck(m Mel) (*FrameCheck, error) {
	m, err := m.check()
	if err != nil {
		return nil, err
	}
	frames := (judgedSeconds*m.SampleRate + m.Hop - 1) / m.Hop
	return &FrameCheck{mel: m, values: m.Bands, most: max(1, min(frames, mostJudged/m.Bands)) * m.Bands}, nil
}

// NewFiniteCheck returns a check that finds only NaN and infinity, for frames without a known scale, such as the
// latents of a codec. values is the number of values of a frame. The error is a *dsp.ArgError if it is below 1.
func NewFiniteCheck(values int) (*FrameCheck, error) {
	if values < 1 {
		return nil, dsp.NewArgError("values of a frame", values, "at least 1")
	}
	return &FrameCheck{values: values}, nil
}

// Add checks the next frames. len(frames) must be a whole number of frames. The error is a *[FrameError] for the first
// value that is NaN or infinite. The frame with this value and the frames after it are not counted.
func (c *FrameCheck) Add(frames []float32) error {
	good, err := c.finite(frames)
	c.checked += int64(len(good) / c.values)
	if n := min(len(good), c.most-len(c.kept)); n > 0 {
		c.kept = append(c.kept, good[:n]...)
	}
	return err
}

// finite returns the frames before the first one with a NaN or an infinity, and a *FrameError for that one.
func (c *FrameCheck) finite(frames []float32) ([]float32, error) {
	for i, v := range frames {
		if v-v != 0 {
			frame, band := i/c.values, i%c.values
			return frames[:frame*c.values], &FrameError{Frame: c.checked + int64(frame), Band: band, Value: v}
		}
	}
	return frames[:len(frames)/c.values*c.values], nil
}

// Frames returns the number of frames added so far, up to the first one with a NaN or an infinity.
func (c *FrameCheck) Frames() int64 { return c.checked }

// Full reports whether further frames cannot change the result of [FrameCheck.Scale]: whether the first two seconds are
// complete. For a check from [NewFiniteCheck] it is always true.
func (c *FrameCheck) Full() bool { return len(c.kept) == c.most }

// Scale returns a *[ScaleError] if the frames added so far, up to two seconds, do not look like frames that the model
// expects. It is cautious: it returns nil for silence, for frames of fewer than 16 bands, and if any sound may have
// such frames. For a check from [NewFiniteCheck] it always returns nil.
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
	Frame int64   // number of the frame in the stream, from 0
	Band  int     // number of the value in the frame, from 0
	Value float32 // NaN, +Inf or -Inf
}

// Error returns one line with the frame and the band.
func (e *FrameError) Error() string {
	value := "NaN"
	if e.Value == e.Value {
		value = "infinite"
	}
	return fmt.Sprintf("frame %d, band %d (both from 0) is %s", e.Frame, e.Band, value)
}

// A ScaleError reports frames that do not look like frames that a model expects.
type ScaleError struct {
	Seems    Scale // the scale that the frames seem to have; UnknownScale if they fit no scale, or if Reversed is set
	Reversed bool  // the bands seem to run from the highest frequency to the lowest; the scale may be right
	Shifted  bool  // the frames seem to be decibels plus an offset, with their lowest value near 0

	Takes           Scale   // the scale that the model expects
	Lowest, Highest float64 // range of values on that scale for any sound within full scale

	Min, Max, Mean float64 // of the values of the frames
}

// Error returns one line with the scale that the frames seem to have, the scale that the model expects, and the range
// of values of both.
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
