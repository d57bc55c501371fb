package playback

import (
	"context"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/fileio"
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/dsp/resample"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/live"
)

// NewSink returns the sink that plays frames of the format that Choose has selected. A failure of the device ends the
// run at once.
func (p *Playback) NewSink(dither bool) stream.Sink { return failFastSink{p.newSink(dither), p.fail} }

func (p *Playback) newSink(dither bool) *live.Sink {
	p.dither = dither
	p.sink = live.NewSink(p.interrupted, p.host, live.Options{Device: p.device, Format: p.format, Latency: p.latency, Dither: dither})
	return p.sink
}

// Along returns the sink that plays sound of the format and, if file is not nil, also writes the file, which is
// completed even if the device fails or the user interrupts. The device gets the sound at the same rate if it supports
// that, and S16 samples with dither.
func (p *Playback) Along(file *fileio.Sink, f stream.Format, samples pcm.Format, options ...dsp.Option) (stream.Sink, error) {
	rate, err := f.SampleRate()
	if err != nil {
		return nil, err
	}
	if err := p.Choose(rate, f.Channels, samples, false); err != nil {
		if file != nil {
			return stream.Tee(completeOnInterrupt{file, p.interrupted}, failedSink{err}), nil
		}
		return nil, err
	}
	device := p.newSink(samples == pcm.S16)
	var sink stream.Sink = device
	if file == nil {
		sink = failFastSink{device, p.fail}
	}
	if p.format.Rate != rate {
		r, err := resample.New(rate, p.format.Rate, f.Channels, resample.Filter{}, options...)
		if err != nil {
			return nil, err
		}
		sink = stream.Through(stream.Stage{Name: "resample", Processor: r}, sink)
	}
	if file != nil {
		sink = stream.Tee(completeOnInterrupt{file, p.interrupted}, sink)
	}
	return sink, nil
}

// A failFastSink cancels the run as soon as the device fails. It is for a device that is the only sink: after an error
// of Open or Write alone the run would end only when the source returns from its read, which may take long.
type failFastSink struct {
	*live.Sink
	fail context.CancelCauseFunc // cancels the run
}

func (s failFastSink) Open(f stream.Format, frames int64) error {
	return s.check(s.Sink.Open(f, frames))
}
func (s failFastSink) Write(frames []float32) error { return s.check(s.Sink.Write(frames)) }

func (s failFastSink) check(err error) error {
	if err != nil {
		s.fail(err)
	}
	return err
}

// A failedSink is the sink of a device that could not be opened. All its methods return the error.
type failedSink struct{ err error }

func (s failedSink) Open(stream.Format, int64) error { return s.err }
func (s failedSink) Write([]float32) error           { return s.err }
func (s failedSink) Close(error) error               { return s.err }

// A completeOnInterrupt is a file that is completed after an interrupt: it holds the sound up to there. After any other
// failure it is removed.
type completeOnInterrupt struct {
	*fileio.Sink
	ctx context.Context
}

func (s completeOnInterrupt) Close(cause error) error {
	if s.ctx.Err() != nil {
		cause = nil
	}
	return s.Sink.Close(cause)
}
