package command

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/fileio"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/vocoder"
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/spectral"
	"github.com/tailwave/tailwave/models/vocode"
)

// vocodeOptions are the flags of vocode.
type vocodeOptions struct {
	soundFlags
	vocoder.Flags
	chunk   int
	threads cli.Threads
	effects spectral.Effects
	input   cli.InputFlags
}

// maxFrames bounds --chunk.
const maxFrames = 1 << 12

func newVocodeCommand(a *app) *cobra.Command {
	var o vocodeOptions
	cmd := &cobra.Command{
		Use:   "vocode IN [OUT] [--model PATH]",
		Short: "Make sound from mel frames, or resynthesise sound",
		Long: `vocode makes sound from mel frames or the latents of a codec, or resynthesises a
WAV file.

IN is one of these; "-" reads it from standard input:
  - a WAV file, except with Lyra; the built-in vocoder keeps the file's sample
    rate and channels, and a model gets the mono frames that "tailwave mel"
    computes
  - a .npy array of float16, float32 or float64 values, of shape [mels, frames],
    or [frames, latents] for a codec; --layout names another order
  - raw float32 values, little-endian, frame by frame; only on standard input,
    and recognised because a WAV or .npy header is missing

OUT is a WAV file, or, if it is named .npy, a float32 array of shape [samples]
or [channels, samples]. With --raw it is raw samples, little-endian. "-" writes
standard output. With --play, OUT may be omitted.

--model is a HiFi-GAN, MelGAN or multi-band MelGAN generator: a weights file
(.safetensors or a PyTorch checkpoint) with its config.json next to it, or the
folder of both. For the decoder of the Lyra codec, --model is the folder of the
three .tflite files, and IN is an array of latents, the input of that decoder;
for .lyra files, use "tailwave codec decode".

Without --model, vocode uses its built-in vocoder, which needs no weights: it
estimates phases that fit the magnitudes. Only this vocoder can change the pitch
and the length. As mel frames it expects those of HiFi-GAN: 80 mels at 22050 Hz.

If mel frames do not seem to be on the scale of the model, a warning names both
scales. State the scale of IN with --mel-in, and the frames are converted.

Notes:
A NaN or an infinity in a frame is an error, and an OUT file is not written. If
OUT is a pipe, it may already have the sound of earlier frames.

A mels-first array from a pipe is read completely before the first sound. An
hour of sound needs up to 400 MB while it is read, and 100 MB afterwards.

On an interrupt (Ctrl-C) during --play, the sound fades out, and OUT is finished
with the sound computed so far. If the device fails, OUT still has all the
sound. The exit status is 1 in both cases.

--gain auto never raises the level. It also lowers an f32 or f64 OUT whose peaks
exceed full scale, although these formats do not clip.`,
		Example: `  tailwave vocode speech.wav higher.wav --pitch 4 --stretch 1.25
  tailwave vocode speech.wav hifigan.wav --model hifigan/
  tailwave vocode decibels.npy out.wav --model hifigan/ --mel-in db
  tailwave mel speech.wav - --raw | tailwave vocode - piped.wav
  tailwave vocode speech.wav --model hifigan/ --play`,
		Args: func(cmd *cobra.Command, args []string) error {
			if o.play && len(args) == 1 {
				return cli.Files("IN")(cmd, args)
			}
			return cli.Files("IN", "OUT")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.run(cmd.Context(), a, args[0], strings.Join(args[1:], ""), cmd)
		},
	}
	f := cmd.Flags()
	o.Flags.Add(cmd, vocoder.Builtin, "`path` of the vocoder: a weights file or its folder")
	f.Float64Var(&o.effects.Pitch, "pitch", 0, "raise the pitch by N semitones, -24 to 24, accurate to 0.01 semitones (default 0)")
	f.Float64Var(&o.effects.Stretch, "stretch", 1, "make the sound N times as long, 0.1 to 10, with N accurate to 0.001")
	f.BoolVar(&o.effects.ConstantPhase, "robot", false, "use constant phases: a monotone voice")
	f.IntVar(&o.chunk, "chunk", 32, "mel frames per chunk; for a WAV file, the sound of that many frames")
	o.threads.AddFlag(cmd)
	f.Int64VarP(&o.rate, "rate", "r", 0, "output sample rate in `Hz`, 1000 to 768000 (default: that of the model; without --model, that of a WAV file, else 22050)")
	f.StringVarP(&o.format, "format", "f", "pcm16", "samples of OUT if it is a WAV file: pcm8, pcm16 or pcm24, each with dither, or pcm32, f32 or f64")
	f.StringVar(&o.raw, "raw", "", "write raw samples, without a header: s16 (with dither) or f32")
	o.gain.AddFlag(cmd, "so IN cannot be a pipe, and --play is not possible")
	o.output.Add(cmd)
	o.input.Add(cmd)
	f.BoolVarP(&o.quiet, "quiet", "q", false, "no meter and no summary")
	f.BoolVar(&o.play, "play", false, "play the sound while it is computed; OUT may be omitted")
	o.device.Add(cmd, "with --play, ")
	return cmd
}

