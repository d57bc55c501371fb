package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/dsp/resample"
	"github.com/tailwave/tailwave/dsp/spectral"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/wav"
)

// vocodeOptions are the flags of vocode.
type vocodeOptions struct {
	model   string
	layout  string
	chunk   int
	threads int
	rate    int64
	format  string
	raw     string
	force   bool
	quiet   bool
	effects spectral.Effects

	keepPartial bool

	play bool
	playFlags
}

// maxFrames bounds --chunk, and maxBlock the values of all channels that a chunk has or becomes.
const (
	maxFrames = 1 << 12
	maxBlock  = 1 << 22
)

func newVocodeCommand(a *app) *cobra.Command {
	var o vocodeOptions
	cmd := &cobra.Command{
		Use:   "vocode IN [OUT] [--model PATH]",
		Short: "Turn sound, mel frames or latents into sound with a vocoder",
		Long: `vocode runs a vocoder over sound or mel frames, chunk by chunk, with the bits of one call
over everything.

IN is a WAV file, or a .npy file of float32 or float64, [mels, frames] or with --layout
frames-first [frames, mels], for a codec [frames, latents]; "-" is standard input: either
of them, or else bare little-endian float32 values frame by frame, turned into sound as
they arrive. Of a WAV file frames are made as by the command mel; frames hold what the
network's first layer takes. An array in which frames do not lie one after the other, as
with the mels first, is held as a whole if it comes through a pipe (100 MB for an hour,
up to 400 while it is read); a file, also one that standard input is redirected from, is
not.
OUT is a WAV file, a .npy file of float32 [samples] if it is called so, or of several
channels [channels, samples], or "-" for a WAV stream; with --raw it holds bare samples.

PATH is a weights file, .safetensors or a PyTorch checkpoint (.pth), with its config.json
beside it, or their folder.
HiFi-GAN, MelGAN and multi-band MelGAN generators are known, and the decoder of the Lyra
speech codec: the folder of its three .tflite files.

Without --model, or with --model builtin, the phases are found without a network, from
the magnitudes alone. Every channel of a WAV file is then analysed at its own rate; of
frames there are 80 mels, those of HiFi-GAN at 22050 Hz. The built-in vocoder can also
change the length, the pitch, and the voice.

With --play it is also heard, on a sound device, while it is computed; OUT may be left
out. An interrupt fades out and completes OUT with what there is.`,
		Example: `  tailwave vocode speech.wav out.wav --pitch 4 --stretch 1.25
  tailwave vocode speech.wav out.wav --model hifigan/
  tailwave vocode mel.npy out.wav --model hifigan/
  acoustic-model | tailwave vocode - - --model hifigan/ --raw s16 | aplay -f S16_LE -r 22050
  acoustic-model | tailwave vocode - --model hifigan/ --play`,
		Args: func(cmd *cobra.Command, args []string) error {
			if o.play && len(args) == 1 {
				return files("IN")(cmd, args)
			}
			return files("IN", "OUT")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.run(cmd.Context(), a, args[0], strings.Join(args[1:], ""), cmd)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.model, "model", builtinModel, "the vocoder: a weights file or its folder")
	f.Float64Var(&o.effects.Pitch, "pitch", 0, "semitones higher, -24 to 24, within a hundredth")
	f.Float64Var(&o.effects.Stretch, "stretch", 1, "times as long, 0.1 to 10, to a thousandth, with the same pitch")
	f.BoolVar(&o.effects.ConstantPhase, "robot", false, "constant phases: a monotone voice")
	f.StringVar(&o.layout, "layout", "", "of an array: mels-first or frames-first; if not given, frames-first for the latents of a codec, else mels-first")
	f.IntVar(&o.chunk, "chunk", 32, "mel frames, or as much sound, that are vocoded at a time")
	f.IntVar(&o.threads, "threads", 0, "threads that compute; 0 means one per processor")
	f.Int64Var(&o.rate, "rate", 0, "output sample rate in Hz, 1000 to 768000; if not given, that of the sound or the model")
	f.StringVar(&o.format, "format", "pcm16", "WAV samples: pcm8, pcm16, pcm24 (all with dither), pcm32, f32 or f64")
	f.StringVar(&o.raw, "raw", "", "bare samples instead of a file with a header: s16 (with dither) or f32")
	f.BoolVar(&o.force, "force", false, "overwrite an existing OUT")
	f.BoolVar(&o.keepPartial, "keep-partial", false, "if IN is a truncated WAV file, or bare frames that end inside one, keep the sound of what is there (still exit status 1)")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "no meter and no summary")
	f.BoolVar(&o.play, "play", false, "play while it is computed; OUT may be left out")
	o.playFlags.add(cmd, "with --play: ")
	return cmd
}

