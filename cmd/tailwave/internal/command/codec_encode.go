package command

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/fileio"
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/models/codec"
	"github.com/tailwave/tailwave/models/lyra"
	"github.com/tailwave/tailwave/stream"
)

// encodeOptions are the flags of codec encode.
type encodeOptions struct {
	codecOptions
	bitrate int
	input   cli.InputFlags
	output  cli.OutputFlags
	quiet   bool
}

func newEncodeCommand(a *app) *cobra.Command {
	var o encodeOptions
	cmd := &cobra.Command{
		Use:   "encode IN... OUT --model FOLDER",
		Short: "Encode WAV files of speech",
		Long: `encode turns WAV files of speech into .lyra files at 3.2, 6.0 or 9.2 kbit/s.

IN is a WAV file of any sample rate, whose channels are mixed to one. "-" reads
standard input.

OUT is a .lyra file, in a format of tailwave that other Lyra programs do not
read. "-" writes standard output. If OUT is a folder, each IN becomes a .lyra
file in it, and the files are encoded in parallel. With several IN, OUT must be
a folder.

Notes:
A .lyra file has a checksum for each second. It also stores the exact number of
samples, so that the decoded sound is as long as IN. The documentation of
package models/lyra describes the format.`,
		Example: `  tailwave codec encode speech.wav speech.lyra --model lyra/
  mkdir coded && tailwave codec encode *.wav coded/ --model lyra/
  ffmpeg -i in.mp3 -f wav - | tailwave codec encode - in.lyra --model lyra/`,
		Args: cli.InputsAndOutput,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.check(); err != nil {
				return err
			}
			if _, err := lyra.CodebooksFor(o.bitrate); err != nil {
				return cli.Usagef("--bitrate %d: must be 3200, 6000 or 9200", o.bitrate)
			}
			jobs, err := cli.Jobs(args, lyra.Extension)
			if err != nil {
				return err
			}
			for _, j := range jobs {
				if err := cli.CheckOut(cmd, j.Out, fileio.Names{Allowed: []string{lyra.Extension}}, ""); err != nil {
					return err
				}
			}
			return o.run(cmd.Context(), cmd, jobs, func(ctx context.Context, c *lyra.Codec, j cli.Job, w dsp.Workers) error {
				return o.encode(ctx, a, cmd, c, j, w)
			})
		},
	}
	o.addFlags(cmd, &o.output, &o.quiet, "no summary")
	o.input.Add(cmd)
	cmd.Flags().IntVar(&o.bitrate, "bitrate", 9200, "bits per second: 3200, 6000 or 9200")
	return cmd
}

// encode encodes one file.
func (o *encodeOptions) encode(ctx context.Context, a *app, cmd *cobra.Command, weights *lyra.Codec, job cli.Job, workers dsp.Workers) error {
	start := time.Now()
	destination := a.destination(cmd, job.Out, o.output)
	if err := destination.Check(); err != nil {
		return err
	}
	in, err := openInput(job.In, cmd.InOrStdin(), o.input.Reading(cmd, true))
	if err != nil {
		return err
	}
	defer in.Close()
	counter := &fileio.BadFrames{Source: in}
	e, err := codec.Encode(weights, counter, codec.EncodeOptions{Bitrate: o.bitrate, Hops: o.chunk}, dsp.WithWorkers(workers))
	if err != nil {
		return err
	}
	e.Sink = fileio.NewSink(destination, func(w io.Writer) stream.Sink { return e.NewWriter(w) })
	if _, err := e.Run(ctx); err != nil {
		return err
	}
	if !o.quiet {
		seconds := float64(e.Frames()) / in.Format().Rate.Float()
		cli.Summary(cmd.ErrOrStderr(), job.In, job.Out, cli.Seconds(seconds), cli.Count(e.Hops(), "hop"),
			fmt.Sprintf("%s at %d bit/s", cli.Count(e.Bytes(), "byte"), o.bitrate), cli.Speed(seconds, time.Since(start)))
	}
	cli.BadFrames(cmd.ErrOrStderr(), job.In, counter.Bad, e.Frames())
	return in.Partial()
}
