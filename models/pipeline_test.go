package models

import (
	"context"
	"errors"
	"io"
	"sync"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/stream"
)

// frameSource emits frames from memory.
type frameSource struct {
	format stream.Format
	rest   []float32
}

func (s *frameSource) Format() stream.Format { return s.format }
func (s *frameSource) Read(dst []float32) (int, error) {
	if len(s.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(dst, s.rest)
	s.rest = s.rest[n:]
	return n / s.format.Channels, nil
}

// keepSink keeps the samples that it receives.
type keepSink struct{ samples []float32 }

func (k *keepSink) Open(stream.Format, int64) error { return nil }
func (k *keepSink) Write(frames []float32) error {
	k.samples = append(k.samples, frames...)
	return nil
}
func (k *keepSink) Close(error) error { return nil }

// TestStreamInTwoPipelines runs one stream in two pipelines at once, many times, as two handlers of a server might.
// Every run must have exactly the right samples, or end with the error that names the cure.
func TestStreamInTwoPipelines(t *testing.T) {
	m := smallModel(t)
	frames := dsptest.Noise[float32](1, 200*m.Info().Mels)
	want := synthesize(t, m, frames)
	rate, err := stream.NewRate(int64(m.Info().SampleRate), int64(m.Info().Hop))
	if err != nil {
		t.Fatal(err)
	}
	const text = "pipeline: stage vocode: this stream is already running in another pipeline: create one per pipeline with Model.NewStream"
	shared, err := m.NewStream()
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	complete, rejected := 0, 0
	for range 8 {
		wg.Go(func() {
			for range 20 {
				sink := &keepSink{}
				_, err := stream.Pipeline{
					Source: &frameSource{stream.Format{Rate: rate, Channels: m.Info().Mels}, frames},
					Stages: []stream.Stage{{Name: "vocode", Processor: shared}},
					Sink:   sink, BlockFrames: 7,
				}.Run(context.Background())
				_, inUse := errors.AsType[*dsp.InUseError](err)
				mu.Lock()
				switch {
				case err == nil && dsptest.FirstDifference(sink.samples, want) < 0:
					complete++
				case inUse && err.Error() == text && len(sink.samples) == 0:
					rejected++
				default:
					t.Errorf("got %d samples and error %v, want %d samples, or none and error %s", len(sink.samples),
						err, len(want), text)
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if complete == 0 || rejected == 0 {
		t.Errorf("%d runs were complete and %d were rejected, want both above 0", complete, rejected)
	}
}