func (o *vocodeOptions) run(ctx context.Context, a *app, inPath, outPath string, cmd *cobra.Command) error {
	arrays, err := o.check(cmd)
	if err != nil {
		return err
	}
	writer, err := o.writer(outPath, cmd.Flags().Changed("format"))
	if err != nil {
		return err
	}
	start := time.Now()
	player, err := o.openPlayback(a, cmd, start)
	if err != nil {
		return err
	}
	defer player.close()
	running, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	pool := newPool(o.threads)
	defer pool.Close()
	in, err := openSound(inPath, player.stdin(running, cmd.InOrStdin()))
	if err != nil {
		return err
	}
	defer in.Close()
	in.keepPartial, in.hint = o.keepPartial, partialHint
	v, err := o.pipeline(in, arrays, cmd)
	if err != nil {
		return err
	}
	stages, outRate, err := o.stages(v, dsp.WithWorkers(pool))
	if err != nil {
		return err
	}
	file := &fileSink{path: outPath, stdout: cmd.OutOrStdout(), force: o.force, all: &a.outputs, writer: writer}
	if file.path != "" {
		if err := file.create(); err != nil {
			return err
		}
		defer file.discard()
	}
	var sink stream.Sink = file
	if player != nil {
		if sink, err = o.playAlong(ctx, fail, player, file, v, stages, outRate, pool); err != nil {
			return err
		}
		player.describe(cmd.ErrOrStderr())
	}
	block := v.perFrame * blockFrames(o.chunk, v.values(o.rate))
	meter := startMeter(cmd.ErrOrStderr(), o.quiet, player, &a.bar)
	_, err = stream.Pipeline{Source: v.source, Stages: stages, Sink: sink, BlockFrames: block}.Run(running)
	meter.end()
	if short := tooShort(err, in.name, v.rate); short != err {
		return short
	}
	if !o.quiet {
		o.summary(cmd.ErrOrStderr(), inPath, file, outRate, time.Since(start))
		player.summary(cmd.ErrOrStderr(), inPath)
	}
	if err == nil && in.partial != nil {
		err = in.partial()
	}
	return err
}

// summary tells what the file holds, if there is one.
func (o *vocodeOptions) summary(w io.Writer, inPath string, file *fileSink, rate int, elapsed time.Duration) {
	if !file.complete {
		return
	}
	s := file.w.Stats()
	seconds := float64(s.Frames) / float64(rate)
	fmt.Fprintf(w, "%s -> %s: %s, %.3f s, %s x real time, peak %s, %d clipped", printable(inPath), printable(file.path),
		count(s.Frames, "sample"), seconds, speed(seconds/max(elapsed.Seconds(), 1e-6)), decibels(s.Peak), s.Clipped)
	if s.NaNs > 0 {
		fmt.Fprintf(w, ", %d NaN", s.NaNs)
	}
	fmt.Fprintln(w)
}

// blockFrames returns how many frames, of the given number of values each, are read at a time: chunk, or fewer if these
// would be more than maxBlock values.
func blockFrames(chunk int, values int64) int {
	return int(max(1, min(int64(chunk), maxBlock/values)))
}

