package vocode

import (
	"errors"
	"io"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/spectral"
	"github.com/tailwave/tailwave/stream"
)

// Frames returns a source of the frames of source, converted to the scale of v and checked. [Vocoder.FromFrames] reads
// it. After the frames before the first NaN or infinity, its Read fails with a *spectral.FrameError. Frames
// uses only o.MelIn and o.Report, and fails like FromFrames.
func (v *Vocoder) Frames(source stream.Source, o Options) (stream.Source, error) {
	if source == nil {
		return nil, errNoSource()
	}
	got, want := source.Format(), v.FrameFormat()
	if rate, err := stream.NewRate(got.Rate.Num, got.Rate.Den); err == nil {
		got.Rate = rate // reduced to lowest terms, as in pipelines
	}
	if got != want {
		return nil, dsp.NewArgError("format of the frames", describe(got), "%s", describe(want))
	}
	c := &checked{Source: source, report: o.Report}
	var err error
	if o.MelIn != spectral.UnknownScale {
		if c.convert, err = v.converter(o.MelIn); err != nil {
			return nil, err
		}
		if c.raw, err = spectral.NewFiniteCheck(want.Channels); err != nil {
			return nil, err
		}
	}
	if v.model != nil {
		c.check, err = v.model.NewFrameCheck()
	} else {
		c.check, err = spectral.NewFrameCheck(builtinMel())
	}
	return c, err
}

// converter returns the conversion of frames from a scale to the scale of v.
func (v *Vocoder) converter(from spectral.Scale) (dsp.Processor, error) {
	mel, known := v.FrameValues()
	if !known {
		return nil, dsp.NewArgError("scale", from, "left out: the scale of the model's frames is unknown")
	}
	return spectral.NewScaleConverter(from, mel)
}

// A checked source converts and checks the frames of a source.
type checked struct {
	stream.Source
	raw     *spectral.FrameCheck // of the frames before a conversion, which could hide an infinity
	convert dsp.Processor        // nil for no conversion, as raw
	check   *spectral.FrameCheck // of the frames that the vocoder consumes
	report  func(*spectral.ScaleError)
	judged  bool
	frames  []float32 // scratch
	err     error     // the error that ended the stream
}

// Frames is stream.Sized.Frames.
func (c *checked) Frames() int64 { return stream.FramesOf(c.Source) }

// Read is stream.Source.Read.
func (c *checked) Read(dst []float32) (int, error) {
	if c.err != nil {
		return 0, c.err
	}
	n, err := c.Source.Read(dst)
	if err != nil && err != io.EOF {
		c.judge()
		return n, err // frames read together with an error are not part of the stream
	}
	good := c.pass(dst[:n*c.Format().Channels]) / c.Format().Channels
	if good < n {
		if good == 0 {
			return 0, c.err
		}
		return good, nil
	}
	if err == io.EOF || c.check.Full() {
		c.judge()
	}
	return n, err
}

// pass converts and checks frames in place. It returns the number of values before the first NaN or infinity, and sets
// c.err if there is one.
func (c *checked) pass(frames []float32) int {
	if c.convert != nil {
		before := c.raw.Frames()
		c.err = c.raw.Add(frames)
		frames = frames[:int(c.raw.Frames()-before)*c.Format().Channels]
		c.frames = c.convert.Process(c.frames[:0], frames)
		copy(frames, c.frames)
	}
	before := c.check.Frames()
	if err := c.check.Add(frames); err != nil {
		c.err = err
	}
	return int(c.check.Frames()-before) * c.Format().Channels
}

// judge calls report, once, if the frames do not look like those that the vocoder takes.
func (c *checked) judge() {
	if c.judged || c.report == nil {
		return
	}
	c.judged = true
	if e, ok := errors.AsType[*spectral.ScaleError](c.check.Scale()); ok {
		c.report(e)
	}
}
