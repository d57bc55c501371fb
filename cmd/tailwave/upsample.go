package main

import (
	"context"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/wav"
)

// upsampleOptions are the flags of upsample.
type upsampleOptions struct {
	convert     conversion
	format      string
	dither      string
	chunk       int
	threads     int
	force       bool
	keepPartial bool
	quiet       bool
	verbose     bool
}

const maxChunk = 1 << 20

func newUpsampleCommand(a *app) *cobra.Command {
	var o upsampleOptions
	cmd := &cobra.Command{
		Use:     "upsample IN OUT --rate HZ",
		Aliases: []string{"resample"},
		Short:   "Convert a WAV file to another sample rate",
		Long: `upsample converts a WAV file to another sample rate, up or down. "-" is standard
input or output. n frames become exactly ceil(n * out rate / in rate), and no cut,
chunk size or thread count changes a bit of them.

With --filter a kernel of your own, [k] or [k, 1, 1] in a .npy file, runs through the
transposed convolution instead: the rate is multiplied by --stride and divided by
--decimate. A float32 kernel is computed in float32, a float64 one in float64.`,
		Example: `  tailwave upsample in.wav out.wav --rate 96000
  ffmpeg -i in.flac -f wav - | tailwave upsample - out.wav --rate 48000 --format pcm24
  tailwave upsample in.wav out.wav --filter kernel.npy --stride 2`,
		Args: files("IN", "OUT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.run(cmd.Context(), a, args[0], args[1], cmd)
		},
	}
	f := cmd.Flags()
	o.convert.addFlags(cmd)
	f.StringVar(&o.format, "format", "same", "output samples: same, pcm16, pcm24, pcm32, f32 or f64 (pcm8 for 8-bit)")
	f.StringVar(&o.dither, "dither", "auto", "auto (PCM up to 24 bits, if the rate changes or bits are lost), none or tpdf")
	f.IntVar(&o.chunk, "chunk", stream.DefaultBlockFrames, "frames that the source hands on at a time; if not given, fewer where a frame becomes much")
	f.IntVar(&o.threads, "threads", 0, "threads that compute; 0 means one per processor")
	f.BoolVar(&o.force, "force", false, "overwrite an existing OUT")
	f.BoolVar(&o.keepPartial, "keep-partial", false, "if IN is truncated, keep what its good frames give (still exit status 1)")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "no progress bar and no summary")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "say how the conversion is done and how long its parts take")
	return cmd
}

func (o *upsampleOptions) run(ctx context.Context, a *app, inPath, outPath string, cmd *cobra.Command) error {
	if o.chunk < 1 || o.chunk > maxChunk {
		return usagef("--chunk %d: must be from 1 to %d", o.chunk, maxChunk)
	}
	if o.threads < 0 || o.threads > maxThreads {
		return usagef("--threads %d: must be from 0 to %d", o.threads, maxThreads)
	}
	if err := o.convert.check(cmd); err != nil {
		return err
	}
	in, err := openWAV(inPath, cmd.InOrStdin())
	if err != nil {
		return err
	}
	defer in.Close()
	in.hint = partialHint
	info := in.Info()
	outRate, err := o.convert.outRate(info.Rate)
	if err != nil {
		return err
	}
	options, err := o.encoding(info, outRate)
	if err != nil {
		return err
	}
	pool := newPool(o.threads)
	defer pool.Close()
	stages, err := o.convert.stages(int(info.Rate), info.Channels, dsp.WithWorkers(pool))
	if err != nil {
		return err
	}
	job := &conversionJob{
		in: in, stages: stages, keepPartial: o.keepPartial,
		sink: &fileSink{path: outPath, stdout: cmd.OutOrStdout(), force: o.force, all: &a.outputs, writer: func(w io.Writer) (sampleWriter, error) {
			return wav.NewWriter(w, options), nil
		}},
	}
	if err := job.sink.create(); err != nil {
		return err
	}
	defer job.sink.discard()
	if cmd.Flags().Changed("chunk") {
		job.chunk = o.chunk
	}
	report := newReport(cmd.ErrOrStderr(), o.quiet, o.verbose, &a.bar)
	report.plan(info, outRate, options, stages, o.chunk, pool.Size())
	start := time.Now()
	if len(stages) == 0 && options.Encoding == info.Encoding && !options.Dither {
		err = job.copy(ctx, report)
	} else {
		err = job.convert(ctx, report)
	}
	report.finish(inPath, outPath, outRate, job, time.Since(start))
	return err
}

