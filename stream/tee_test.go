package stream

import (
	"errors"
	"slices"
	"testing"
)

// runTee moves n frames of a ramp through Tee.
func runTee(t *testing.T, main, beside Sink) ([]float32, error) {
	t.Helper()
	data := ramp(1000)
	_, err := Pipeline{Source: &memSource{data: data, channels: 1}, Sink: Tee(main, beside), BlockFrames: 100}.Run(t.Context())
	return data, err
}

func TestTee(t *testing.T) {
	a, b := &memSink{t: t}, &memSink{t: t}
	data, err := runTee(t, a, b)
	if err != nil || !slices.Equal(a.data, data) || !slices.Equal(b.data, data) {
		t.Errorf("%v; %d and %d frames of %d", err, len(a.data), len(b.data), len(data))
	}
	for _, s := range []*memSink{a, b} {
		if !slices.Equal(s.causes, []error{nil}) || s.frames != -1 || s.format.Channels != 1 {
			t.Errorf("closed with %v, opened for %d frames of %v", s.causes, s.frames, s.format)
		}
	}
}

// TestTeeBesideFails: the main sink gets everything and a good end, then the error is told.
func TestTeeBesideFails(t *testing.T) {
	for name, beside := range map[string]*memSink{
		"open":  {t: t, onOpen: func() error { return errLost }},
		"write": {t: t, onWrite: func(n int) error { return pick(n == 3) }},
		"close": {t: t, onClose: func(error) error { return errLost }},
	} {
		main := &memSink{t: t}
		data, err := runTee(t, main, beside)
		if !errors.Is(err, errLost) {
			t.Errorf("%s: %v", name, err)
		}
		if !slices.Equal(main.data, data) || !slices.Equal(main.causes, []error{nil}) {
			t.Errorf("%s: the main sink has %d frames and was closed with %v", name, len(main.data), main.causes)
		}
		if name == "write" && (beside.writes != 4 || len(beside.causes) != 1 || !errors.Is(beside.causes[0], errLost)) {
			t.Errorf("%s: %d writes, closed with %v", name, beside.writes, beside.causes)
		}
		if name == "open" && len(beside.causes) > 0 {
			t.Errorf("%s: closed without being open", name)
		}
	}
}

// TestTeeMainFails: as if it were alone, and the other one learns why.
func TestTeeMainFails(t *testing.T) {
	for name, main := range map[string]*memSink{
		"open":  {t: t, onOpen: func() error { return errLost }},
		"write": {t: t, onWrite: func(n int) error { return pick(n == 3) }},
		"close": {t: t, onClose: func(error) error { return errLost }},
	} {
		beside := &memSink{t: t}
		if _, err := runTee(t, main, beside); !errors.Is(err, errLost) {
			t.Errorf("%s: %v", name, err)
		}
		if name == "open" {
			if beside.opened > 0 {
				t.Error("open: the other one was opened")
			}
			continue
		}
		if len(beside.causes) != 1 || !errors.Is(beside.causes[0], errLost) {
			t.Errorf("%s: the other one was closed with %v", name, beside.causes)
		}
	}
}

// TestTeePanics: a sink that panics does not keep the other one from being closed.
func TestTeePanics(t *testing.T) {
	main, beside := &memSink{t: t}, &memSink{t: t, onWrite: func(int) error { panic("broken") }}
	_, err := runTee(t, main, beside)
	if _, ok := errors.AsType[*PanicError](err); !ok {
		t.Errorf("%v", err)
	}
	if len(main.causes) != 1 || len(beside.causes) != 1 {
		t.Errorf("closed with %v and %v", main.causes, beside.causes)
	}
}
