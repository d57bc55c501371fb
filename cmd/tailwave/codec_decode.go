package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/models/lyra"
	"github.com/tailwave/tailwave/stream"
)

// decodeOptions are the flags of codec decode.
type decodeOptions struct {
	codecOptions
	output vocodeOptions // rate, format and raw of it
}

func newDecodeCommand(a *app) *cobra.Command {
	var o decodeOptions
	cmd := &cobra.Command{
		Use:   "decode IN... OUT --model FOLDER",
		Short: "Decode files of speech",
		Long: `decode turns .lyra files into WAV files, or .npy files if they are called so, each as
long as what was encoded. "-" is standard input or output. If OUT is a folder, any number
of files become WAV files in it, side by side.

Where a second is damaged, OUT has silence; where IN breaks off, OUT ends. The exit
status is then 1.`,
		Example: `  tailwave codec decode speech.lyra speech.wav --model lyra/
  tailwave codec decode - - --model lyra/ --rate 48000 < speech.lyra | sox -t wav - speech.flac`,
		Args: someFiles,
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
			jobs, err := codecJobs(args, extension)
			if err != nil {
				return err
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
	f.StringVar(&o.output.raw, "raw", "", "bare samples instead of a file with a header: s16 (with dither) or f32")
	return cmd
}

// decode decodes one file.
func (o *decodeOptions) decode(ctx context.Context, a *app, cmd *cobra.Command, codec *lyra.Codec, job codecJob, workers dsp.Workers) error {
	start := time.Now()
	in, closer, err := openCodes(job.in, cmd.InOrStdin(), codec)
	if err != nil {
		return err
	}
	defer closer.Close()
	decoder, err := codec.NewDecoder(workers)
	if err != nil {
		return err
	}
	stages := []stream.Stage{{Name: "decode", Processor: decoder}}
	rate := int(o.output.rate)
	if rate != lyra.SampleRate {
		r, err := dsp.NewResampler(lyra.SampleRate, rate, 1, dsp.Best, workers)
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
	sink := &trimSink{Sink: file, source: in, rate: rate}
	block := blockFrames(o.chunk, lyra.Hop*max(o.output.rate, lyra.SampleRate)/lyra.SampleRate)
	if _, err = (stream.Pipeline{Source: in, Stages: stages, Sink: sink, BlockFrames: block}).Run(ctx); err != nil {
		return err
	}
	if !o.quiet {
		s := file.w.Stats()
		seconds := float64(s.Frames) / float64(rate)
		o.tell(cmd, "%s -> %s: %s, %.3f s, %s x real time, peak %s, %d clipped", plain(job.in), plain(job.out),
			count(s.Frames, "sample"), seconds, speed(seconds/max(time.Since(start).Seconds(), 1e-6)), decibels(s.Peak), s.Clipped)
	}
	return in.wrong()
}
