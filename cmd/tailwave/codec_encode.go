package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/dsp/resample"
	"github.com/tailwave/tailwave/models/lyra"
	"github.com/tailwave/tailwave/stream"
)

// encodeOptions are the flags of codec encode.
type encodeOptions struct {
	codecOptions
	bitrate int
}

func newEncodeCommand(a *app) *cobra.Command {
	var o encodeOptions
	cmd := &cobra.Command{
		Use:   "encode IN... OUT --model FOLDER",
		Short: "Encode WAV files of speech",
		Long: `encode turns WAV files of any sample rate into codes; of several channels the mean. "-" is
standard input or output. If OUT is a folder, any number of files become .lyra files in
it, side by side.

A .lyra file has a checksum for each second and the exact number of samples, so that what
is decoded is as long as what was encoded. go doc of package models/lyra describes the format.`,
		Example: `  tailwave codec encode speech.wav speech.lyra --model lyra/
  ffmpeg -i in.mp3 -f wav - | tailwave codec encode - - --model lyra/ > out.lyra
  tailwave codec encode *.wav coded/ --model lyra/ --bitrate 3200`,
		Args: inputsAndOutput,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.check(); err != nil {
				return err
			}
			if _, err := lyra.CodebooksFor(o.bitrate); err != nil {
				return usagef("--bitrate %d: must be 3200, 6000 or 9200", o.bitrate)
			}
			jobs, err := codecJobs(args, lyra.Extension)
			if err != nil {
				return err
			}
			return o.run(cmd.Context(), cmd, jobs, func(ctx context.Context, c *lyra.Codec, j codecJob, w dsp.Workers) error {
				return o.encode(ctx, a, cmd, c, j, w)
			})
		},
	}
	o.addFlags(cmd)
	cmd.Flags().IntVar(&o.bitrate, "bitrate", 9200, "bits per second: 3200, 6000 or 9200")
	return cmd
}

// encode encodes one file.
func (o *encodeOptions) encode(ctx context.Context, a *app, cmd *cobra.Command, codec *lyra.Codec, job codecJob, workers dsp.Workers) error {
	start := time.Now()
	in, err := openWAV(job.in, cmd.InOrStdin())
	if err != nil {
		return err
	}
	defer in.Close()
	info := in.Info()
	if info.Rate < minRate || info.Rate > maxRate {
		return &fileError{in.name, fmt.Errorf("sample rate %d Hz: must be from %d to %d", info.Rate, minRate, maxRate)}
	}
	var stages []stream.Stage
	if info.Channels > 1 {
		m, err := dsp.NewMixdown(info.Channels)
		if err != nil {
			return err
		}
		stages = append(stages, stream.Stage{Name: "mix", Processor: m})
	}
	if info.Rate != lyra.SampleRate {
		r, err := resample.New(int(info.Rate), lyra.SampleRate, 1, resample.Filter{}, dsp.WithWorkers(workers))
		if err != nil {
			return err
		}
		stages = append(stages, stream.Stage{Name: "resample", Processor: r})
	}
	encoder, err := codec.NewEncoder(dsp.WithWorkers(workers))
	if err != nil {
		return err
	}
	stages = append(stages, stream.Stage{Name: "encode", Processor: encoder})
	source := &countedSource{wavInput: in}
	writer := &codeWriter{header: lyra.Header{Bitrate: o.bitrate, Rate: int(info.Rate)}, quantizer: codec.NewQuantizer(), source: source}
	sink := &fileSink{path: job.out, stdout: cmd.OutOrStdout(), force: o.force, all: &a.outputs, writer: func(w io.Writer) (sampleWriter, error) {
		writer.w = w
		return writer, nil
	}}
	if err := sink.create(); err != nil {
		return err
	}
	defer sink.discard()
	block := max(1, int(int64(o.chunk)*lyra.Hop*info.Rate/lyra.SampleRate))
	_, err = stream.Pipeline{Source: source, Stages: stages, Sink: sink, BlockFrames: min(block, maxChunk)}.Run(ctx)
	if err == nil && !o.quiet {
		seconds := float64(source.frames) / float64(info.Rate)
		o.tell(cmd, "%s -> %s: %.3f s, %s, %s at %d bit/s, %s x real time",
			printable(job.in), printable(job.out), seconds,
			count(writer.hops, "hop"), count(writer.bytes, "byte"), o.bitrate,
			speed(seconds/max(time.Since(start).Seconds(), 1e-6)))
	}
	return err
}

// A countedSource knows how many frames it has given.
type countedSource struct {
	*wavInput
	frames int64
}

func (s *countedSource) Read(dst []float32) (int, error) {
	n, err := s.wavInput.Read(dst)
	if err == nil || err == io.EOF {
		s.frames += int64(n)
	}
	return n, err
}

// A codeWriter is a sampleWriter for latents, of which it writes codes.
type codeWriter struct {
	header    lyra.Header
	quantizer *lyra.Quantizer
	source    *countedSource // all of whose frames have been read when the last latents come
	w         io.Writer
	out       *lyra.Writer
	codebooks int
	codes     []byte
	hops      int64
	bytes     int64
}

func (c *codeWriter) Open(f stream.Format, _ int64) (err error) {
	if f.Channels != lyra.Latents {
		return fmt.Errorf("%d channels, must be %d latents", f.Channels, lyra.Latents)
	}
	if c.codebooks, err = lyra.CodebooksFor(c.header.Bitrate); err != nil {
		return err
	}
	c.out, err = lyra.NewWriter(countingWriter{c.w, &c.bytes}, c.header)
	return err
}

func (c *codeWriter) Write(latents []float32) error {
	c.codes = c.quantizer.Encode(c.codes[:0], latents, c.codebooks)
	c.hops += int64(len(latents) / lyra.Latents)
	return c.out.Write(c.codes)
}

func (c *codeWriter) Close(cause error) error {
	if cause != nil {
		return nil
	}
	return c.out.Close(c.source.frames)
}

// Stats has nothing to tell: there are no samples.
func (c *codeWriter) Stats() pcm.Stats { return pcm.Stats{} }

// A countingWriter adds up what is written.
type countingWriter struct {
	w io.Writer
	n *int64
}

func (c countingWriter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	*c.n += int64(n)
	return n, err
}
