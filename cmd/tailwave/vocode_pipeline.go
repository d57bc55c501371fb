package main

import (
	"errors"
	"fmt"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/resample"
	"github.com/tailwave/tailwave/dsp/spectral"
	"github.com/tailwave/tailwave/models"
	"github.com/tailwave/tailwave/stream"
)

// builtinModel is the name of the vocoder without weights.
const builtinModel = "builtin"

// builtinFrames are what the built-in vocoder takes, and what mel makes if no model is named.
var builtinFrames = spectral.HiFiGAN(22050, 1024, 1024, 256, 80, 0, 8000)

// maxVocoded bounds the channels of the built-in vocoder. Each of them takes some megabytes.
const maxVocoded = 32

// A vocodePipeline is the source and the stages that turn an input into sound.
type vocodePipeline struct {
	source      stream.Source
	name        string // of the input, for messages
	rate        int    // of the sound
	channels    int
	hop         int           // samples of the sound for each frame of a model
	perFrame    int           // frames of the source for each frame of a model: 1, or samples if the source is sound
	stretchCeil int           // the stretch of time, rounded up to a whole number
	model       *models.Model // nil for the built-in vocoder

	// stages returns the stages of a new stream.
	stages func(...dsp.Option) ([]stream.Stage, error)
}

// newVocodePipeline returns the pipeline from the input to the sound of the model at path, or of the built-in one.
func newVocodePipeline(in *soundInput, path string, effects spectral.Effects, arrays layout) (*vocodePipeline, error) {
	v := &vocodePipeline{name: in.name, stretchCeil: 1}
	var sound *wavInput
	if in.content == wavFile {
		var err error
		if sound, err = readWAV(in.name, in.r, nil); err != nil && in.unknown {
			return nil, &fileError{in.name, fmt.Errorf("%w, or a .npy file of frames", errors.Unwrap(err))}
		} else if err != nil {
			return nil, err
		}
		if rate := sound.Info().Rate; rate < minRate || rate > maxRate {
			return nil, &fileError{in.name, fmt.Errorf("sample rate %d Hz: must be from %d to %d", rate, minRate, maxRate)}
		}
		sound.hint = in.hint
		v.source = sound
		if in.keepPartial {
			partial := &partialSource{in: sound}
			v.source, in.partial = partial, func() error { return partial.err }
		}
	}
	if path == builtinModel {
		return v, v.builtin(in, sound, effects, arrays)
	}
	model, err := models.Open(path)
	if err != nil {
		return nil, err
	}
	v.model = model
	v.rate, v.channels, v.hop, v.perFrame = model.Info().SampleRate, 1, model.Info().Hop, 1
	v.stages = vocodeStage(func(options ...dsp.Option) (dsp.Processor, error) { return model.NewStream(options...) })
	if sound == nil {
		rate, err := stream.NewRate(int64(v.rate), int64(v.hop))
		if err != nil {
			return nil, err
		}
		v.source, err = in.frames(stream.Format{Rate: rate, Channels: model.Info().Mels}, arrays.melsFirst(model.Info().Latents))
		return v, err
	}
	mel, err := model.FrontEnd()
	if err != nil {
		return nil, err
	}
	v.perFrame = max(1, v.hop*int(sound.Info().Rate)/v.rate)
	vocode := v.stages
	v.stages = func(options ...dsp.Option) ([]stream.Stage, error) {
		stages, err := analysisStages(sound, mel, options...)
		if err != nil {
			return nil, err
		}
		rest, err := vocode(options...)
		return append(stages, rest...), err
	}
	return v, nil
}

// values returns the most float32 values that a frame of a model has in any stage: in the source, in the sound, or in
// the sound converted to rate. A rate of 0 means no conversion.
func (v *vocodePipeline) values(rate int64) int64 {
	in := int64(v.perFrame) * int64(v.source.Format().Channels)
	return max(in, int64(v.hop)*int64(v.stretchCeil)*int64(v.channels)*max(rate, int64(v.rate))/int64(v.rate))
}

// builtin completes v for the built-in vocoder: sound is analysed at its own rate, each channel by itself.
func (v *vocodePipeline) builtin(in *soundInput, sound *wavInput, effects spectral.Effects, arrays layout) error {
	up, down, err := effects.Ratio()
	if err != nil {
		return usageError{err}
	}
	if sound == nil {
		err = v.builtinFrames(in, effects, arrays)
	} else {
		err = v.builtinSound(in, sound, effects)
	}
	if err != nil {
		return err
	}
	if up != down {
		v.stretchCeil = (up + down - 1) / down
		f := v.source.Format()
		if f.Rate, err = f.Rate.Scale(down, up); err != nil {
			return err
		}
		v.source = rateOverride{v.source, f}
	}
	return nil
}

