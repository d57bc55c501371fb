package command

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/fileio"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/vocoder"
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/verify"
)

// verifyOptions are the flags of verify.
type verifyOptions struct {
	convert cli.Conversion
	input   cli.InputFlags
	vocoder vocoder.Flags
	runs    int
	seed    uint64
}

func newVerifyCommand(a *app) *cobra.Command {
	var o verifyOptions
	cmd := &cobra.Command{
		Use:   "verify IN --rate HZ | --filter FILE | --model PATH",
		Short: "Check that chunks and threads do not change a result",
		Long: `verify checks that a result has the same bits for any chunks and threads.

IN is a WAV file. With --model it may also hold mel frames or latents, as for
tailwave vocode. "-" reads standard input. IN is held in memory twice.

verify computes the result in one chunk, and then --runs times in random chunks,
with random thread counts and internal block sizes, and compares every bit. It
also compares the beginning of the result, bit for bit, with separate code that
does not stream. With --rate, it also compares the beginning with the sums that
define the conversion, within their rounding. The exit status is 1 if a
comparison fails.

Notes:
A NaN or an infinity in a WAV file is reported with its position. The samples
that it affects are left out of the comparison with the sums. In mel frames, a
NaN or an infinity is an error.

With --keep-partial and a truncated IN, the exit status is 1 in any case; the
report says whether the comparisons succeeded.

With --model, the separate code takes a few seconds, or most of a minute for the
largest models.`,
		Example: `  tailwave verify in.wav --rate 96000
  tailwave verify in.wav --filter kernel.npy --stride 2 --runs 20
  tailwave verify speech.wav --model builtin
  tailwave verify mel.npy --model hifigan/`,
		Args: cli.Files("IN"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.runs < 1 {
				return cli.Usagef("--runs %d: must be at least 1", o.runs)
			}
			if o.vocoder.Model != "" {
				return o.runModel(cmd, args[0])
			}
			for _, name := range []string{"layout", "mel-in"} {
				if cmd.Flags().Changed(name) {
					return cli.Usagef("--%s goes with --model: set --model, or leave out --%s", name, name)
				}
			}
			if err := o.vocoder.Reject(cmd, "--model"); err != nil {
				return err
			}
			if err := o.convert.Check(cmd); err != nil {
				return err
			}
			in, err := openInput(args[0], cmd.InOrStdin(), o.input.Reading(cmd, false))
			if err != nil {
				return err
			}
			defer in.Close()
			return o.run(cmd.Context(), in, cmd.OutOrStdout())
		},
	}
	o.convert.AddFlags(cmd)
	o.input.Add(cmd)
	o.vocoder.Add(cmd, "", "`path` of a vocoder: a weights file, its folder, or builtin")
	cmd.Flags().IntVar(&o.runs, "runs", 10, "number of random chunkings")
	cmd.Flags().Uint64Var(&o.seed, "seed", 1, "seed of the random chunkings")
	return cmd
}

func (o *verifyOptions) run(ctx context.Context, in *fileio.WAV, w io.Writer) error {
	f := in.Format()
	if _, err := o.convert.OutRate(in.Info().Rate); err != nil {
		return err
	}
	c := &comparison{w: w, newStages: func(options ...dsp.Option) ([]stream.Stage, error) {
		return o.convert.Stages(int(in.Info().Rate), f.Channels, options...)
	}}
	stages, err := c.newStages()
	if err != nil {
		return err
	}
	if c.in, err = readInput(ctx, in, in.Name); err != nil {
		return err
	}
	if err := c.wholeChunk(stages); err != nil {
		return err
	}
	head := min(len(c.in.Samples), oneShotSeconds*int(in.Info().Rate)*f.Channels)
	if err := c.oneShot(stages[0], c.in.Samples[:head]); err != nil {
		return err
	}
	if err := c.runs(ctx, o.runs, o.seed); err != nil {
		return err
	}
	return in.Partial()
}

// oneShotSeconds is the length of the beginning that is computed in one shot. The one-shot code is slow: it takes no
// short cuts.
const oneShotSeconds = 2

// A comparison compares what stages emit for an input in one chunk with what they emit in other chunks.
type comparison struct {
	w         io.Writer // for people
	in        *stream.Buffer
	newStages func(...dsp.Option) ([]stream.Stage, error)
	want      *stream.Buffer
	total     verify.Difference
}

// wholeChunk computes the result in one chunk, which all others are compared with.
func (c *comparison) wholeChunk(stages []stream.Stage) (err error) {
	if c.want, err = verify.Whole(c.in, stages...); err != nil {
		return err
	}
	fmt.Fprintf(c.w, "one chunk  %s of %s become %s\n", cli.Count(frames(c.in), "frame"),
		cli.Count(int64(c.in.Format.Channels), "channel"), cli.Count(frames(c.want), "frame"))
	nans, infinities := verify.NonFinite(c.in)
	if nans.Samples > 0 {
		fmt.Fprintf(c.w, "NaN        %s\n", nans.In("IN"))
	}
	if infinities.Samples > 0 {
		fmt.Fprintf(c.w, "infinity   %s\n", infinities.In("IN"))
	}
	return nil
}

