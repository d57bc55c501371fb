package main

import (
	"context"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// openPlayback finds the device, or returns nil if nothing is to be played.
func (o *vocodeOptions) openPlayback(a *app, cmd *cobra.Command, start time.Time) (*playback, error) {
	if o.play {
		return o.open(a, start)
	}
	for _, name := range []string{"device", "latency", "verbose"} {
		if cmd.Flags().Changed(name) {
			return nil, usagef("--%s goes with --play", name)
		}
	}
	return nil, nil
}

// playAlong returns the sink that plays samples of the given rate, with the file beside it if that has a name: it is then
// completed even if the device does not play. The device gets the samples of the file where those are s16, and f32
// otherwise, at the same rate if it takes that. Without a file the device's failure is passed to fail.
func (o *vocodeOptions) playAlong(
	ctx context.Context, fail context.CancelCauseFunc, p *playback, file *fileSink,
	v *vocodePipeline, stages []stream.Stage, rate int, workers dsp.Workers,
) (stream.Sink, error) {
	samples := pcm.F32
	npyFile := strings.EqualFold(filepath.Ext(file.path), ".npy")
	if o.raw == "s16" || o.raw == "" && !npyFile && o.format == pcm.S16.String() {
		samples = pcm.S16
	}
	if err := p.choose(rate, v.channels, samples, false); err != nil {
		if file.path != "" {
			return stream.Tee(keptSink{file, ctx}, noSink{err}), nil
		}
		return nil, err
	}
	if err := p.measure(stages, v.source.Format().Rate); err != nil {
		return nil, err
	}
	device := p.newSink(ctx, samples == pcm.S16)
	var sink stream.Sink = device
	if file.path == "" {
		sink = soleSink{device, fail}
	}
	if p.format.Rate != rate {
		r, err := dsp.NewResampler(rate, p.format.Rate, v.channels, dsp.Best, workers)
		if err != nil {
			return nil, err
		}
		sink = stream.Through(stream.Stage{Name: "resample", Processor: r}, sink)
	}
	if file.path != "" {
		sink = stream.Tee(keptSink{file, ctx}, sink)
	}
	return sink, nil
}

// noSink stands for a device that cannot be opened.
type noSink struct{ err error }

func (s noSink) Open(stream.Format, int64) error { return s.err }
func (s noSink) Write([]float32) error           { return s.err }
func (s noSink) Close(error) error               { return s.err }
