package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/spectral"
	"github.com/tailwave/tailwave/models"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/verify"
)

// runModel is run for a vocoder: frames in, one channel out.
func (o *verifyOptions) runModel(cmd *cobra.Command, path string) error {
	for _, name := range []string{"rate", "quality", "bandwidth", "phase", "filter", "stride", "decimate", "padding"} {
		if cmd.Flags().Changed(name) {
			return usagef("--%s does not go with --model", name)
		}
	}
	arrays, err := parseLayout(o.layout)
	if err != nil {
		return usagef("--layout %q: %w", o.layout, err)
	}
	in, err := openSound(path, cmd.InOrStdin())
	if err != nil {
		return err
	}
	defer in.Close()
	if err := in.checkLayout(cmd); err != nil {
		return err
	}
	v, err := newVocodePipeline(in, o.model, spectral.Effects{}, arrays)
	if err != nil {
		return err
	}
	c := &comparison{w: cmd.OutOrStdout(), newStages: v.stages}
	if c.in, err = readAll(cmd.Context(), v.source); err != nil {
		return err
	}
	if len(c.in.Samples) == 0 {
		return &fileError{in.name, errors.New("holds no frames: nothing to compare")}
	}
	stages, err := v.stages()
	if err != nil {
		return err
	}
	n := frames(c.in)
	for _, s := range stages {
		if err := dsp.CheckLength(s, n); err != nil {
			return tooShort(&stream.StageError{Name: s.Name, Err: err}, in.name, v.rate)
		}
		n = s.OutFrames(n)
	}
	if err := c.wholeChunk(stages); err != nil {
		return err
	}
	if v.model != nil {
		last := len(stages) - 1
		head, err := verify.Whole(c.in, stages[:last]...)
		if err != nil {
			return err
		}
		i := v.model.Info()
		head.Samples = head.Samples[:min(len(head.Samples), oneShotFrames(i)*i.Mels)]
		if err := c.oneShotModel(cmd.Context(), v.model, stages[last], head); err != nil {
			return err
		}
	}
	return c.runs(cmd.Context(), o.runs, o.seed)
}

// oneShotModel is oneShot for the stream of a model: the definition is that of the model, which may be interrupted.
func (c *comparison) oneShotModel(ctx context.Context, m *models.Model, s stream.Stage, head *stream.Buffer) error {
	want, err := m.Reference(ctx, head.Samples)
	if err != nil {
		return err
	}
	got, err := verify.Whole(head, s)
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
