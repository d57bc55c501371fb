package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/stream"
)

// verifyOptions are the flags of verify.
type verifyOptions struct {
	convert conversion
	runs    int
	seed    uint64
}

func newVerifyCommand(a *app) *cobra.Command {
	var o verifyOptions
	cmd := &cobra.Command{
		Use:   "verify IN --rate HZ",
		Short: "Show that chunks and threads change no bit of a conversion",
		Long: `verify converts IN in one single chunk, and then again and again in random chunks with
random block sizes and thread counts, and compares every bit. The beginning is also
computed by the one-shot tensor operator. IN is held in memory, twice.

Exit status 1 if any bit differs.`,
		Args: files("IN"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.runs < 1 {
				return usagef("--runs %d: must be at least 1", o.runs)
			}
			if err := o.convert.check(cmd); err != nil {
				return err
			}
			in, err := openWAV(args[0], cmd.InOrStdin())
			if err != nil {
				return err
			}
			defer in.Close()
			return o.run(cmd.Context(), in, cmd.OutOrStdout())
		},
	}
	o.convert.addFlags(cmd)
	cmd.Flags().IntVar(&o.runs, "runs", 10, "random chunkings to try")
	cmd.Flags().Uint64Var(&o.seed, "seed", 1, "of the random chunkings")
	return cmd
}

func (o *verifyOptions) run(ctx context.Context, in *wavInput, w io.Writer) error {
	f := in.Format()
	if _, err := o.convert.outRate(in.Info().Rate); err != nil {
		return err
	}
	stages, err := o.convert.stages(int(in.Info().Rate), f.Channels, nil)
	if err != nil {
		return err
	}
	if len(stages) == 0 {
		return usagef("--rate %d: IN has that rate already, so there is nothing to compute", o.convert.rate)
	}
	src, err := readAll(ctx, in)
	if err != nil {
		return err
	}
	want := whole(stages, src)
	fmt.Fprintf(w, "one chunk  %s of %s become %s\n", count(int64(len(src)/f.Channels), "frame"),
		count(int64(f.Channels), "channel"), count(int64(len(want)/f.Channels), "frame"))

	total := difference{channels: f.Channels}
	head := src[:min(len(src), operatorSeconds*int(in.Info().Rate)*f.Channels)]
	if err := againstOperator(stages[0], head, w, &total); err != nil {
		return err
	}
	rng := rand.New(rand.NewPCG(o.seed, 0))
	most := max(1, verifyValues*max(1, len(src))/max(1, len(src), len(want))/f.Channels)
	for i := range o.runs {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		source := &cutSource{format: f, rest: src, rng: rng, most: 1 + rng.IntN(1<<rng.IntN(15))}
		block, threads := 1+rng.IntN(min(most, 1<<rng.IntN(14))), 1+rng.IntN(2*runtime.NumCPU())
		d, err := o.once(ctx, source, want, block, threads)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "run %-6d chunks of 0 to %d frames, blocks of %d, %s: %v\n", i+1, source.most, block, count(int64(threads), "thread"), d)
		total.add(d)
	}
	return total.verdict(w)
}

// verifyValues is about the most samples that a random block holds, or becomes.
const verifyValues = 1 << 20

// operatorSeconds is how much of the input the one-shot operator computes, which takes no short cuts.
const operatorSeconds = 2

// againstOperator compares what the stage gives for head with its definition.
func againstOperator(s stream.Stage, head []float32, w io.Writer, total *difference) error {
	defined, ok := s.Processor.(interface {
		OneShot(src []float32) ([]float32, error)
	})
	if !ok {
		return fmt.Errorf("stage %s has no one-shot form", s.Name)
	}
	want, err := defined.OneShot(head)
	if err != nil {
		_, err = fmt.Fprintf(w, "operator   not compared: %v\n", err)
		return err
	}
	d := difference{channels: total.channels}
	d.compare(whole([]stream.Stage{s}, head), want)
	total.add(d)
	_, err = fmt.Fprintf(w, "operator   first %s: %v\n", count(int64(len(head)/d.channels), "frame"), d)
	return err
}

// whole runs everything as one chunk. The result has room from the start: copying it, when it is large, would keep an
// interrupt waiting.
func whole(stages []stream.Stage, src []float32) []float32 {
	for _, s := range stages {
		s.Reset()
		in, out := s.Channels()
		src = s.Flush(s.Process(make([]float32, 0, s.MaxOut(len(src)/in)*out), src))
	}
	return src
}

// once runs the conversion through a pipeline of its own.
func (o *verifyOptions) once(ctx context.Context, source *cutSource, want []float32, block, threads int) (difference, error) {
	pool := stream.NewPool(threads)
	defer pool.Close()
	rate, _ := source.format.Rate.Whole()
	stages, err := o.convert.stages(int(rate), source.format.Channels, pool)
	if err != nil {
		return difference{}, err
	}
	sink := &compareSink{want: want, difference: difference{channels: source.format.Channels}}
	_, err = stream.Pipeline{Source: source, Stages: stages, Sink: sink, BlockFrames: block}.Run(ctx)
	return sink.difference, err
}

// readAll gathers blocks before it puts them together, for the same reason.
func readAll(ctx context.Context, in *wavInput) ([]float32, error) {
	channels := in.Info().Channels
	size := max(1, readAllValues/channels) * channels
	var blocks [][]float32
	var block []float32
	total := 0
	for {
		if err := context.Cause(ctx); err != nil {
			return nil, err
		}
		if len(block) == 0 {
			block = make([]float32, size)
			blocks = append(blocks, block)
		}
		n, err := in.Read(block)
		block = block[n*channels:]
		total += n * channels
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	all := make([]float32, 0, total)
	for i, b := range blocks {
		all = append(all, b[:min(len(b), total-len(all))]...)
		blocks[i] = nil
	}
	return all, nil
}

// readAllValues is about how many samples a block of readAll holds.
const readAllValues = 1 << 18

// A cutSource hands on frames in random chunks.
type cutSource struct {
	format stream.Format
	rest   []float32
	rng    *rand.Rand
	most   int // frames in a chunk
}

func (s *cutSource) Format() stream.Format { return s.format }

func (s *cutSource) Read(dst []float32) (int, error) {
	if len(s.rest) == 0 {
		return 0, io.EOF
	}
	n := min(s.rng.IntN(s.most+1), len(dst)/s.format.Channels, len(s.rest)/s.format.Channels)
	copy(dst, s.rest[:n*s.format.Channels])
	s.rest = s.rest[n*s.format.Channels:]
	return n, nil
}
