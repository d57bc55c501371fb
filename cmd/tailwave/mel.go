package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/dsp/spectral"
	"github.com/tailwave/tailwave/models"
	"github.com/tailwave/tailwave/stream"
)

// melOptions are the flags of mel.
type melOptions struct {
	model   string
	layout  string
	raw     bool
	threads int
	force   bool
	quiet   bool
}

func newMelCommand(a *app) *cobra.Command {
	var o melOptions
	cmd := &cobra.Command{
		Use:   "mel IN OUT [--model PATH]",
		Short: "Turn sound into the mel frames of a vocoder",
		Long: `mel makes the frames that a model was trained on of a WAV file: what it writes is what
vocode takes with the same --model. The sound is converted to the model's sample rate, and
channels are mixed to one.

IN is a WAV file, "-" standard input. OUT is a .npy file of float32, [mels, frames] or with
--layout frames-first [frames, mels]; with --raw it holds bare little-endian values, frame
by frame, as they come. "-" is standard output.

PATH is a model as for vocode, whose config.json says how frames are made. Without --model,
or with --model builtin, frames are those of HiFi-GAN: 80 mels at 22050 Hz.`,
		Example: `  tailwave mel speech.wav mel.npy --model hifigan/
  tailwave mel - - --raw < speech.wav | tailwave vocode - out.wav`,
		Args: files("IN", "OUT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.run(cmd.Context(), a, args[0], args[1], cmd)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.model, "model", builtinModel, "the vocoder that is to take the frames: a weights file or its folder")
	f.StringVar(&o.layout, "layout", "mels-first", "of the array: mels-first or frames-first")
	f.BoolVar(&o.raw, "raw", false, "bare float32 values instead of a .npy file")
	f.IntVar(&o.threads, "threads", 0, "threads that compute; 0 means one per processor")
	f.BoolVar(&o.force, "force", false, "overwrite an existing OUT")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "no summary")
	return cmd
}

func (o *melOptions) run(ctx context.Context, a *app, inPath, outPath string, cmd *cobra.Command) error {
	if o.threads < 0 || o.threads > maxThreads {
		return usagef("--threads %d: must be from 0 to %d", o.threads, maxThreads)
	}
	arrays, err := parseLayout(o.layout)
	if err != nil {
		return usagef("--layout %q: %w", o.layout, err)
	}
	if o.raw && cmd.Flags().Changed("layout") {
		return usagef("--layout goes with an array, not with --raw: bare values come frame by frame")
	}
	mel, err := o.frontEnd()
	if err != nil {
		return err
	}
	in, err := openWAV(inPath, cmd.InOrStdin())
	if err != nil {
		return err
	}
	defer in.Close()
	if rate := in.Info().Rate; rate < minRate || rate > maxRate {
		return &fileError{in.name, fmt.Errorf("sample rate %d Hz: must be from %d to %d", rate, minRate, maxRate)}
	}
	pool := newPool(o.threads)
	defer pool.Close()
	stages, err := analysisStages(in, mel, dsp.WithWorkers(pool))
	if err != nil {
		return err
	}
	sink := &fileSink{path: outPath, stdout: cmd.OutOrStdout(), force: o.force, all: &a.outputs, writer: func(w io.Writer) (sampleWriter, error) {
		raw := rawWriter{w: w, format: pcm.F32}
		if o.raw {
			return &raw, nil
		}
		return &npyWriter{rawWriter: raw, frames: true, channelsLast: !arrays.melsFirst(false)}, nil
	}}
	if err := sink.create(); err != nil {
		return err
	}
	defer sink.discard()
	start := time.Now()
	_, err = stream.Pipeline{Source: in, Stages: stages, Sink: sink}.Run(ctx)
	if err != nil {
		return tooShort(err, in.name, mel.SampleRate)
	}
	if !o.quiet && sink.complete {
		frames := sink.w.Stats().Frames
		seconds := float64(frames) * float64(mel.Hop) / float64(mel.SampleRate)
		fmt.Fprintf(cmd.ErrOrStderr(), "%s -> %s: %s of %d mels, %.3f s, %s x real time\n",
			printable(inPath), printable(outPath),
			count(frames, "frame"), mel.Bands, seconds, speed(seconds/max(time.Since(start).Seconds(), 1e-6)))
	}
	return nil
}

// frontEnd returns how frames are made for the model.
func (o *melOptions) frontEnd() (spectral.Mel, error) {
	switch o.model {
	case "":
		return spectral.Mel{}, usagef("--model is empty: name a weights file, its folder, or builtin")
	case builtinModel:
		return builtinFrames, nil
	}
	model, err := models.Open(o.model)
	if err != nil {
		return spectral.Mel{}, err
	}
	return model.FrontEnd()
}
