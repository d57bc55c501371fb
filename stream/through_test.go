package stream

import (
	"errors"
	"slices"
	"testing"

	"github.com/tailwave/tailwave/dsp"
)

// TestThrough: the sink gets what it would get with the stage in the pipeline.
func TestThrough(t *testing.T) {
	for _, p := range []dsp.Processor{&ahead{d: 3, channels: 2}, repeat{3, 2}, &down{k: 4, channels: 2}} {
		for _, block := range []int{1, 7, 1000} {
			data := ramp(2 * 501)
			want, got := &memSink{t: t}, &memSink{t: t}
			run := func(stages []Stage, s Sink) {
				t.Helper()
				src := sizedSource{&memSource{data: data, channels: 2}, 501}
				if _, err := (Pipeline{Source: src, Stages: stages, Sink: s, BlockFrames: block}).Run(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			run([]Stage{{"stage", p}}, want)
			run(nil, Through(Stage{"stage", p}, got))
			if !slices.Equal(got.data, want.data) || got.frames != want.frames || got.format != want.format {
				t.Errorf("%T: %d values of %d, opened for %d frames of %v, want %d of %v", p, len(got.data), len(want.data), got.frames, got.format, want.frames, want.format)
			}
			if !slices.Equal(got.causes, []error{nil}) {
				t.Errorf("%T: closed with %v", p, got.causes)
			}
		}
	}
}

func TestThroughFails(t *testing.T) {
	stage := Stage{"stage", &ahead{d: 3, channels: 1}}
	run := func(src Source, s *memSink) error {
		_, err := Pipeline{Source: src, Sink: Through(stage, s), BlockFrames: 10}.Run(t.Context())
		return err
	}
	s := &memSink{t: t}
	if err := run(&memSource{data: ramp(100), channels: 1, end: errLost}, s); !errors.Is(err, errLost) || len(s.causes) != 1 || !errors.Is(s.causes[0], errLost) || len(s.data) > 97 {
		t.Errorf("broken source: %v, closed with %v after %d frames", err, s.causes, len(s.data))
	}
	s = &memSink{t: t, onWrite: func(n int) error { return pick(n == 9) }} // what Flush gives
	if err := run(&memSource{data: ramp(90), channels: 1}, s); !errors.Is(err, errLost) || len(s.causes) != 1 || !errors.Is(s.causes[0], errLost) {
		t.Errorf("last write: %v, closed with %v", err, s.causes)
	}
	s = &memSink{t: t}
	if err := run(&memSource{data: ramp(100), channels: 2}, s); err == nil || s.opened > 0 {
		t.Errorf("two channels: %v", err)
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
