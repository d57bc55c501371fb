package stream

import (
	"errors"
	"fmt"
)

// Tee returns a Sink that writes every frame to main and then to second. Write returns when both have consumed the
// frames, so the slower sink sets the pace.
//
// A failure of main ends the run. A failure of second does not: second receives no more frames, main still receives the
// whole stream and is closed as complete, and then Close returns the error of second. The run thus fails although main
// is complete.
func Tee(main, second Sink) Sink { return &tee{main: main, second: second} }

type tee struct {
	main, second Sink
	failure      error // of second; if it is not nil, second is closed or was never opened
}

func (t *tee) Open(f Format, frames int64) error {
	if err := t.main.Open(f, frames); err != nil {
		return err
	}
	t.failure = protect("sink", func() error { return t.second.Open(f, frames) })
	return nil
}

func (t *tee) Write(frames []float32) error {
	if err := t.main.Write(frames); err != nil {
		return err
	}
	if t.failure != nil {
		return nil
	}
	if t.failure = t.second.Write(frames); t.failure != nil {
		t.closeBeside(t.failure)
	}
	return nil
}

// closeBeside closes second, and adds the error of its Close to the failure.
func (t *tee) closeBeside(cause error) {
	err := t.second.Close(cause)
	switch {
	case t.failure == nil:
		t.failure = err
	case err != nil && !errors.Is(err, t.failure):
		t.failure = fmt.Errorf("%w; %w", t.failure, err)
	}
}

func (t *tee) Close(cause error) error {
	err := protect("sink", func() error { return t.main.Close(cause) })
	if t.failure == nil {
		if cause == nil {
			cause = err
		}
		if p := protect("sink", func() error { t.closeBeside(cause); return nil }); p != nil {
			t.failure = p
		}
	}
	if t.failure != nil {
		return errors.Join(err, t.failure)
	}
	return err
}
