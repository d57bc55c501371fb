package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/spectral"
	"github.com/tailwave/tailwave/models"
	"github.com/tailwave/tailwave/stream"
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
	c := &comparison{format: v.source.Format(), stages: v.stages}
	if c.src, err = readAll(cmd.Context(), v.source, c.format.Channels); err != nil {
		return err
	}
	if len(c.src) == 0 {
		return &fileError{in.name, errors.New("holds no frames: nothing to compare")}
	}
	stages, err := v.stages()
	if err != nil {
		return err
	}
	n := int64(len(c.src) / c.format.Channels)
	for _, s := range stages {
		if err := dsp.CheckLength(s, n); err != nil {
			return tooShort(&stream.StageError{Name: s.Name, Err: err}, in.name, v.rate)
		}
		n = s.OutFrames(n)
	}
	c.wholeChunk(stages, cmd.OutOrStdout())
	if v.model != nil {
		last := len(stages) - 1
		frames := whole(stages[:last], c.src)
		frames = frames[:min(len(frames), oneShotFrames(v.model.Info())*v.model.Info().Mels)]
		vocode := stream.Stage{Name: stages[last].Name, Processor: &definedModel{stages[last].Processor, v.model, cmd.Context()}}
		if err := againstReference(vocode, frames, cmd.OutOrStdout(), &c.total); err != nil {
			return err
		}
	}
	return c.runs(cmd.Context(), o.runs, o.seed, cmd.OutOrStdout())
}

// oneShotFrames is how many frames of a model are computed in one shot: as many as take about oneShotSeconds, or more
// if a sample in the middle would not have all frames that it depends on before its stream has ended.
func oneShotFrames(i models.Info) int {
	const speed = 250e6 // multiply-adds per second
	seconds := oneShotSeconds * speed / float64(max(1, i.MACs))
	return max(i.Receptive+(i.Latency+i.Hop-1)/i.Hop+1, int(seconds*float64(i.SampleRate)/float64(i.Hop)))
}

// A definedModel is a stream of a model with the reference of the model.
type definedModel struct {
	dsp.Processor
	model *models.Model
	ctx   context.Context // of the command, which may be interrupted
}

// Reference implements dsp.Referencer.
func (d *definedModel) Reference(src []float32) ([]float32, error) {
	return d.model.Reference(d.ctx, src)
}
