package vocode

import (
	"errors"
	"io"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/spectral"
	"github.com/tailwave/tailwave/stream"
)

// Frames returns the source of frames that [Vocoder.FromFrames] reads: that of the frames of source, on the scale that
// v takes. Its Read fails with a *spectral.FrameError for the first NaN or infinity, after all frames before it. It
// calls o.Report. It fails like FromFrames.
func (v *Vocoder) Frames(source stream.Source, o Options) (stream.Source, error) {
	if source == nil {
		return nil, errNoSource()
	}
	got, want := source.Format(), v.FrameFormat()
	if rate, err := stream.NewRate(got.Rate.Num, got.Rate.Den); err == nil {
		got.Rate = rate // in lowest terms, as in pipelines
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

// converter returns the conversion of frames from a scale to that which v takes.
func (v *Vocoder) converter(from spectral.Scale) (dsp.Processor, error) {
	mel, known := v.FrameValues()
	if !known {
		return nil, dsp.NewArgError("scale", from, "that of the model: it is not known what scale its frames have")
	}
	return spectral.NewScaleConverter(from, mel)
}

// A checked source checks and converts the frames of another one.
type checked struct {
	stream.Source
	raw     *spectral.FrameCheck // before a conversion, which could hide an infinity; nil without one
	convert dsp.Processor        // nil for no conversion
	check   *spectral.FrameCheck // of what the vocoder takes
	report  func(*spectral.ScaleError)
	judged  bool
	frames  []float32 // scratch
	err     error     // that stopped the stream
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
		return n, err // these frames do not count
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

// pass converts and checks frames in place. It returns how many of the values are those of good frames, and sets c.err
// if a frame is not.
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

// judge reports, the first time, what the frames look like if it is not what the vocoder takes.
func (c *checked) judge() {
	if c.judged || c.report == nil {
		return
	}
	c.judged = true
	if e, ok := errors.AsType[*spectral.ScaleError](c.check.Scale()); ok {
		c.report(e)
	}
}
