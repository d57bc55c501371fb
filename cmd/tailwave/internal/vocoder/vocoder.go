// Package vocoder holds what the commands that run a vocoder share: the flags, the source of the input, and errors that
// name flags:
//
//	var flags vocoder.Flags
//	flags.Add(cmd, vocoder.Builtin, "the vocoder: `weights`, or builtin")
//	// when the command runs, after flags.Check:
//	v, err := flags.Vocoder(cmd, effects)
//	in, err := flags.Input(file, v, warn) // sound or frames, as the file holds
//	p, err := in.Pipeline(vocode.Options{Rate: 48000})
//	p.Sink = sink
//
// Errors of a run pass through [Input.Explain], which adds the name of the file and the flag that helps.
package vocoder

import (
	"errors"
	"fmt"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/fileio"
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/spectral"
	"github.com/tailwave/tailwave/models/vocode"
	"github.com/tailwave/tailwave/stream"
)

// An Input is a file, or standard input, of sound or frames for a vocoder.
type Input struct {
	*fileio.Source
	file    *fileio.Sound
	vocoder *vocode.Vocoder
	options vocode.Options // of frames
}

// Input returns the content of a file as the input of a vocoder. It calls warn, which may be nil, when frames look
// wrong.
func (f *Flags) Input(file *fileio.Sound, v *vocode.Vocoder, warn func(message string)) (*Input, error) {
	if err := f.fit(file, v); err != nil {
		return nil, err
	}
	if warn == nil {
		warn = func(string) {}
	}
	in := &Input{file: file, vocoder: v}
	if file.Content == fileio.WAVFile {
		sound, err := file.WAV()
		if err != nil {
			return nil, err
		}
		in.Source = &sound.Source
		return in, fileio.Name(file.Name, cli.CheckSoundRate(sound.Format()))
	}
	var err error
	if in.Source, err = file.Frames(v.FrameFormat(), f.Layout.Array(latents(v))); err != nil {
		return nil, err
	}
	if text := f.square(in); text != "" {
		warn(fileio.Visible(file.Name) + ": " + text)
	}
	in.options.MelIn = scales[f.melIn]
	in.options.Report = func(e *spectral.ScaleError) { warn(fileio.Visible(file.Name) + ": " + f.advice(e, file.Content)) }
	return in, nil
}

// latents reports whether a vocoder takes the latents of a codec.
func latents(v *vocode.Vocoder) bool { return v.Model() != nil && v.Model().Info().Latents }

// Pipeline returns the pipeline from the input to sound. Only Rate and Frames of o are used.
func (in *Input) Pipeline(o vocode.Options, options ...dsp.Option) (stream.Pipeline, error) {
	o.MelIn, o.Report = in.options.MelIn, in.options.Report
	return in.pipeline(in.Source, o, options...)
}

// Frames returns the source for the stages of [Input.Stages]: the sound, or the checked and converted frames.
func (in *Input) Frames() (stream.Source, error) {
	if in.file.Content == fileio.WAVFile {
		return in.Source, nil
	}
	return in.vocoder.Frames(in.Source, in.options)
}

// Stages returns the stages from Frames to sound.
func (in *Input) Stages(options ...dsp.Option) ([]stream.Stage, error) {
	p, err := in.pipeline(stream.FromSlice(in.Format(), nil), vocode.Options{}, options...)
	return p.Stages, err
}

func (in *Input) pipeline(source stream.Source, o vocode.Options, options ...dsp.Option) (stream.Pipeline, error) {
	if in.file.Content != fileio.WAVFile {
		return in.vocoder.FromFrames(source, o, options...)
	}
	p, err := in.vocoder.FromSound(source, o, options...)
	if _, ok := errors.AsType[*vocode.ChannelsError](err); ok {
		err = fileio.Name(in.Name, err)
	}
	return p, err
}

// Explain adds the name of the file and what to do to an error about the frames. It returns other errors unchanged.
func (in *Input) Explain(err error) error {
	if bad, ok := errors.AsType[*spectral.FrameError](err); ok {
		return fileio.Name(in.Name, fmt.Errorf("%w: frames must be finite: look for a logarithm of 0 or a division by 0 in "+
			"what makes them", bad))
	}
	return TooShort(err, in.Name, in.vocoder)
}

// TooShort returns err with the unit of its lengths if err is a *dsp.TooShortError: samples at the rate of the front
// end if the mel stage rejected the input, frames of mels if a stage after it did. Other errors are returned unchanged.
func TooShort(err error, in string, v *vocode.Vocoder) error {
	short, ok := errors.AsType[*dsp.TooShortError](err)
	if !ok {
		return err
	}
	if stage, ok := errors.AsType[*stream.StageError](err); ok && stage.Name == vocode.MelStage {
		if mel, e := v.FrontEnd(); e == nil {
			return fileio.Name(in, fmt.Errorf("%w frames at %d Hz", short, mel.SampleRate))
		}
	}
	return fileio.Name(in, fmt.Errorf("%w mel frames", short))
}
