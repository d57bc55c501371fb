package command

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/fileio"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/playback"
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/dsp/resample"
	"github.com/tailwave/tailwave/stream"
)

// playOptions are the flags of play.
type playOptions struct {
	playback.Flags
	input  cli.InputFlags
	rate   int64
	format string
	quiet  bool
}

func newPlayCommand(a *app) *cobra.Command {
	var o playOptions
	cmd := &cobra.Command{
		Use:   "play IN",
		Short: "Play a WAV file",
		Long: `play plays a WAV file on a sound device.

IN is a WAV file. "-" reads standard input. The sample rate of IN is converted
if --rate sets another one, or if the device does not support it.

On a terminal, a meter shows the level of each channel, from -60 to 0 dBFS, and
how much sound the buffer holds. The summary at the end reports
  - underruns: gaps where the device ran out of sound, and when they occurred
  - block times: how long each block of sound took to compute, as a percentage
    of its duration

Notes:
On an interrupt (Ctrl-C), the sound fades out. On Ctrl-Z, the program is
suspended once the buffer has been heard, and continues there after fg. On
Linux, the thread that writes to the device asks for a higher priority.`,
		Example: `  tailwave play in.wav
  tailwave play in.wav --rate 48000 --latency 50
  ffmpeg -i in.flac -f wav - | tailwave play -`,
		Args: cli.Files("IN"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.run(cmd.Context(), a, args[0], cmd)
		},
	}
	f := cmd.Flags()
	f.Int64VarP(&o.rate, "rate", "r", 0, "sample rate of the device in `Hz`, 1000 to 768000 (default: that of IN if supported)")
	f.StringVarP(&o.format, "format", "f", "f32", "samples for the device: f32, or s16 (with dither if the rate changes or bits are lost)")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "no meter and no summary")
	o.input.Add(cmd)
	o.Flags.Add(cmd, "")
	return cmd
}

func (o *playOptions) run(ctx context.Context, a *app, inPath string, cmd *cobra.Command) error {
	start := time.Now()
	if err := cli.CheckRate(cmd, o.rate); err != nil {
		return err
	}
	samples, ok := cli.DeviceSamples[o.format]
	if !ok {
		return cli.Usagef("--format %q: must be s16 or f32", o.format)
	}
	p, err := a.play(ctx, &o.Flags, start)
	if err != nil {
		return err
	}
	defer p.Close()
	in, err := fileio.OpenWAV(inPath, p.Stdin(cmd.InOrStdin()), o.input.Reading(cmd, false))
	if err != nil {
		return err
	}
	defer in.Close()
	info := in.Info()
	wanted := info.Rate
	if o.rate > 0 {
		wanted = o.rate
	}
	if err := p.Choose(int(wanted), info.Channels, samples, o.rate > 0); err != nil {
		return err
	}
	pool := cli.Threads(0).NewPool()
	defer pool.Close()
	var stages []stream.Stage
	if int64(p.Rate()) != info.Rate {
		if err := cli.CheckSoundRate(in.Format()); err != nil {
			return fileio.Name(in.Name, err)
		}
		r, err := resample.New(int(info.Rate), p.Rate(), info.Channels, resample.Filter{}, dsp.WithWorkers(pool))
		if err != nil {
			return err
		}
		stages = []stream.Stage{{Name: "resample", Processor: r}}
	}
	if err := p.Measure(stages, in.Format().Rate); err != nil {
		return err
	}
	dither := samples == pcm.S16 && (len(stages) > 0 || cli.Narrows(info.Encoding, samples))
	_, err = p.Run(ctx, stream.Pipeline{
		Source: in, Stages: stages, Sink: p.NewSink(dither), BlockFrames: int(max(1, info.Rate/100)),
	}, a.terminal(cmd, o.quiet))
	if !o.quiet {
		p.Summary(cmd.ErrOrStderr(), inPath)
	}
	p.Loss(cmd.ErrOrStderr(), inPath, err, func(cli.Encoding, float32) string {
		return "play with --format f32, or a file with a lower level: see tailwave upsample --gain"
	})
	if err == nil {
		err = in.Partial()
	}
	return err
}
