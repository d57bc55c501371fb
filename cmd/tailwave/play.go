package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/dsp/resample"
	"github.com/tailwave/tailwave/stream"
)

// playOptions are the flags of play.
type playOptions struct {
	playFlags
	rate   int64
	format string
	quiet  bool
}

func newPlayCommand(a *app) *cobra.Command {
	var o playOptions
	cmd := &cobra.Command{
		Use:   "play IN",
		Short: "Play a WAV file",
		Long: `play plays a WAV file, or "-" for standard input, on a sound device. It is converted to
another sample rate, as upsample would, if --rate asks for one or if the device does not
take its own.

A terminal shows levels from -60 dBFS up and the sound that waits to be heard. At the end,
one line says how it went: an underrun is a gap because the device ran empty, told with its
place in the sound; the block time is the time that computing a block took, as a share of
how long the block lasts.

An interrupt (Ctrl-C) fades out. On Linux the thread that writes to the device goes before
others, as far as the system allows that.`,
		Example: `  tailwave play in.wav
  ffmpeg -i in.flac -f wav - | tailwave play - --device usb --latency 50`,
		Args: files("IN"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.run(cmd.Context(), a, args[0], cmd)
		},
	}
	f := cmd.Flags()
	f.Int64Var(&o.rate, "rate", 0, "sample rate to play at in Hz, 1000 to 768000; if not given, that of IN, or else of the device")
	f.StringVar(&o.format, "format", "f32", "samples for the device: f32, or s16 (with dither, if the rate changes or bits are lost)")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "no meter and no summary")
	o.playFlags.add(cmd, "")
	return cmd
}

func (o *playOptions) run(ctx context.Context, a *app, inPath string, cmd *cobra.Command) error {
	start := time.Now()
	if cmd.Flags().Changed("rate") && (o.rate < minRate || o.rate > maxRate) {
		return usagef("--rate %d: must be from %d to %d", o.rate, minRate, maxRate)
	}
	samples := pcm.F32
	switch o.format {
	case "f32":
	case "s16":
		samples = pcm.S16
	default:
		return usagef("--format %q: must be s16 or f32", o.format)
	}
	p, err := o.open(a, start)
	if err != nil {
		return err
	}
	defer p.close()
	running, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	in, err := openWAV(inPath, p.stdin(running, cmd.InOrStdin()))
	if err != nil {
		return err
	}
	defer in.Close()
	info := in.Info()
	wanted := info.Rate
	if o.rate > 0 {
		wanted = o.rate
	}
	if err := p.choose(int(wanted), info.Channels, samples, o.rate > 0); err != nil {
		return err
	}
	convert := conversion{rate: int64(p.format.Rate), quality: resample.Best.String()}
	if info.Rate != convert.rate {
		if _, err := convert.outRate(info.Rate); err != nil {
			return err
		}
	}
	pool := newPool(0)
	defer pool.Close()
	stages, err := convert.stages(int(info.Rate), info.Channels, dsp.WithWorkers(pool))
	if err != nil {
		return err
	}
	if err := p.measure(stages, in.Format().Rate); err != nil {
		return err
	}
	dither := samples == pcm.S16 && (len(stages) > 0 || resolution(samples) < resolution(info.Encoding))
	sink := failFastSink{p.newSink(ctx, dither), fail}
	p.describe(cmd.ErrOrStderr())
	m := startMeter(cmd.ErrOrStderr(), o.quiet, p, &a.bar)
	_, err = stream.Pipeline{Source: in, Stages: stages, Sink: sink, BlockFrames: int(max(1, info.Rate/100))}.Run(running)
	m.end()
	if !o.quiet {
		p.summary(cmd.ErrOrStderr(), inPath)
	}
	return err
}
