package stream

import (
	"errors"
	"fmt"

	"github.com/tailwave/tailwave/dsp"
)

// A Stage is one step of a [Pipeline], which runs it in a goroutine of its own, or of a [Puller].
type Stage struct {
	Name string // for errors and statistics; may be empty
	dsp.Processor
}

// A StageError says which stage of a [Pipeline] or [Puller] failed. A panic in a stage is a [PanicError] instead.
type StageError struct {
	Name string // Stage.Name, or "#" and the number of the stage from 1 if it has no name
	Err  error
}

// Error returns "stage <name>: <error>".
func (e *StageError) Error() string { return fmt.Sprintf("stage %s: %v", e.Name, e.Err) }

// Unwrap returns Err.
func (e *StageError) Unwrap() error { return e.Err }

// outFormat returns the format of the frames that the stage emits for frames of the format in. It fails if the stage
// cannot consume such frames. giver names what emits them, for the error.
func (s Stage) outFormat(in Format, giver string) (Format, error) {
	if s.Processor == nil {
		return Format{}, errors.New("no processor: set Stage.Processor")
	}
	shape := s.Shape()
	if shape.In != in.Channels {
		return Format{}, fmt.Errorf("consumes %d channels, but %s emits %d", shape.In, giver, in.Channels)
	}
	if shape.Out < 1 {
		return Format{}, fmt.Errorf("emits %d channels: must be at least 1", shape.Out)
	}
	if c, ok := s.Processor.(dsp.RateConverter); ok {
		if hz, _ := c.Rates(); hz != 0 && in.Rate != Hz(hz) {
			return Format{}, fmt.Errorf("converts from %d Hz, but %s emits %v", hz, giver, in.Rate)
		}
	}
	rate, err := in.Rate.Scale(shape.Up, shape.Down)
	return Format{Rate: rate, Channels: shape.Out}, err
}

// stageName returns the name of stage i, counted from 0, for errors.
func stageName(i int, s Stage) string {
	if s.Name == "" {
		return fmt.Sprintf("#%d", i+1)
	}
	return s.Name
}

// stageError returns err as a StageError. A nil error and a PanicError are returned as they are.
func stageError(name string, err error) error {
	if err == nil {
		return nil
	}
	if _, panicked := err.(*PanicError); panicked {
		return err
	}
	return &StageError{Name: name, Err: err}
}

// acquire makes the caller the owner of the stages, and returns the function that ends the ownership. If a stage has
// another owner, the caller owns none of them.
func acquire(stages []Stage) (release func(), err error) {
	var owned []dsp.Owned
	release = func() {
		for _, o := range owned {
			o.Release()
		}
	}
	for i, s := range stages {
		o, ok := s.Processor.(dsp.Owned)
		if !ok {
			continue
		}
		name := stageName(i, s)
		if err := protect("stage "+name, o.Acquire); err != nil {
			release()
			return nil, stageError(name, err)
		}
		owned = append(owned, o)
	}
	return release, nil
}

// begin acquires the stages and resets them. It returns the function that ends the ownership.
func begin(stages []Stage) (release func(), err error) {
	if release, err = acquire(stages); err != nil {
		return nil, err
	}
	for i, s := range stages {
		if err := protect("stage "+stageName(i, s), func() error { s.Reset(); return nil }); err != nil {
			release()
			return nil, err
		}
	}
	return release, nil
}
