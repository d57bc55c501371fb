package command

import (
	"context"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/fileio"
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/wav"
)

// upsampleOptions are the flags of upsample.
type upsampleOptions struct {
	convert cli.Conversion
	format  string
	dither  string
	gain    cli.Gain
	chunk   int
	threads cli.Threads
	output  cli.OutputFlags
	input   cli.InputFlags
	quiet   bool
	verbose bool
}

const maxChunk = 1 << 20

func newUpsampleCommand(a *app) *cobra.Command {
	var o upsampleOptions
	cmd := &cobra.Command{
		Use:     "upsample IN OUT --rate HZ | --filter FILE",
		Aliases: []string{"resample"},
		Short:   "Convert a WAV file to another sample rate",
		Long: `upsample converts a WAV file to another sample rate.

IN is a WAV file with integer, float, G.711 or ADPCM samples. "-" reads standard
input.

OUT is a WAV file, named .wav, .wave or without an extension. "-" writes
standard output. With --rate, n frames become exactly
ceil(n * out rate / in rate) frames.

With --filter in place of --rate, each channel is convolved with a kernel of
your own: a .npy array of k taps, of shape [k] or [k, 1, 1]. --stride multiplies
the sample rate, and --decimate divides it. A float32 kernel computes in
float32, a float64 kernel in float64, both from samples rounded to float32.

Notes:
The latency of a conversion, usually 8 to 75 ms, depends on the sample rates;
--verbose prints it.

--gain auto never raises the level. It also lowers an f32 or f64 OUT whose peaks
exceed full scale, although these formats do not clip.

--dither auto adds dither to pcm8, pcm16 and pcm24 if at least one of these is
true: the sample rate changes, --filter is set, the level changes, OUT has fewer
bits than IN.

With --phase minimum, a peak stays at its time. Nothing rings before it, but it
rises over up to 6 frames, counted at the lower of the two sample rates. If IN
begins with a peak, the part of that rise before the first frame is dropped.`,
		Example: `  tailwave upsample in.wav out.wav --rate 96000
  tailwave upsample in.wav cd.wav -r 44100 -f pcm16 --gain auto
  ffmpeg -i in.flac -f wav - | tailwave upsample - out24.wav -r 48000 -f pcm24
  tailwave upsample in.wav - -r 48000 | sox -t wav - out.flac
  tailwave upsample in.wav double.wav --filter kernel.npy --stride 2`,
		Args: cli.Files("IN", "OUT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.run(cmd.Context(), a, args[0], args[1], cmd)
		},
	}
	f := cmd.Flags()
	o.convert.AddFlags(cmd)
	f.StringVarP(&o.format, "format", "f", "same", "samples of OUT: pcm8, pcm16, pcm24, pcm32, f32, f64, or same as IN (pcm16 if IN is G.711 or ADPCM)")
	f.StringVar(&o.dither, "dither", "auto", "auto, none or tpdf (triangular); see Notes")
	o.gain.AddFlag(cmd, "so IN cannot be a pipe")
	f.IntVar(&o.chunk, "chunk", stream.DefaultBlockFrames, "frames of IN per chunk (default: 4096, or fewer if the rate rises by a large factor)")
	o.threads.AddFlag(cmd)
	o.output.Add(cmd)
	o.input.Add(cmd)
	f.BoolVarP(&o.quiet, "quiet", "q", false, "no progress bar and no summary")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "print how the conversion is done, and how long each part takes")
	return cmd
}