// frames returns the number of frames in a buffer.
func frames(b *stream.Buffer) int64 { return int64(len(b.Samples) / b.Format.Channels) }

// oneShot compares what the first stage emits for the beginning of the input with the one-shot result, and with the
// sums that define it.
func (c *comparison) oneShot(first stream.Stage, samples []float32) error {
	head := &stream.Buffer{Format: c.in.Format, Samples: samples}
	want, err := verify.Reference(head, first)
	if err != nil {
		if failed, ok := err.(*stream.StageError); ok { // there is one stage only
			err = failed.Err
		}
		return err
	}
	got, err := verify.Whole(head, first)
	if err != nil {
		return err
	}
	if err := c.addOneShot(head, got, want.Samples); err != nil {
		return err
	}
	if p, ok := first.Processor.(verify.Direct); ok {
		return printSums(p, head.Samples, got.Samples, c.w)
	}
	return nil
}

// addOneShot compares got, the output of a stream for head, with want, the one-shot result.
func (c *comparison) addOneShot(head, got *stream.Buffer, want []float32) error {
	d := verify.Compare(got.Format.Channels, got.Samples, want)
	c.total.Add(d)
	_, err := fmt.Fprintf(c.w, "one-shot   first %s: %v\n", cli.Count(frames(head), "frame"), d)
	return err
}

// printSums compares the output got for head with the sums that define it, and prints the largest distance.
func printSums(p verify.Direct, head, got []float32, w io.Writer) error {
	d, err := verify.Sums(p, head, got)
	if err != nil {
		_, err = fmt.Fprintf(w, "sums       not compared: %v\n", err)
		return err
	}
	if !d.Within() {
		return fmt.Errorf("verification failed: a sample differs by %.2g from the sum that defines it, must be at most %.2g: report it as a fault of tailwave",
			d.Worst, d.Limit)
	}
	if n := int64(len(got)); n > 0 && d.Spoiled == n {
		_, err = fmt.Fprintf(w, "sums       not compared: NaN or infinity spoils all %s\n", cli.Count(n, "sample"))
		return err
	}
	leftOut := ""
	if d.Spoiled > 0 {
		leftOut = fmt.Sprintf("; %d of %s left out, which NaN or infinity spoils", d.Spoiled, cli.Count(int64(len(got)), "sample"))
	}
	_, err = fmt.Fprintf(w, "sums       within %.2g of their definition, and rounding to float32%s\n", d.Worst, leftOut)
	return err
}

// runs compares random chunkings.
func (c *comparison) runs(ctx context.Context, runs int, seed uint64) error {
	for i, chunks := range verify.Random(seed, c.in, c.want) {
		if i == runs {
			break
		}
		if err := context.Cause(ctx); err != nil {
			return err
		}
		d, err := c.once(ctx, chunks)
		if err != nil {
			return err
		}
		fmt.Fprintf(c.w, "run %-6d chunks of 0 to %d frames, blocks of %d, %s: %v\n", i+1,
			chunks.MaxFrames, chunks.BlockFrames, cli.Count(int64(chunks.Threads), "thread"), d)
		c.total.Add(d)
	}
	return verdict(c.total, c.w)
}

// once compares one chunking. A different number of frames is an error.
func (c *comparison) once(ctx context.Context, chunks verify.Chunks) (verify.Difference, error) {
	d, err := verify.Against(ctx, verify.Chunked(c.in, c.newStages, chunks), c.want)
	var failed *verify.ExecutionError
	if errors.As(err, &failed) {
		err = failed.Err // there is one execution only
	}
	switch {
	case err != nil:
	case d.Extra > 0:
		err = errors.New("verification failed: more frames than in one chunk: report it as a fault of tailwave")
	case d.Missing > 0:
		err = fmt.Errorf("verification failed: %d samples fewer than in one chunk: report it as a fault of tailwave", d.Missing)
	}
	return d, err
}

// verdict prints that all is identical, or returns an error if any bit differs.
func verdict(d verify.Difference, w io.Writer) error {
	if !d.Identical() {
		return fmt.Errorf("verification failed: %v: report it as a fault of tailwave", d)
	}
	_, err := fmt.Fprintf(w, "verified   %s compared, no bit differs\n", cli.Count(d.Samples, "sample"))
	return err
}

// readInput reads a source to its end. An empty source is an error: it would prove nothing.
func readInput(ctx context.Context, source stream.Source, name string) (*stream.Buffer, error) {
	in, err := stream.ReadAll(ctx, source)
	if err == nil && len(in.Samples) == 0 {
		err = fileio.Name(name, errors.New("holds no frames: nothing to compare"))
	}
	return in, err
}
