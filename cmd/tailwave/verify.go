package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/stream"
)

// verifyOptions are the flags of verify.
type verifyOptions struct {
	convert conversion
	model   string
	layout  string
	runs    int
	seed    uint64
}

func newVerifyCommand(a *app) *cobra.Command {
	var o verifyOptions
	cmd := &cobra.Command{
		Use:   "verify IN --rate HZ | --model PATH",
		Short: "Show that chunks and threads change no bit of a result",
		Long: `verify converts IN in one single chunk, and then again and again in random chunks with
random block sizes and thread counts, and compares every bit. The beginning is also
computed in one shot, by code that knows no stream, and compared with the sums that
define the conversion. IN is held in memory, twice.

With --model IN is a WAV file or holds mel frames, as for vocode, and what is compared is
the sound that the vocoder makes of it. The beginning is also computed layer by layer
over whole arrays: for as many frames as a sample depends on and more, which takes
seconds, and most of a minute for the largest models.

Exit status 1 if any bit differs.`,
		Args: files("IN"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.runs < 1 {
				return usagef("--runs %d: must be at least 1", o.runs)
			}
			if o.model != "" {
				return o.runModel(cmd, args[0])
			}
			if cmd.Flags().Changed("layout") {
				return usagef("--layout goes with --model")
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
	cmd.Flags().StringVar(&o.model, "model", "", "a vocoder instead of --rate: its weights file or folder, or builtin")
	cmd.Flags().StringVar(&o.layout, "layout", "", "with --model, of an array: mels-first or frames-first; if not given, as vocode takes it")
	cmd.Flags().IntVar(&o.runs, "runs", 10, "random chunkings to try")
	cmd.Flags().Uint64Var(&o.seed, "seed", 1, "of the random chunkings")
	return cmd
}

func (o *verifyOptions) run(ctx context.Context, in *wavInput, w io.Writer) error {
	f := in.Format()
	if _, err := o.convert.outRate(in.Info().Rate); err != nil {
		return err
	}
	c := &comparison{format: f, stages: func(options ...dsp.Option) ([]stream.Stage, error) {
		return o.convert.stages(int(in.Info().Rate), f.Channels, options...)
	}}
	stages, err := c.stages()
	if err != nil {
		return err
	}
	if len(stages) == 0 {
		return usagef("--rate %d: IN has that rate already, so there is nothing to compute", o.convert.rate)
	}
	if c.src, err = readAll(ctx, in, in.Format().Channels); err != nil {
		return err
	}
	c.wholeChunk(stages, w)
	head := c.src[:min(len(c.src), oneShotSeconds*int(in.Info().Rate)*f.Channels)]
	if err := againstReference(stages[0], head, w, &c.total); err != nil {
		return err
	}
	return c.runs(ctx, o.runs, o.seed, w)
}

// A comparison is of what stages give for src, in one chunk and in others.
type comparison struct {
	format stream.Format
	stages func(...dsp.Option) ([]stream.Stage, error)
	src    []float32
	want   []float32
	out    int // channels of want
	total  difference
}

// wholeChunk computes what others are compared with.
func (c *comparison) wholeChunk(stages []stream.Stage, w io.Writer) {
	c.out = stages[len(stages)-1].Shape().Out
	c.total.channels = c.out
	c.want = whole(stages, c.src)
	fmt.Fprintf(w, "one chunk  %s of %s become %s\n", count(int64(len(c.src)/c.format.Channels), "frame"),
		count(int64(c.format.Channels), "channel"), count(int64(len(c.want)/c.out), "frame"))
}

// runs compares random chunkings.
func (c *comparison) runs(ctx context.Context, runs int, seed uint64, w io.Writer) error {
	rng := rand.New(rand.NewPCG(seed, 0))
	most := max(1, verifyValues*max(1, len(c.src))/max(1, len(c.src), len(c.want))/c.format.Channels)
	for i := range runs {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		source := &cutSource{format: c.format, rest: c.src, rng: rng, most: 1 + rng.IntN(1<<rng.IntN(15))}
		block, threads := 1+rng.IntN(min(most, 1<<rng.IntN(14))), 1+rng.IntN(2*runtime.NumCPU())
		d, err := c.once(ctx, source, block, threads)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "run %-6d chunks of 0 to %d frames, blocks of %d, %s: %v\n", i+1, source.most, block, count(int64(threads), "thread"), d)
		c.total.add(d)
	}
	return c.total.verdict(w)
}

// verifyValues is about the most samples that a random block holds, or becomes.
const verifyValues = 1 << 20

// oneShotSeconds is how much of the input is computed in one shot, which takes no short cuts.
const oneShotSeconds = 2

// againstReference compares what the stage gives for head with its definition.
func againstReference(s stream.Stage, head []float32, w io.Writer, total *difference) error {
	defined, ok := s.Processor.(dsp.Referencer)
	if !ok {
		return fmt.Errorf("stage %s has no one-shot form", s.Name)
	}
	want, err := defined.Reference(head)
	if err != nil {
		return err
	}
	in := s.Shape().In
	d := difference{channels: s.Shape().Out}
	got := whole([]stream.Stage{s}, head)
	d.compare(got, want)
	total.add(d)
	if _, err = fmt.Fprintf(w, "one-shot   first %s: %v\n", count(int64(len(head)/in), "frame"), d); err != nil {
		return err
	}
	if r, ok := s.Processor.(directly); ok {
		return againstSums(r, head, got, w)
	}
	return nil
}

// directly is a stage that is done by a faster way than by the sums of its definition.
type directly interface {
	Direct(src []float32) ([]float64, error)
}

// nearEnough is how far a faster way may be from the sums, of the largest input. Rounding to float32 comes on top.
const nearEnough = 1e-9

// againstSums compares samples with the sums that define them, which are not rounded.
func againstSums(r directly, head, got []float32, w io.Writer) error {
	want, err := r.Direct(head)
	if err != nil {
		_, err = fmt.Fprintf(w, "sums       not compared: %v\n", err)
		return err
	}
	peak := float32(0)
	for _, v := range head {
		peak = max(peak, v, -v)
	}
	worst := 0.0
	for i, v := range want {
		half := float64(float64(math.Nextafter32(max(got[i], -got[i]), math.MaxFloat32)-max(got[i], -got[i])) / 2)
		worst = max(worst, math.Abs(float64(got[i])-v)-half)
	}
	if !(worst <= nearEnough*float64(peak)) {
		return fmt.Errorf("a sample is %.2g from the sum that defines it, beyond its rounding: must be at most %.2g", worst, nearEnough*float64(peak))
	}
	_, err = fmt.Fprintf(w, "sums       within %.2g of their definition, and rounding to float32\n", max(0, worst))
	return err
}

// whole runs everything as one chunk. The result has room from the start: copying it, when it is large, would keep an
// interrupt waiting.
func whole(stages []stream.Stage, src []float32) []float32 {
	for _, s := range stages {
		s.Reset()
		shape := s.Shape()
		src = s.Flush(s.Process(make([]float32, 0, s.MaxOutFrames(len(src)/shape.In)*shape.Out), src))
	}
	return src
}

// once runs the stages through a pipeline of their own.
func (c *comparison) once(ctx context.Context, source *cutSource, block, threads int) (difference, error) {
	pool := stream.NewPool(threads)
	defer pool.Close()
	stages, err := c.stages(dsp.WithWorkers(pool))
	if err != nil {
		return difference{}, err
	}
	sink := &compareSink{want: c.want, difference: difference{channels: c.out}}
	_, err = stream.Pipeline{Source: source, Stages: stages, Sink: sink, BlockFrames: block}.Run(ctx)
	return sink.difference, err
}

// readAll gathers blocks before it puts them together, for the same reason.
func readAll(ctx context.Context, in stream.Source, channels int) ([]float32, error) {
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
