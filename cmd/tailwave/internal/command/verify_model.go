package command

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/fileio"
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/spectral"
	"github.com/tailwave/tailwave/models"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/verify"
)

// runModel is run for a vocoder, whose stages turn frames or sound into sound.
func (o *verifyOptions) runModel(cmd *cobra.Command, path string) error {
	for _, name := range []string{"rate", "quality", "bandwidth", "phase", "filter", "stride", "decimate", "padding"} {
		if cmd.Flags().Changed(name) {
			return cli.Usagef("--%s does not go with --model: leave out one of them", name)
		}
	}
	if err := o.vocoder.Check(cmd); err != nil {
		return err
	}
	reading := o.input.Reading(cmd, false)
	file, err := fileio.OpenSound(path, cmd.InOrStdin(), reading)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := o.input.CheckWhole(file); err != nil {
		return err
	}
	v, err := o.vocoder.Vocoder(cmd, spectral.Effects{})
	if err != nil {
		return err
	}
	in, err := o.vocoder.Input(file, v, reading.Report)
	if err != nil {
		return err
	}
	source, err := in.Frames()
	if err != nil {
		return err
	}
	c := &comparison{w: cmd.OutOrStdout(), newStages: in.Stages}
	stages, err := c.newStages()
	if err != nil {
		return err
	}
	if c.in, err = readInput(cmd.Context(), source, in.Name); err != nil {
		return in.Explain(err)
	}
	n := frames(c.in)
	for _, s := range stages {
		if err := dsp.CheckLength(s, n); err != nil {
			return in.Explain(&stream.StageError{Name: s.Name, Err: err})
		}
		n = s.OutFrames(n)
	}
	if err := c.wholeChunk(stages); err != nil {
		return err
	}
	if v.Model() != nil {
		last := len(stages) - 1
		head, err := verify.Whole(c.in, stages[:last]...)
		if err != nil {
			return err
		}
		i := v.Model().Info()
		head.Samples = head.Samples[:min(len(head.Samples), oneShotFrames(i)*i.Mels)]
		if err := c.oneShotModel(cmd.Context(), v.Model(), stages[last], head); err != nil {
			return err
		}
	}
	if err := c.runs(cmd.Context(), o.runs, o.seed); err != nil {
		return err
	}
	return in.Partial()
}

// oneShotModel is oneShot for the stream of a model, whose one-shot code ctx interrupts.
func (c *comparison) oneShotModel(ctx context.Context, m *models.Model, last stream.Stage, head *stream.Buffer) error {
	want, err := m.Reference(ctx, head.Samples)
	if err != nil {
		return err
	}
	got, err := verify.Whole(head, last)
	if err != nil {
		return err
	}
	return c.addOneShot(head, got, want)
}

// oneShotFrames returns how many frames of a model are computed in one shot: as many as take about oneShotSeconds, and
// at least the receptive field and the latency. With fewer, no sample would have its whole receptive field before the
// stream is flushed.
func oneShotFrames(i models.Info) int {
	const speed = 250e6 // multiply-adds per second
	seconds := oneShotSeconds * speed / float64(max(1, i.MACs))
	return max(i.Receptive+(i.Latency+i.Hop-1)/i.Hop+1, int(seconds*float64(i.SampleRate)/float64(i.Hop)))
}