// builtinFrames completes v for mel frames.
func (v *vocodePipeline) builtinFrames(in *soundInput, effects spectral.Effects, arrays layout) error {
	v.rate, v.channels, v.hop, v.perFrame = builtinFrames.SampleRate, 1, builtinFrames.Hop, 1
	rate, err := stream.NewRate(int64(v.rate), int64(v.hop))
	if err != nil {
		return err
	}
	if v.source, err = in.frames(stream.Format{Rate: rate, Channels: builtinFrames.Bands}, arrays.melsFirst(false)); err != nil {
		return err
	}
	vocoder, err := spectral.NewMelVocoder(builtinFrames, effects)
	if err != nil {
		return err
	}
	v.stages = vocodeStage(func(options ...dsp.Option) (dsp.Processor, error) { return vocoder.NewStream(options...) })
	return nil
}

// builtinSound completes v for sound.
func (v *vocodePipeline) builtinSound(in *soundInput, sound *wavInput, effects spectral.Effects) error {
	info := sound.Info()
	hop := spectral.SizeFor(int(info.Rate)) / 4
	v.rate, v.channels, v.hop, v.perFrame = int(info.Rate), info.Channels, hop, hop
	if v.channels > maxVocoded {
		return &fileError{in.name, fmt.Errorf("%d channels: the built-in vocoder takes at most %d", v.channels, maxVocoded)}
	}
	vocoder, err := spectral.NewVocoder(v.rate, effects)
	if err != nil {
		return err
	}
	v.stages = vocodeStage(func(options ...dsp.Option) (dsp.Processor, error) {
		channels := make([]dsp.Processor, v.channels)
		for i := range channels {
			if channels[i], err = vocoder.NewStream(options...); err != nil {
				return nil, err
			}
		}
		return dsp.NewPerChannel(channels, options...)
	})
	return nil
}

// tooShort returns err with the unit of its lengths if err is a *dsp.TooShortError: samples at rate if the mel stage
// rejected the input, frames of mels if a stage after it did. Other errors are returned unchanged.
func tooShort(err error, in string, rate int) error {
	short, ok := errors.AsType[*dsp.TooShortError](err)
	if !ok {
		return err
	}
	if stage, ok := errors.AsType[*stream.StageError](err); ok && stage.Name == melStage {
		return &fileError{in, fmt.Errorf("%w, at %d Hz", short, rate)}
	}
	return &fileError{in, fmt.Errorf("%w, of mels", short)}
}

// melStage is the name of the stage that makes frames.
const melStage = "mel"

// vocodeStage returns a function that returns the vocode stage of a new stream.
func vocodeStage(newStream func(...dsp.Option) (dsp.Processor, error)) func(...dsp.Option) ([]stream.Stage, error) {
	return func(options ...dsp.Option) ([]stream.Stage, error) {
		p, err := newStream(options...)
		return []stream.Stage{{Name: "vocode", Processor: p}}, err
	}
}

// analysisStages returns the stages that make frames of sound: one channel, at the rate of the model.
func analysisStages(sound *wavInput, mel spectral.Mel, options ...dsp.Option) (stages []stream.Stage, err error) {
	add := func(name string, p dsp.Processor, e error) {
		stages, err = append(stages, stream.Stage{Name: name, Processor: p}), errors.Join(err, e)
	}
	info := sound.Info()
	if info.Channels > 1 {
		p, err := dsp.NewMixdown(info.Channels)
		add("mix", p, err)
	}
	if rate := int(info.Rate); rate != mel.SampleRate {
		p, err := resample.New(rate, mel.SampleRate, 1, resample.Filter{}, options...)
		add("resample", p, err)
	}
	p, e := spectral.NewMelSpectrogram(mel)
	add(melStage, p, e)
	return stages, err
}

// A rateOverride is a source with another frame rate, which makes up for the stretch of time in the stages: they
// multiply the rate by the stretch, and the sound has to have the rate of the model.
type rateOverride struct {
	stream.Source
	format stream.Format
}

func (r rateOverride) Format() stream.Format { return r.format }

// Frames is stream.Sized.Frames.
func (r rateOverride) Frames() int64 {
	if s, ok := r.Source.(stream.Sized); ok {
		return s.Frames()
	}
	return -1
}
