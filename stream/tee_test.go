package stream

import (
	"errors"
	"testing"
)

// runTee moves a ramp of 1000 frames through Tee and returns it.
func runTee(t *testing.T, main, beside Sink) ([]float32, error) {
	t.Helper()
	data := ramp(1000)
	_, err := Pipeline{Source: &memSource{data: data, channels: 1}, Sink: Tee(main, beside),
		BlockFrames: 100}.Run(t.Context())
	return data, err
}

// TestTee: both sinks get every frame and are opened and closed alike.
func TestTee(t *testing.T) {
	a, b := &memSink{t: t}, &memSink{t: t}
	data, err := runTee(t, a, b)
	if err != nil {
		t.Errorf("got error %v, want none", err)
	}
	for _, s := range []*memSink{a, b} {
		wantFrames(t, s.data, data)
		s.wantDone(t)
		if s.frames != -1 || s.format.Channels != 1 {
			t.Errorf("sink: got opened for %d frames of %v, want -1 of one channel", s.frames, s.format)
		}
	}
}

// TestTeeBesideFails: if the second sink fails, the main sink still gets every frame and is closed without a cause. The
// run then returns the error.
func TestTeeBesideFails(t *testing.T) {
	for name, beside := range map[string]*memSink{
		"open":  {t: t, onOpen: func() error { return errLost }},
		"write": {t: t, onWrite: func(n int) error { return pick(n == 3) }},
		"close": {t: t, onClose: func(error) error { return errLost }},
	} {
		t.Run(name, func(t *testing.T) {
			main := &memSink{t: t}
			data, err := runTee(t, main, beside)
			if !errors.Is(err, errLost) {
				t.Errorf("got error %v, want %v", err, errLost)
			}
			wantFrames(t, main.data, data)
			main.wantDone(t)
			if name == "write" {
				beside.wantCause(t, err, errLost)
				if beside.writes != 4 {
					t.Errorf("writes to the second sink: got %d, want 4", beside.writes)
				}
			}
			if name == "open" && len(beside.causes) > 0 {
				t.Errorf("second sink: got closed with %v, want not closed", beside.causes)
			}
		})
	}
}

// TestTeeMainFails: if the main sink fails, the run ends with its error, and the second sink is closed with it.
func TestTeeMainFails(t *testing.T) {
	for name, main := range map[string]*memSink{
		"open":  {t: t, onOpen: func() error { return errLost }},
		"write": {t: t, onWrite: func(n int) error { return pick(n == 3) }},
		"close": {t: t, onClose: func(error) error { return errLost }},
	} {
		t.Run(name, func(t *testing.T) {
			beside := &memSink{t: t}
			_, err := runTee(t, main, beside)
			if !errors.Is(err, errLost) {
				t.Errorf("got error %v, want %v", err, errLost)
			}
			if name == "open" {
				beside.wantUnopened(t)
			} else {
				beside.wantCause(t, err, errLost)
			}
		})
	}
}

// TestTeePanics: if one sink panics, the other one is closed nevertheless.
func TestTeePanics(t *testing.T) {
	main, beside := &memSink{t: t}, &memSink{t: t, onWrite: func(int) error { panic("broken") }}
	_, err := runTee(t, main, beside)
	if _, ok := errors.AsType[*PanicError](err); !ok {
		t.Errorf("got error %v, want a *PanicError", err)
	}
	if len(main.causes) != 1 || len(beside.causes) != 1 {
		t.Errorf("got the sinks closed with %v and %v, want once each", main.causes, beside.causes)
	}
}