func (o *upsampleOptions) run(ctx context.Context, a *app, inPath, outPath string, cmd *cobra.Command) error {
	if err := o.check(cmd); err != nil {
		return err
	}
	if err := cli.CheckOut(cmd, outPath, fileio.SoundNames, ""); err != nil {
		return err
	}
	destination := a.destination(cmd, outPath, o.output)
	if err := destination.Check(); err != nil {
		return err
	}
	rewind, err := o.gain.Rewinder(inPath, cmd.InOrStdin())
	if err != nil {
		return err
	}
	reading := o.input.Reading(cmd, true)
	in, err := openInput(inPath, cmd.InOrStdin(), reading)
	if err != nil {
		return err
	}
	defer func() { in.Close() }()
	info := in.Info()
	outRate, err := o.convert.OutRate(info.Rate)
	if err != nil {
		return err
	}
	options, err := o.encoding(info, outRate)
	if err != nil {
		return err
	}
	pool := o.threads.NewPool()
	defer pool.Close()
	var stages []stream.Stage
	copies := o.convert.Copies(info.Rate)
	if !copies {
		if stages, err = o.convert.Stages(int(info.Rate), info.Channels, dsp.WithWorkers(pool)); err != nil {
			return err
		}
	}
	sink := fileio.NewSink(destination, func(w io.Writer) stream.Sink { return wav.NewWriter(w, options) })
	job := &upsampleJob{in: in, stages: stages, sink: sink, gain: &o.gain, options: options}
	if cmd.Flags().Changed("chunk") {
		job.chunk = o.chunk
	}
	start := time.Now()
	if rewind != nil {
		if err := job.fitGain(ctx, cli.StartProgress(cmd.ErrOrStderr(), &a.line, o.quiet, info.Frames)); err != nil {
			return err
		}
		in.Close()
		if err := rewind(); err != nil {
			return err
		}
		reading.Report = nil // all is reported
		again, err := openInput(inPath, cmd.InOrStdin(), reading)
		if err != nil {
			return err
		}
		in, job.in = again, again
	}
	gain, err := o.gain.Stages(info.Channels)
	if err != nil {
		return err
	}
	job.stages = append(job.stages, gain...)
	if o.verbose {
		cli.Describe(cmd.ErrOrStderr(), info, outRate, options, job.stages, o.chunk, pool.Size())
	}
	progress := cli.StartProgress(cmd.ErrOrStderr(), &a.line, o.quiet, info.Frames)
	if copies && !o.gain.Changes() && options.Encoding == info.Encoding && !options.Dither {
		err = job.copy(ctx, progress)
	} else {
		err = job.convert(ctx, progress)
	}
	progress.End()
	if sink.Complete() {
		if !o.quiet {
			job.summary(cmd.ErrOrStderr(), inPath, outPath, outRate, time.Since(start), o.verbose)
		}
		o.gain.Loss(inPath, outPath, job.written(), info.Channels, cli.Encoding{Samples: options.Encoding, Dither: options.Dither}).Report(cmd.ErrOrStderr())
	}
	return err
}

// openInput opens the WAV file at path, or stdin for "-", and checks its sample rate.
func openInput(path string, stdin io.Reader, r fileio.Reading) (*fileio.WAV, error) {
	in, err := fileio.OpenWAV(path, stdin, r)
	if err != nil {
		return nil, err
	}
	if err := cli.CheckSoundRate(in.Format()); err != nil {
		in.Close()
		return nil, fileio.Name(in.Name, err)
	}
	return in, nil
}

// check reports flags out of range.
func (o *upsampleOptions) check(cmd *cobra.Command) error {
	if err := cli.CheckRange("chunk", o.chunk, 1, maxChunk); err != nil {
		return err
	}
	if err := o.threads.Check(); err != nil {
		return err
	}
	if err := o.gain.Check(false); err != nil {
		return err
	}
	return o.convert.Check(cmd)
}

// encoding returns the encoding of the output.
func (o *upsampleOptions) encoding(info wav.Info, outRate int64) (wav.Options, error) {
	w := info.Options()
	if o.format != "same" {
		var err error
		if w.Encoding, err = pcm.Parse(o.format); err != nil {
			return w, cli.Usagef("--format %q: must be same, pcm8, pcm16, pcm24, pcm32, f32 or f64", o.format)
		}
	}
	lossy := outRate != info.Rate || o.convert.Filters() || o.gain.Changes() || cli.Narrows(info.Encoding, w.Encoding)
	var err error
	w.Dither, err = cli.Dither(o.dither, w.Encoding, lossy)
	return w, err
}
