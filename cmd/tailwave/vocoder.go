package main

import (
	"errors"
	"fmt"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/fileio"
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/spectral"
	"github.com/tailwave/tailwave/models"
	"github.com/tailwave/tailwave/models/vocode"
	"github.com/tailwave/tailwave/stream"
)

// builtinModel is the name of the vocoder without weights.
const builtinModel = "builtin"

// openVocoder returns the vocoder that --model names.
func openVocoder(path string, effects spectral.Effects) (*vocode.Vocoder, error) {
	switch path {
	case "":
		return nil, cli.Usagef("--model is empty: name a weights file, its folder, or builtin")
	case builtinModel:
		v, err := vocode.Builtin(effects)
		if err != nil {
			return nil, cli.UsageError{Err: err}
		}
		return v, nil
	}
	model, err := models.Open(path)
	if err != nil {
		return nil, err
	}
	return vocode.New(model), nil
}

// vocoderSource returns the source of the sound or the frames that an input holds.
func vocoderSource(in *fileio.Sound, v *vocode.Vocoder, layout cli.Layout) (*fileio.Source, error) {
	if layout != "" && in.Content != fileio.Array && !in.Unknown { // the reader of an unknown file has more to say
		what := "is a WAV file"
		if in.Content == fileio.BareFrames {
			what = "holds bare frames, one after the other"
		}
		return nil, cli.Usagef("--layout goes with an array of frames; %s %s", in.Name, what)
	}
	if in.Content != fileio.WAVFile {
		latents := v.Model() != nil && v.Model().Info().Latents
		return in.Frames(v.FrameFormat(), layout.Array(latents))
	}
	sound, err := in.WAV()
	if err != nil {
		return nil, err
	}
	return &sound.Source, fileio.Name(in.Name, cli.CheckSoundRate(sound.Format()))
}

// vocodePipeline returns the pipeline from the source of an input to sound.
func vocodePipeline(
	v *vocode.Vocoder, in *fileio.Sound, source *fileio.Source, o vocode.Options, options ...dsp.Option,
) (stream.Pipeline, error) {
	if in.Content != fileio.WAVFile {
		return v.FromFrames(source, o, options...)
	}
	p, err := v.FromSound(source, o, options...)
	if _, ok := errors.AsType[*vocode.ChannelsError](err); ok {
		err = fileio.Name(in.Name, err)
	}
	return p, err
}

// tooShort returns err with the unit of its lengths if err is a *dsp.TooShortError: samples at the rate of the front
// end if the mel stage rejected the input, frames of mels if a stage after it did. Other errors are returned unchanged.
func tooShort(err error, in string, v *vocode.Vocoder) error {
	short, ok := errors.AsType[*dsp.TooShortError](err)
	if !ok {
		return err
	}
	if stage, ok := errors.AsType[*stream.StageError](err); ok && stage.Name == vocode.MelStage {
		if mel, e := v.FrontEnd(); e == nil {
			return fileio.Name(in, fmt.Errorf("%w, at %d Hz", short, mel.SampleRate))
		}
	}
	return fileio.Name(in, fmt.Errorf("%w, of mels", short))
}
