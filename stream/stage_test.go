package stream

import (
	"context"
	"errors"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/layer"
)

// model returns the stream of a small layer, as a model would make it.
func model(t *testing.T) *layer.ConvTranspose1D[float32] {
	t.Helper()
	l, err := layer.NewConvTranspose1D(layer.TransposeGeometry{In: 1, Out: 1, Kernel: 4, Stride: 2}, []float32{1, 2, 3, 4}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestStreamInUse runs one stream in two pipelines at once: the second is rejected before any frame moves, and the first is
// not disturbed. After the first, the stream is free.
func TestStreamInUse(t *testing.T) {
	l := model(t)
	shared, src := l.NewStream(), ramp(100)
	alone := l.NewStream()
	want := alone.Flush(alone.Process(nil, src))
	entered, leave := make(chan struct{}), make(chan struct{})
	sink := &memSink{t: t, onOpen: func() error { close(entered); <-leave; return nil }}
	first := Pipeline{
		Source: &memSource{data: src, channels: 1}, Sink: sink, Stages: []Stage{{Name: "vocode", Processor: shared}},
	}
	done := make(chan error)
	go func() {
		_, err := first.Run(context.Background())
		done <- err
	}()
	<-entered
	other := &memSink{t: t}
	second := Pipeline{
		Source: &memSource{data: src, channels: 1}, Sink: other, Stages: []Stage{{Name: "vocode", Processor: shared}},
	}
	_, err := second.Run(context.Background())
	const text = "pipeline: stage vocode: this stream is already running in another pipeline: create one per pipeline with ConvTranspose1D.NewStream"
	if err == nil || err.Error() != text {
		t.Errorf("second pipeline: got error %v, want %s", err, text)
	}
	if _, ok := errors.AsType[*dsp.InUseError](err); !ok {
		t.Errorf("second pipeline: got error %T, want a *dsp.InUseError in it", err)
	}
	if other.opened != 0 {
		t.Errorf("the sink of the second pipeline was opened %d times, want 0", other.opened)
	}
	close(leave)
	if err := <-done; err != nil {
		t.Errorf("first pipeline: got error %v, want none", err)
	}
	wantFrames(t, sink.data, want)
	third := &memSink{t: t}
	second.Source, second.Sink = &memSource{data: src, channels: 1}, third
	if _, err := second.Run(context.Background()); err != nil {
		t.Errorf("after the first pipeline: got error %v, want none", err)
	}
	wantFrames(t, third.data, want)
}

// wantFrames compares all frames that reached a sink.
func wantFrames(t *testing.T, got, want []float32) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("got %d samples, want %d", len(got), len(want))
		return
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("sample %d: got %v, want %v", i, got[i], want[i])
			return
		}
	}
}

// TestThroughInUse: the sink of Through is the owner of its stage between Open and Close.
func TestThroughInUse(t *testing.T) {
	shared := model(t).NewStream()
	open := func() (Sink, error) {
		s := Through(Stage{Name: "vocode", Processor: shared}, &memSink{t: t})
		return s, s.Open(Format{Rate: Hz(100), Channels: 1}, -1)
	}
	first, err := open()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := open(); !isInUse(err) {
		t.Errorf("second sink: got error %v, want a *dsp.InUseError", err)
	}
	if err := first.Close(nil); err != nil {
		t.Fatal(err)
	}
	if _, err := open(); err != nil {
		t.Errorf("after Close: got error %v, want none", err)
	}
}

func isInUse(err error) bool {
	_, ok := errors.AsType[*dsp.InUseError](err)
	return ok
}

// TestStageErrorName: each error of a stage is a StageError with the name of the stage.
func TestStageErrorName(t *testing.T) {
	for name, c := range map[string]struct {
		p    dsp.Processor
		want string
	}{
		"channels":  {repeat{1, 2}, "stage s: consumes 2 channels, but source emits 1"},
		"too short": {&ahead{d: 1, channels: 1, min: 99}, "stage s: input too short: 10 frames, need at least 99"},
		"too much":  {odd{Processor: repeat{1, 1}, maxOut: func(int) int { return 3 }}, "stage s: appended 10 values, MaxOutFrames allowed 3"},
		"absent":    {nil, "stage s: no processor"},
	} {
		t.Run(name, func(t *testing.T) {
			p := Pipeline{
				Source: &memSource{data: ramp(10), channels: 1}, Sink: &memSink{t: t}, Stages: []Stage{{Name: "s", Processor: c.p}},
			}
			_, err := p.Run(context.Background())
			failed, ok := errors.AsType[*StageError](err)
			if !ok {
				t.Fatalf("got error %v, want a *StageError", err)
			}
			if failed.Name != "s" || failed.Error() != c.want {
				t.Errorf("got stage %q, %q, want stage \"s\", %q", failed.Name, failed.Error(), c.want)
			}
		})
	}
}
