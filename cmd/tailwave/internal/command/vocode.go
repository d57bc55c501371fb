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
		Short: "Turn sound, mel frames or latents into sound with a vocoder",
		Long: `vocode runs a vocoder over sound or mel frames, chunk by chunk, with the bits of one call
over everything.

IN is a WAV file, or a .npy file of float16, float32 or float64, [mels, frames] or with
--layout frames-first [frames, mels], for a codec [frames, latents]; "-" is standard
input: either of them, or else bare little-endian float32 values frame by frame, turned
into sound as they arrive. Of a WAV file frames are made as by the command mel; frames
hold what the network's first layer takes. An array in which frames do not lie one after
the other, as with the mels first, is held as a whole if it comes through a pipe (100 MB
for an hour, up to 400 while it is read); a file, also one that standard input is
redirected from, is not.

Mel frames that do not look like what the model takes, by their first two seconds, are
reported, and used as they are: decibels, linear magnitudes, logarithms of another base,
another normalisation, bands from high to low. --mel-in says what frames hold, and
converts them. A NaN or an infinity in a frame is an error, and no OUT is written; a pipe
may have the sound of the frames before.

OUT is a WAV file, a .npy file of float32 [samples] if it is called so, or of several
channels [channels, samples], or "-" for a WAV stream; with --raw it holds bare samples.

PATH is a weights file, .safetensors or a PyTorch checkpoint (.pth), with its config.json
next to it, or their folder. HiFi-GAN, MelGAN and multi-band MelGAN generators are known,
and the decoder of the Lyra speech codec: the folder of its three .tflite files. Where a
checkpoint holds several sets of weights, --weights-key chooses one by a key that
tailwave info lists. Tensors that the network does not use are an error; --allow-unused
opens the model without them.

Without --model, or with --model builtin, the phases are found without a network, from
the magnitudes alone. Every channel of a WAV file is then analysed at its own rate; of
frames there are 80 mels, those of HiFi-GAN at 22050 Hz. The built-in vocoder can also
change the length, the pitch, and the voice.

With --play it is also heard, on a sound device, while it is computed; OUT may be left
out. An interrupt fades out and completes OUT with what there is.`,
		Example: `  tailwave vocode speech.wav out.wav --pitch 4 --stretch 1.25
  tailwave vocode speech.wav out.wav --model hifigan/
  tailwave vocode mel.npy out.wav --model hifigan/
  tailwave vocode decibels.npy out.wav --model hifigan/ --mel-in db
  tailwave vocode mel.npy out.wav --model checkpoint.pth --weights-key ema
  acoustic-model | tailwave vocode - - --model hifigan/ --raw s16 | aplay -f S16_LE -r 22050
  acoustic-model | tailwave vocode - --model hifigan/ --play`,
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
	o.Flags.Add(cmd, vocoder.Builtin, "the vocoder: a weights file or its folder", "")
	f.Float64Var(&o.effects.Pitch, "pitch", 0, "semitones higher, -24 to 24, within a hundredth")
	f.Float64Var(&o.effects.Stretch, "stretch", 1, "times as long, 0.1 to 10, to a thousandth, with the same pitch")
	f.BoolVar(&o.effects.ConstantPhase, "robot", false, "constant phases: a monotone voice")
	f.IntVar(&o.chunk, "chunk", 32, "mel frames, or as much sound, that are vocoded at a time")
	o.threads.AddFlag(cmd, "threads that compute")
	f.Int64Var(&o.rate, "rate", 0, "output sample rate in Hz, 1000 to 768000; if not given, that of the sound or the model")
	f.StringVar(&o.format, "format", "pcm16", "WAV samples: pcm8, pcm16, pcm24 (all with dither), pcm32, f32 or f64")
	f.StringVar(&o.raw, "raw", "", "bare samples instead of a file with a header: s16 (with dither) or f32")
	o.gain.AddFlag(cmd)
	o.output.Add(cmd)
	o.input.Add(cmd)
	f.BoolVarP(&o.quiet, "quiet", "q", false, "no meter and no summary")
	f.BoolVar(&o.play, "play", false, "play while it is computed; OUT may be left out")
	o.device.Add(cmd, "with --play: ")
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

// pass vocodes the input from its beginning to its end. It sets v if that is nil.
func (o *vocodeOptions) pass(ctx context.Context, cmd *cobra.Command, out *soundOutput, v **vocode.Vocoder, inPath string, workers dsp.Option) error {
	reading := o.input.Reading(cmd, out.path != "")
	if out.meter != nil { // the pass that writes the sound reports
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
			out.terminal.Line.Clear(out.terminal.W) // the meter may be there
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
			return cli.Usagef("--%s goes with the built-in vocoder, not with --model", name)
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
