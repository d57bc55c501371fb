package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/fileio"
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/spectral"
	"github.com/tailwave/tailwave/models"
	"github.com/tailwave/tailwave/models/vocode"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/verify"
)

// runModel is run for a vocoder: frames in, one channel out.
func (o *verifyOptions) runModel(cmd *cobra.Command, path string) error {
	for _, name := range []string{"rate", "quality", "bandwidth", "phase", "filter", "stride", "decimate", "padding"} {
		if cmd.Flags().Changed(name) {
			return cli.Usagef("--%s does not go with --model", name)
		}
	}
	if err := o.layout.Check(); err != nil {
		return err
	}
	in, err := fileio.OpenSound(path, cmd.InOrStdin(), o.input.Reading(cmd, false))
	if err != nil {
		return err
	}
	defer in.Close()
	if err := o.input.CheckWhole(in); err != nil {
		return err
	}
	v, err := openVocoder(o.model, spectral.Effects{})
	if err != nil {
		return err
	}
	source, err := vocoderSource(in, v, o.layout)
	if err != nil {
		return err
	}
	format := source.Format()
	c := &comparison{w: cmd.OutOrStdout(), newStages: func(options ...dsp.Option) ([]stream.Stage, error) {
		p, err := vocodePipeline(v, in, &fileio.Source{Source: stream.FromSlice(format, nil)}, vocode.Options{}, options...)
		return p.Stages, err
	}}
	stages, err := c.newStages()
	if err != nil {
		return err
	}
	if c.in, err = readInput(cmd.Context(), source, in.Name); err != nil {
		return err
	}
	n := frames(c.in)
	for _, s := range stages {
		if err := dsp.CheckLength(s, n); err != nil {
			return tooShort(&stream.StageError{Name: s.Name, Err: err}, in.Name, v)
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
	return source.Partial()
}

// oneShotModel is oneShot for the stream of a model: the definition is that of the model, which may be interrupted.
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

// oneShotFrames is how many frames of a model are computed in one shot: as many as take about oneShotSeconds, or more
// if a sample in the middle would not have all frames that it depends on before its stream has ended.
func oneShotFrames(i models.Info) int {
	const speed = 250e6 // multiply-adds per second
	seconds := oneShotSeconds * speed / float64(max(1, i.MACs))
	return max(i.Receptive+(i.Latency+i.Hop-1)/i.Hop+1, int(seconds*float64(i.SampleRate)/float64(i.Hop)))
}
