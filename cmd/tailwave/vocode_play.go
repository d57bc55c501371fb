package main

import (
	"context"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/dsp/resample"
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

// playAlong returns the sink that plays samples of the given rate. If file has a path, the sink also writes the file,
// which is completed even if the device fails. The device gets s16 samples if the file has them, else f32, at the same
// rate if it supports that. Without a file, a failure of the device is passed to fail.
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
			return stream.Tee(completeOnInterrupt{file, ctx}, failedSink{err}), nil
		}
		return nil, err
	}
	if err := p.measure(stages, v.source.Format().Rate); err != nil {
		return nil, err
	}
	device := p.newSink(ctx, samples == pcm.S16)
	var sink stream.Sink = device
	if file.path == "" {
		sink = failFastSink{device, fail}
	}
	if p.format.Rate != rate {
		r, err := resample.New(rate, p.format.Rate, v.channels, resample.Filter{}, dsp.WithWorkers(workers))
		if err != nil {
			return nil, err
		}
		sink = stream.Through(stream.Stage{Name: "resample", Processor: r}, sink)
	}
	if file.path != "" {
		sink = stream.Tee(completeOnInterrupt{file, ctx}, sink)
	}
	return sink, nil
}

// A failedSink is the sink of a device that could not be opened. All its methods return the error.
type failedSink struct{ err error }

func (s failedSink) Open(stream.Format, int64) error { return s.err }
func (s failedSink) Write([]float32) error           { return s.err }
func (s failedSink) Close(error) error               { return s.err }
