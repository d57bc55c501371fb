package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/resample"
	"github.com/tailwave/tailwave/models/lyra"
	"github.com/tailwave/tailwave/stream"
)

// decodeOptions are the flags of codec decode.
type decodeOptions struct {
	codecOptions
	output vocodeOptions // rate, format, raw and play of it
}

func newDecodeCommand(a *app) *cobra.Command {
	var o decodeOptions
	cmd := &cobra.Command{
		Use:   "decode IN... [OUT] --model FOLDER",
		Short: "Decode files of speech",
		Long: `decode turns .lyra files into WAV files, or .npy files if they are called so, each as
long as what was encoded. "-" is standard input or output. If OUT is a folder, any number
of files become WAV files in it, side by side.

Where a second is damaged, OUT has silence; where IN breaks off, OUT ends. The exit
status is then 1.

With --play one file is also heard, on a sound device, while it is decoded; OUT may be
left out.`,
		Example: `  tailwave codec decode speech.lyra speech.wav --model lyra/
  tailwave codec decode - - --model lyra/ --rate 48000 < speech.lyra | sox -t wav - speech.flac
  tailwave codec decode speech.lyra --model lyra/ --play`,
		Args: func(cmd *cobra.Command, args []string) error {
			if o.output.play && len(args) == 1 {
				return files("IN")(cmd, args)
			}
			return inputsAndOutput(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.check(); err != nil {
				return err
			}
			if cmd.Flags().Changed("rate") && (o.output.rate < minRate || o.output.rate > maxRate) {
				return usagef("--rate %d: must be from %d to %d", o.output.rate, minRate, maxRate)
			}
			extension := ".wav"
			if o.output.raw != "" {
				extension = "." + o.output.raw
			}
			if !o.output.play {
				if _, err := o.output.openPlayback(a, cmd, time.Now()); err != nil { // flags that go with --play
					return err
				}
			} else if len(args) == 1 {
				args = append(args, "")
			}
			jobs, err := codecJobs(args, extension)
			if err != nil {
				return err
			}
			if o.output.play && len(jobs) > 1 {
				return usagef("--play: %d files, must be one", len(jobs))
			}
			for _, j := range jobs {
				if _, err := o.output.writer(j.out, cmd.Flags().Changed("format")); err != nil {
					return err
				}
			}
			return o.run(cmd.Context(), cmd, jobs, func(ctx context.Context, c *lyra.Codec, j codecJob, w dsp.Workers) error {
				return o.decode(ctx, a, cmd, c, j, w)
			})
		},
	}
	o.addFlags(cmd)
	f := cmd.Flags()
	f.Int64Var(&o.output.rate, "rate", lyra.SampleRate, "output sample rate in Hz, 1000 to 768000")
	f.StringVar(&o.output.format, "format", "pcm16", "WAV samples: pcm8, pcm16, pcm24 (all with dither), pcm32, f32 or f64")
	f.BoolVar(&o.output.play, "play", false, "play one file while it is decoded; OUT may be left out")
	o.output.playFlags.add(cmd, "with --play: ")
	f.StringVar(&o.output.raw, "raw", "", "bare samples instead of a file with a header: s16 (with dither) or f32")
	return cmd
}

// decode decodes one file.
func (o *decodeOptions) decode(ctx context.Context, a *app, cmd *cobra.Command, codec *lyra.Codec, job codecJob, workers dsp.Workers) error {
	start := time.Now()
	player, err := o.output.openPlayback(a, cmd, start)
	if err != nil {
		return err
	}
	defer player.close()
	running, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	in, closer, err := openCodes(job.in, player.stdin(running, cmd.InOrStdin()), codec)
	if err != nil {
		return err
	}
	defer closer.Close()
	decoder, err := codec.NewDecoder(dsp.WithWorkers(workers))
	if err != nil {
		return err
	}
	stages := []stream.Stage{{Name: "decode", Processor: decoder}}
	rate := int(o.output.rate)
	if rate != lyra.SampleRate {
		r, err := resample.New(lyra.SampleRate, rate, 1, resample.Filter{}, dsp.WithWorkers(workers))
		if err != nil {
			return err
		}
		stages = append(stages, stream.Stage{Name: "resample", Processor: r})
	}
	writer, err := o.output.writer(job.out, cmd.Flags().Changed("format"))
	if err != nil {
		return err
	}
	file := &fileSink{path: job.out, stdout: cmd.OutOrStdout(), force: o.force, all: &a.outputs, writer: writer}
	if file.path != "" {
		if err := file.create(); err != nil {
			return err
		}
		defer file.discard()
	}
	var sink stream.Sink = file
	if player != nil {
		v := &vocodePipeline{source: in, channels: 1}
		if sink, err = o.output.playAlong(ctx, fail, player, file, v, stages, rate, workers); err != nil {
			return err
		}
		player.describe(cmd.ErrOrStderr())
	}
	sink = &trimSink{Sink: sink, source: in, rate: rate}
	block := blockFrames(o.chunk, lyra.Hop*max(o.output.rate, lyra.SampleRate)/lyra.SampleRate)
	meter := startMeter(cmd.ErrOrStderr(), o.quiet, player, &a.bar)
	_, err = stream.Pipeline{Source: in, Stages: stages, Sink: sink, BlockFrames: block}.Run(running)
	meter.end()
	if !o.quiet {
		player.summary(cmd.ErrOrStderr(), job.in)
	}
	if err != nil {
		return err
	}
	if !o.quiet && file.complete {
		s := file.w.Stats()
		seconds := float64(s.Frames) / float64(rate)
		o.tell(cmd, "%s -> %s: %s, %.3f s, %s x real time, peak %s, %d clipped", printable(job.in), printable(job.out),
			count(s.Frames, "sample"), seconds, speed(seconds/max(time.Since(start).Seconds(), 1e-6)), decibels(s.Peak), s.Clipped)
	}
	return in.wrong()
}