// check reports flags out of range, and returns how arrays are laid out.
func (o *vocodeOptions) check(cmd *cobra.Command) (arrays layout, err error) {
	if o.model == "" {
		return "", usagef("--model is empty: name a weights file, its folder, or builtin")
	}
	for _, name := range []string{"pitch", "stretch", "robot"} {
		if cmd.Flags().Changed(name) && o.model != builtinModel {
			return "", usagef("--%s goes with the built-in vocoder, not with --model", name)
		}
	}
	if !(o.effects.Pitch >= -24 && o.effects.Pitch <= 24) {
		return "", usagef("--pitch %g: must be from -24 to 24 semitones", o.effects.Pitch)
	}
	if !(o.effects.Stretch >= 0.1 && o.effects.Stretch <= 10) {
		return "", usagef("--stretch %g: must be from 0.1 to 10", o.effects.Stretch)
	}
	if o.chunk < 1 || o.chunk > maxFrames {
		return "", usagef("--chunk %d: must be from 1 to %d", o.chunk, maxFrames)
	}
	if o.threads < 0 || o.threads > maxThreads {
		return "", usagef("--threads %d: must be from 0 to %d", o.threads, maxThreads)
	}
	if cmd.Flags().Changed("rate") && (o.rate < minRate || o.rate > maxRate) {
		return "", usagef("--rate %d: must be from %d to %d", o.rate, minRate, maxRate)
	}
	if arrays, err = parseLayout(o.layout); err != nil {
		return "", usagef("--layout %q: %w", o.layout, err)
	}
	return arrays, nil
}

// pipeline returns the pipeline from the input to the sound of the model.
func (o *vocodeOptions) pipeline(
	in *soundInput, arrays layout, cmd *cobra.Command,
) (*vocodePipeline, error) {
	if err := in.checkLayout(cmd); err != nil {
		return nil, err
	}
	if in.content == npyArray && o.keepPartial {
		return nil, usagef("--keep-partial goes with WAV files and bare frames; %s is an array, which must be whole", in.name)
	}
	return newVocodePipeline(in, o.model, o.effects, arrays)
}

// stages returns the stages of the pipeline, with a resampler if another rate is asked for, and the rate that they lead
// to.
func (o *vocodeOptions) stages(v *vocodePipeline, options ...dsp.Option) ([]stream.Stage, int, error) {
	stages, err := v.stages(options...)
	if err != nil || o.rate == 0 || o.rate == int64(v.rate) {
		return stages, v.rate, err
	}
	r, err := resample.New(v.rate, int(o.rate), v.channels, resample.Filter{}, options...)
	return append(stages, stream.Stage{Name: "resample", Processor: r}), int(o.rate), err
}

// writer returns what writes the samples.
func (o *vocodeOptions) writer(path string, formatGiven bool) (func(io.Writer) (sampleWriter, error), error) {
	encoding, err := pcm.Parse(o.format)
	if err != nil {
		return nil, usagef("--format %q: must be pcm8, pcm16, pcm24, pcm32, f32 or f64", o.format)
	}
	npyFile := strings.EqualFold(filepath.Ext(path), ".npy")
	switch {
	case (o.raw != "" || npyFile) && formatGiven:
		return nil, usagef("--format goes with WAV output")
	case o.raw != "" && npyFile:
		return nil, usagef("--raw: OUT is a .npy file; name it otherwise")
	case o.raw == "s16":
		return func(w io.Writer) (sampleWriter, error) { return &rawWriter{w: w, format: pcm.S16, dither: true}, nil }, nil
	case o.raw == "f32":
		return func(w io.Writer) (sampleWriter, error) { return &rawWriter{w: w, format: pcm.F32}, nil }, nil
	case o.raw != "":
		return nil, usagef("--raw %q: must be s16 or f32", o.raw)
	case npyFile:
		return func(w io.Writer) (sampleWriter, error) {
			return &npyWriter{rawWriter: rawWriter{w: w, format: pcm.F32}}, nil
		}, nil
	}
	options := wav.Options{Encoding: encoding, Dither: !encoding.Float() && encoding != pcm.S32}
	return func(w io.Writer) (sampleWriter, error) { return wav.NewWriter(w, options), nil }, nil
}
