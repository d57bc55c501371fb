package stream

import (
	"errors"
	"fmt"
)

// Tee returns a Sink that gives every frame to main and then to second. What happens to second does not disturb main:
// if it fails to open or to write it gets no more frames, and its error comes from Close, after main has been closed as
// complete. A failure of main ends the run as if it were alone.
//
// Write returns when both have taken the frames, so the slower one sets the pace.
func Tee(main, second Sink) Sink { return &tee{main: main, second: second} }

type tee struct {
	main, second Sink
	failure      error // of second, which is closed then
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

// closeBeside adds what goes wrong to the failure.
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
