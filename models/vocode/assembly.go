package vocode

import (
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/resample"
	"github.com/tailwave/tailwave/stream"
)

// An assembly is a pipeline up to the sound of a vocoder, with the numbers that determine the size of its blocks.
type assembly struct {
	source   stream.Source
	stages   []stream.Stage
	rate     int // of the sound, Hz
	channels int // of the sound
	hop      int // samples per frame of the vocoder, without a stretch
	perFrame int // frames of the source per frame of the vocoder: 1, or samples if the source is sound
}

func (a *assembly) add(name string, p dsp.Processor) {
	a.stages = append(a.stages, stream.Stage{Name: name, Processor: p})
}

// complete adds the conversion to another rate, and sets the size of blocks.
func (v *Vocoder) complete(a assembly, o Options, options ...dsp.Option) (stream.Pipeline, error) {
	if o.Frames < 0 {
		return stream.Pipeline{}, dsp.NewArgError("frames at a time", o.Frames, "at least 0")
	}
	up, down, err := v.effects.Ratio()
	if err != nil {
		return stream.Pipeline{}, err
	}
	if up != down {
		if a.source, err = retime(a.source, down, up); err != nil {
			return stream.Pipeline{}, err
		}
	}
	if o.Rate != 0 && o.Rate != a.rate {
		r, err := resample.New(a.rate, o.Rate, a.channels, resample.Filter{}, options...)
		if err != nil {
			return stream.Pipeline{}, err
		}
		a.add("resample", r)
	}
	frames := o.Frames
	if frames == 0 {
		frames = DefaultFrames
	}
	stretch := (up + down - 1) / down
	values := max(
		int64(a.perFrame)*int64(a.source.Format().Channels),
		int64(a.hop)*int64(stretch)*int64(a.channels)*int64(max(o.Rate, a.rate))/int64(a.rate))
	block := int(max(1, min(int64(frames), maxBlock/values)))
	return stream.Pipeline{Source: a.source, Stages: a.stages, BlockFrames: a.perFrame * block}, nil
}

// retime returns the source at up/down times its frame rate. A stage that stretches time multiplies the rate by the
// stretch, so without the inverse factor the sound would not have the rate of the model.
func retime(source stream.Source, up, down int) (stream.Source, error) {
	f := source.Format()
	rate, err := f.Rate.Scale(up, down)
	if err != nil {
		return nil, err
	}
	f.Rate = rate
	return retimed{source, f}, nil
}

// A retimed source declares another frame rate than the source that it reads.
type retimed struct {
	stream.Source
	format stream.Format
}

func (r retimed) Format() stream.Format { return r.format }

// Frames is stream.Sized.Frames.
func (r retimed) Frames() int64 { return stream.FramesOf(r.Source) }
