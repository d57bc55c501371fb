package stream

import (
	"context"
	"errors"
	"testing"

	"github.com/tailwave/tailwave/dsp"
)

// TestStreamInUse runs one stream in two pipelines at once: the second is rejected before any frame moves, and the
// first is not disturbed. After the first, the stream is free.
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
	const text = "pipeline: stage vocode: this stream is already running in another pipeline: " +
		"create one per pipeline with ConvTranspose1D.NewStream"
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

// TestLaterStageInUse: a stage stays free if a pipeline fails because one after it has an owner.
func TestLaterStageInUse(t *testing.T) {
	first, second := model(t).NewStream(), model(t).NewStream()
	if err := second.Acquire(); err != nil {
		t.Fatal(err)
	}
	_, err := Pipeline{
		Source: &memSource{data: ramp(10), channels: 1}, Sink: &memSink{t: t},
		Stages: []Stage{{"first", first}, {"second", second}},
	}.Run(t.Context())
	if !isInUse(err) {
		t.Errorf("got error %v, want a *dsp.InUseError", err)
	}
	if err := first.Acquire(); err != nil {
		t.Errorf("Acquire of the first stage: got error %v, want none", err)
	}
}

// TestStageErrorName: each error of a stage is a StageError with the name of the stage.
func TestStageErrorName(t *testing.T) {
	for name, c := range map[string]struct {
		p    dsp.Processor
		want string
	}{
		"channels":  {repeat{1, 2}, "stage s: consumes 2 channels, but source emits 1"},
		"too short": {&ahead{d: 1, channels: 1, min: 99}, "stage s: input too short: 10 frames, need at least 99"},
		"too much": {odd{Processor: repeat{1, 1}, maxOut: func(int) int { return 3 }},
			"stage s: appended 10 values, but MaxOutFrames allows 3"},
		"absent": {nil, "stage s: no processor: set Stage.Processor"},
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

// TestTooShort: a stream that is shorter than a stage needs fails before the sink is opened if its length is known, and
// before that stage is flushed if it is not.
func TestTooShort(t *testing.T) {
	const text = "pipeline: stage last: input too short"
	want := dsp.TooShortError{Have: 95, Need: 96}
	t.Run("length known", func(t *testing.T) {
		p, sink, _, last := failing(t)
		last.min = 96
		p.Source = sizedSource{&memSource{data: ramp(95), channels: 1}, 95}
		_, err := p.Run(context.Background())
		wantText(t, err, text)
		if short, ok := errors.AsType[*dsp.TooShortError](err); !ok || *short != want {
			t.Errorf("got error %#v, want %#v", err, &want)
		}
		sink.wantUnopened(t)
	})
	t.Run("length unknown", func(t *testing.T) {
		p, sink, first, last := failing(t)
		last.min = 96
		p.Source = &memSource{data: ramp(95), channels: 1}
		_, err := p.Run(context.Background())
		wantText(t, err, text)
		short, ok := errors.AsType[*dsp.TooShortError](err)
		if !ok || *short != want {
			t.Fatalf("got error %#v, want %#v", err, &want)
		}
		sink.wantCause(t, err, short)
		wantFlushes(t, 1, first)
		wantFlushes(t, 0, last)
	})
}

// TestStageMisbehaves: a stage that returns more or fewer values than it announced ends the run with an error.
func TestStageMisbehaves(t *testing.T) {
	var big [100]float32
	for name, c := range map[string]struct {
		bad   odd
		first bool // it fails before the sink gets frames
		text  string
	}{
		"too much": {odd{maxOut: func(n int) int { return n - 1 }}, true, "appended 10 values, but MaxOutFrames allows 9"},
		"own slice": {odd{process: func(dst, src []float32) []float32 { return append(big[:0], src...) }},
			true, "returned 10 values in a slice of its own: append them to dst"},
		"lost": {odd{flush: func(dst []float32) []float32 { return append(dst, 1) }},
			false, "emitted 1001 frames for 1000, but OutFrames announced 1000"},
		"halved": {odd{shape: func(s *dsp.Shape) { s.In, s.Out = 1, 3 }},
			true, "appended 10 values: not whole frames of 3 channels"},
		"no dst": {odd{process: func(dst, src []float32) []float32 { return nil }},
			true, "emitted 0 frames for 1000, but OutFrames announced 1000"},
		"forgets": {odd{frames: func(n int64) int64 { return n + 1 }}, false, "emitted 1000 frames for 1000, but OutFrames announced 1001"},
	} {
		t.Run(name, func(t *testing.T) {
			p, sink, _, _ := failing(t)
			c.bad.Processor = repeat{1, 1}
			p.Stages = []Stage{{"bad", c.bad}}
			_, err := p.Run(context.Background())
			if err == nil || err.Error() != "pipeline: stage bad: "+c.text {
				t.Fatalf("got error %v, want pipeline: stage bad: %s", err, c.text)
			}
			if c.first {
				sink.wantUnopened(t)
			} else if len(sink.causes) != 1 || sink.causes[0] == nil || sink.causes[0].Error() != err.Error() {
				t.Errorf("sink: got closed with %v, want once with %v", sink.causes, err)
			}
		})
	}
}