// encoding chooses how the output is written.
func (o *upsampleOptions) encoding(info wav.Info, outRate int64) (wav.Options, error) {
	w := wav.Options{Encoding: info.Encoding, ChannelMask: info.ChannelMask}
	if o.format != "same" {
		var err error
		if w.Encoding, err = pcm.Parse(o.format); err != nil {
			return w, usagef("--format %q: must be same, pcm8, pcm16, pcm24, pcm32, f32 or f64", o.format)
		}
	}
	switch o.dither {
	case "none":
	case "tpdf":
		if w.Encoding.Float() {
			return w, usagef("--dither tpdf: %v samples are not rounded to steps; choose a PCM --format", w.Encoding)
		}
		w.Dither = true
	case "auto":
		lossy := outRate != info.Rate || len(o.convert.filter) > 0 || resolution(w.Encoding) < resolution(info.Encoding)
		w.Dither = lossy && !w.Encoding.Float() && w.Encoding != pcm.S32
	default:
		return w, usagef("--dither %q: must be auto, none or tpdf", o.dither)
	}
	return w, nil
}

// resolution orders encodings by resolution: every value of one is a value of those with more.
func resolution(f pcm.Format) int {
	if f.Float() {
		return 8*f.Bytes() + 32
	}
	return 8 * f.Bytes()
}

// A conversionJob moves one file.
type conversionJob struct {
	in          *wavInput
	stages      []stream.Stage
	sink        *fileSink
	chunk       int // frames, 0 for as many as suit the pipeline
	keepPartial bool

	stats stream.Stats
	peak  float32 // of the samples written, if they were copied, NaN left out
	nans  int64   // among them
}

func (j *conversionJob) convert(ctx context.Context, report *report) (err error) {
	p := stream.Pipeline{Source: j.in, Stages: j.stages, Sink: j.sink, BlockFrames: j.chunk, Progress: report.progress}
	partial := &partialSource{in: j.in}
	if j.keepPartial {
		p.Source = partial
	}
	if j.stats, err = p.Run(ctx); err != nil {
		return err
	}
	return partial.err
}

// copy moves the sample bytes as they are, so that no bit of any encoding is lost. Only NaNs become the one that all
// writers use.
func (j *conversionJob) copy(ctx context.Context, report *report) (err error) {
	info := j.in.Info()
	frames := info.Frames
	if j.keepPartial {
		frames = -1
	}
	if err := j.sink.Open(j.in.Format(), frames); err != nil {
		return err
	}
	w := j.sink.w.(*wav.Writer)
	var truncated error
	defer func() {
		if e := j.sink.Close(err); err == nil {
			err = e
		}
		if err == nil {
			err = truncated
		}
	}()
	block := stream.DefaultBlockFrames
	if j.chunk > 0 {
		block = min(block, j.chunk)
	}
	raw := make([]byte, block*info.FrameBytes())
	samples := make([]float32, len(raw)/info.Encoding.Bytes())
	for {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		n, err := j.in.ReadRaw(raw)
		if n > 0 {
			if err := w.WriteRaw(raw[:n]); err != nil {
				return err
			}
			k := pcm.Decode(samples, raw[:n], info.Encoding)
			j.measure(samples[:k])
			j.stats.FramesIn += int64(n / info.FrameBytes())
			report.progress(j.stats.FramesIn)
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			if !j.keepPartial || !isTruncated(err) {
				return j.in.named(err)
			}
			truncated = keptPartial(j.in.name, err)
			break
		}
	}
	j.stats.FramesOut = j.stats.FramesIn
	return nil
}

// measure notes what copied samples are like.
func (j *conversionJob) measure(samples []float32) {
	for _, v := range samples {
		if v != v {
			j.nans++
		} else {
			j.peak = max(j.peak, v, -v)
		}
	}
}

var _ dsp.Workers = (*stream.Pool)(nil)