func (o *vocodeOptions) run(ctx context.Context, a *app, inPath, outPath string, cmd *cobra.Command) error {
	if err := o.check(cmd); err != nil {
		return err
	}
	out, err := o.open(ctx, a, cmd, outPath)
	if err != nil {
		return err
	}
	defer out.close()
	pool := o.threads.NewPool()
	defer pool.Close()
	var v *vocode.Vocoder
	return out.passes(inPath, cmd.InOrStdin(), func() error { return o.pass(ctx, cmd, out, &v, inPath, dsp.WithWorkers(pool)) })
}

// pass vocodes the whole input. It sets v if that is nil.
func (o *vocodeOptions) pass(ctx context.Context, cmd *cobra.Command, out *soundOutput, v **vocode.Vocoder, inPath string, workers dsp.Option) error {
	reading := o.input.Reading(cmd, out.path != "")
	if out.meter != nil { // the second pass reports
		reading.Report = nil
	}
	file, err := fileio.OpenSound(inPath, out.player.Stdin(cmd.InOrStdin()), reading)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := o.input.CheckWhole(file); err != nil {
		return err
	}
	if *v == nil {
		if *v, err = o.Vocoder(cmd, o.effects); err != nil {
			return err
		}
	}
	var warn func(string)
	if report := reading.Report; report != nil {
		warn = func(message string) {
			out.terminal.Line.Clear(out.terminal.W) // the meter may be on this line
			report(message)
		}
	}
	in, err := o.Input(file, *v, warn)
	if err != nil {
		return err
	}
	p, err := in.Pipeline(vocode.Options{Rate: int(o.rate), Frames: o.chunk}, workers)
	if err != nil {
		return err
	}
	if err = out.run(ctx, p, inPath, workers); err == nil && out.meter == nil {
		err = in.Partial()
	}
	return in.Explain(err)
}

// check reports flags out of range.
func (o *vocodeOptions) check(cmd *cobra.Command) error {
	for _, name := range []string{"pitch", "stretch", "robot"} {
		if cmd.Flags().Changed(name) && o.Model != vocoder.Builtin && o.Model != "" {
			return cli.Usagef("--%s goes with the built-in vocoder, not with --model: leave out one of them", name)
		}
	}
	if !(o.effects.Pitch >= -24 && o.effects.Pitch <= 24) {
		return cli.Usagef("--pitch %g: must be from -24 to 24 semitones", o.effects.Pitch)
	}
	if !(o.effects.Stretch >= 0.1 && o.effects.Stretch <= 10) {
		return cli.Usagef("--stretch %g: must be from 0.1 to 10", o.effects.Stretch)
	}
	if err := cli.CheckRange("chunk", o.chunk, 1, maxFrames); err != nil {
		return err
	}
	if err := o.threads.Check(); err != nil {
		return err
	}
	if err := o.gain.Check(o.play); err != nil {
		return err
	}
	if err := cli.CheckRate(cmd, o.rate); err != nil {
		return err
	}
	return o.Flags.Check(cmd)
}
