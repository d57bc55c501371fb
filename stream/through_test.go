package stream

import (
	"errors"
	"fmt"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/layer"
)

// TestThrough: a sink after Through receives the frames that it would receive with the stage in the pipeline.
func TestThrough(t *testing.T) {
	for _, p := range []dsp.Processor{&ahead{d: 3, channels: 2}, repeat{3, 2}, &down{k: 4, channels: 2}} {
		for _, block := range []int{1, 7, 1000} {
			t.Run(fmt.Sprintf("%T/%d", p, block), func(t *testing.T) {
				data := ramp(2 * 501)
				want, got := &memSink{t: t}, &memSink{t: t}
				run := func(stages []Stage, s Sink) {
					t.Helper()
					src := sizedSource{&memSource{data: data, channels: 2}, 501}
					p := Pipeline{Source: src, Stages: stages, Sink: s, BlockFrames: block}
					if _, err := p.Run(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
				run([]Stage{{"stage", p}}, want)
				run(nil, Through(Stage{"stage", p}, got))
				wantFrames(t, got.data, want.data)
				if got.frames != want.frames || got.format != want.format {
					t.Errorf("sink: got opened for %d frames of %v, want %d of %v", got.frames, got.format, want.frames, want.format)
				}
				got.wantDone(t)
			})
		}
	}
}

// TestThroughFails: an error of the source, or of the last write with the frames of Flush, is the cause with which the
// sink is closed. A stage that does not fit the source is an error before the sink is opened.
func TestThroughFails(t *testing.T) {
	stage := Stage{"stage", &ahead{d: 3, channels: 1}}
	run := func(src Source, s *memSink) error {
		_, err := Pipeline{Source: src, Sink: Through(stage, s), BlockFrames: 10}.Run(t.Context())
		return err
	}
	t.Run("source", func(t *testing.T) {
		s := &memSink{t: t}
		s.wantCause(t, run(&memSource{data: ramp(100), channels: 1, end: errLost}, s), errLost)
		if got := len(s.data); got > 97 {
			t.Errorf("got %d frames, want at most 97", got)
		}
	})
	t.Run("last write", func(t *testing.T) {
		s := &memSink{t: t, onWrite: func(n int) error { return pick(n == 9) }}
		s.wantCause(t, run(&memSource{data: ramp(90), channels: 1}, s), errLost)
	})
	t.Run("two channels", func(t *testing.T) {
		s := &memSink{t: t}
		if err := run(&memSource{data: ramp(100), channels: 2}, s); err == nil {
			t.Error("got no error, want one")
		}
		s.wantUnopened(t)
	})
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

// TestThroughReleases: a stage has no owner after it or its sink has failed to open or has panicked.
func TestThroughReleases(t *testing.T) {
	for name, c := range map[string]struct {
		onOpen  func() error
		onReset func()
	}{
		"error":          {func() error { return errBoom }, func() {}},
		"panic":          {func() error { panic(errBoom) }, func() {}},
		"panic in Reset": {nil, func() { panic(errBoom) }},
	} {
		t.Run(name, func(t *testing.T) {
			shared := resetting{model(t).NewStream(), c.onReset}
			sink := Through(Stage{Name: "vocode", Processor: shared}, &memSink{t: t, onOpen: c.onOpen})
			if err := protect("sink", func() error { return sink.Open(Format{Rate: Hz(100), Channels: 1}, -1) }); err == nil {
				t.Fatal("Open: got no error, want one")
			}
			if err := shared.Acquire(); err != nil {
				t.Errorf("Acquire after the failure: got error %v, want none", err)
			}
		})
	}
}

// resetting is a stream that calls a function in Reset.
type resetting struct {
	*layer.ConvTranspose1DStream[float32]
	onReset func()
}

func (r resetting) Reset() { r.onReset() }

// TestThroughNamesStage: an unnamed stage has a number in errors, and no processor is an error.
func TestThroughNamesStage(t *testing.T) {
	for want, stage := range map[string]Stage{
		"stage #1: consumes 1 channels, but its source emits 2": {Processor: model(t).NewStream()},
		"stage none: no processor: set Stage.Processor":         {Name: "none"},
	} {
		t.Run(want, func(t *testing.T) {
			err := Through(stage, &memSink{t: t}).Open(Format{Rate: Hz(100), Channels: 2}, -1)
			if err == nil || err.Error() != want {
				t.Errorf("got error %v, want %s", err, want)
			}
		})
	}
}
