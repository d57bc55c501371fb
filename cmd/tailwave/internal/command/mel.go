package command

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/fileio"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/vocoder"
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/dsp/spectral"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/npy"
	"github.com/tailwave/tailwave/stream/raw"
)

// melOptions are the flags of mel.
type melOptions struct {
	vocoder.ModelFlags
	layout  cli.Layout
	raw     bool
	threads cli.Threads
	input   cli.InputFlags
	output  cli.OutputFlags
	quiet   bool
}

func newMelCommand(a *app) *cobra.Command {
	var o melOptions
	cmd := &cobra.Command{
		Use:   "mel IN OUT [--model PATH]",
		Short: "Turn sound into mel frames for a vocoder",
		Long: `mel turns sound into mel frames of the kind that a vocoder was trained on.

IN is a WAV file. "-" reads standard input. The sound is converted to the
model's sample rate, and its channels are mixed to one.

OUT is a float32 .npy array of shape [mels, frames], or [frames, mels] with
--layout frames-first. With --raw it is raw float32 values, little-endian, frame
by frame. "-" writes standard output.

--model accepts the vocoders that "tailwave vocode" accepts, except Lyra. The
config.json of the model defines the frames. Without --model, the frames are
those of HiFi-GAN: 80 mels at 22050 Hz. With the same --model, "tailwave vocode"
turns the frames into sound again.`,
		Example: `  tailwave mel speech.wav mel.npy
  tailwave mel speech.wav frames.npy --model hifigan/ --layout frames-first
  tailwave mel speech.wav - --raw | tailwave vocode - out.wav`,
		Args: cli.Files("IN", "OUT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.run(cmd.Context(), a, args[0], args[1], cmd)
		},
	}
	f := cmd.Flags()
	o.ModelFlags.Add(cmd, vocoder.Builtin, "`path` of the vocoder: a weights file or its folder")
	f.StringVar((*string)(&o.layout), "layout", "mels-first", "order of the dimensions of a .npy OUT: mels-first or frames-first")
	f.BoolVar(&o.raw, "raw", false, "write raw float32 values instead of a .npy file")
	o.threads.AddFlag(cmd)
	o.input.Add(cmd)
	o.output.Add(cmd)
	f.BoolVarP(&o.quiet, "quiet", "q", false, "no summary")
	return cmd
}

func (o *melOptions) run(ctx context.Context, a *app, inPath, outPath string, cmd *cobra.Command) error {
	if err := o.check(cmd); err != nil {
		return err
	}
	names, bare := fileio.ArrayNames, ""
	if o.raw {
		names, bare = fileio.BareFrameNames, ".f32"
	}
	if err := cli.CheckOut(cmd, outPath, names, bare); err != nil {
		return err
	}
	destination := a.destination(cmd, outPath, o.output)
	if err := destination.Check(); err != nil {
		return err
	}
	v, err := o.Vocoder(cmd, spectral.Effects{})
	if err != nil {
		return err
	}
	mel, err := v.FrontEnd()
	if err != nil {
		return err
	}
	in, err := openInput(inPath, cmd.InOrStdin(), o.input.Reading(cmd, true))
	if err != nil {
		return err
	}
	defer in.Close()
	pool := o.threads.NewPool()
	defer pool.Close()
	p, err := v.ToFrames(in, dsp.WithWorkers(pool))
	if err != nil {
		return err
	}
	sink := fileio.NewSink(destination, func(w io.Writer) stream.Sink {
		if o.raw {
			return raw.NewWriter(w, raw.Options{Encoding: pcm.F32})
		}
		return npy.NewWriter(w, npy.Options{Layout: o.layout.Array(false)})
	})
	counter := &fileio.NaNFrames{Sink: sink}
	p.Sink = counter
	start := time.Now()
	if _, err := p.Run(ctx); err != nil {
		return vocoder.TooShort(err, in.Name, v)
	}
	if !o.quiet {
		frames := sink.Stats().Frames
		seconds := float64(frames) * float64(mel.Hop) / float64(mel.SampleRate)
		cli.Summary(cmd.ErrOrStderr(), inPath, outPath,
			fmt.Sprintf("%s of %d mels", cli.Count(frames, "frame"), mel.Bands),
			cli.Seconds(seconds), cli.Speed(seconds, time.Since(start)))
	}
	cli.NaNFrames(cmd.ErrOrStderr(), inPath, outPath, counter.Frames, sink.Stats().Frames)
	return in.Partial()
}

// check reports flags that are out of range, or do not go together.
func (o *melOptions) check(cmd *cobra.Command) error {
	if err := o.threads.Check(); err != nil {
		return err
	}
	if err := o.layout.Check(); err != nil {
		return err
	}
	if o.raw && cmd.Flags().Changed("layout") {
		return cli.Usagef("--layout goes with an array, not with --raw, which writes frame by frame: leave out one of them")
	}
	return nil
}
