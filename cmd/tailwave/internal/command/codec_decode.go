package command

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/fileio"
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/models/codec"
	"github.com/tailwave/tailwave/models/lyra"
)

// decodeOptions are the flags of codec decode.
type decodeOptions struct {
	codecOptions
	soundFlags
}

func newDecodeCommand(a *app) *cobra.Command {
	var o decodeOptions
	cmd := &cobra.Command{
		Use:   "decode IN... [OUT] --model FOLDER",
		Short: "Decode .lyra files",
		Long: `decode turns .lyra files into sound.

IN is a .lyra file that codec encode wrote. "-" reads standard input.

OUT is a WAV file, or, if it is named .npy, a float32 array of shape [samples].
With --raw it is raw samples, little-endian. "-" writes standard output. If OUT
is a folder, each IN becomes a WAV file in it (with --raw, a file of raw
samples), and the files are decoded in parallel. With several IN, OUT must be a
folder. With --play, only one IN is accepted, and OUT may be omitted.

If IN is damaged, each second that is damaged becomes silence. If IN is
truncated, OUT ends where IN does. In both cases the exit status is 1.

Notes:
--gain auto never raises the level. It also lowers an f32 or f64 OUT whose peaks
exceed full scale, although these formats do not clip.`,
		Example: `  tailwave codec decode speech.lyra speech16k.wav --model lyra/
  tailwave codec decode speech.lyra - --model lyra/ | sox -t wav - decoded.flac
  tailwave codec decode speech.lyra --model lyra/ --play`,
		Args: func(cmd *cobra.Command, args []string) error {
			if o.play && len(args) == 1 {
				return cli.Files("IN")(cmd, args)
			}
			return cli.InputsAndOutput(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			jobs, err := o.jobs(cmd, args)
			if err != nil {
				return err
			}
			return o.codecOptions.run(cmd.Context(), cmd, jobs, func(ctx context.Context, c *lyra.Codec, j cli.Job, w dsp.Workers) error {
				return o.decode(ctx, a, cmd, c, j, w)
			})
		},
	}
	o.addFlags(cmd, &o.output, &o.quiet, "no meter and no summary")
	f := cmd.Flags()
	f.Int64VarP(&o.rate, "rate", "r", lyra.SampleRate, "output sample rate in `Hz`, 1000 to 768000")
	f.StringVarP(&o.format, "format", "f", "pcm16", "samples of OUT if it is a WAV file: pcm8, pcm16 or pcm24, each with dither, or pcm32, f32 or f64")
	o.gain.AddFlag(cmd, "so IN cannot be a pipe, and --play is not possible")
	f.BoolVar(&o.play, "play", false, "play the sound while it is decoded; OUT may be omitted")
	o.device.Add(cmd, "with --play, ")
	f.StringVar(&o.raw, "raw", "", "write raw samples, without a header: s16 (with dither) or f32")
	return cmd
}

// jobs checks the flags, and returns the files to be decoded.
func (o *decodeOptions) jobs(cmd *cobra.Command, args []string) ([]cli.Job, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if err := o.gain.Check(o.play); err != nil {
		return nil, err
	}
	if err := cli.CheckRate(cmd, o.rate); err != nil {
		return nil, err
	}
	extension := ".wav"
	if o.raw != "" {
		extension = "." + o.raw
	}
	if !o.play {
		if err := o.device.CheckUnused(cmd); err != nil {
			return nil, err
		}
	} else if len(args) == 1 {
		args = append(args, "")
	}
	jobs, err := cli.Jobs(args, extension)
	if err != nil {
		return nil, err
	}
	if o.play && len(jobs) > 1 {
		return nil, cli.Usagef("--play: %d files, must be one: decode them one by one", len(jobs))
	}
	for _, j := range jobs {
		if _, err := o.encoding(cmd, j.Out); err != nil {
			return nil, err
		}
	}
	return jobs, nil
}

// decode decodes one file.
func (o *decodeOptions) decode(ctx context.Context, a *app, cmd *cobra.Command, weights *lyra.Codec, job cli.Job, workers dsp.Workers) error {
	out, err := o.open(ctx, a, cmd, job.Out)
	if err != nil {
		return err
	}
	defer out.close()
	return out.passes(job.In, cmd.InOrStdin(), func() error {
		return o.pass(ctx, cmd, out, weights, job, dsp.WithWorkers(workers))
	})
}

// pass decodes the whole input.
func (o *decodeOptions) pass(ctx context.Context, cmd *cobra.Command, out *soundOutput, weights *lyra.Codec, job cli.Job, workers dsp.Option) error {
	in, err := fileio.OpenInput(job.In, out.player.Stdin(cmd.InOrStdin()))
	if err != nil {
		return err
	}
	defer in.Close()
	r, err := codec.NewReader(in.Reader, weights)
	if err != nil {
		return fileio.Name(in.Name, err)
	}
	p, err := r.Decode(codec.DecodeOptions{Rate: int(o.rate), Hops: o.chunk}, workers)
	if err != nil {
		return err
	}
	p.Source = &fileio.Source{Source: r, Name: in.Name}
	if err := out.run(ctx, p, job.In, workers); err != nil || out.meter != nil {
		return err
	}
	return fileio.Name(in.Name, r.Err())
}
