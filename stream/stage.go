package stream

import (
	"errors"
	"fmt"

	"github.com/tailwave/tailwave/dsp"
)

// A Stage is one step of a [Pipeline], which runs it in a goroutine of its own, or of a [Puller]. Name appears in
// errors and statistics.
type Stage struct {
	Name string
	dsp.Processor
}

// A StageError says which stage of a pipeline failed. A panic in a stage is a [PanicError] instead.
type StageError struct {
	Name string // Stage.Name, or "#" and the number of the stage from 1 if it has no name
	Err  error
}

// Error returns "stage <name>: <error>".
func (e *StageError) Error() string { return fmt.Sprintf("stage %s: %v", e.Name, e.Err) }

// Unwrap returns Err.
func (e *StageError) Unwrap() error { return e.Err }

// outFormat returns the format of the frames that the stage emits for frames of the format in. It fails if they do not
// fit the stage. giver is what emits them, for the error.
func (s Stage) outFormat(in Format, giver string) (Format, error) {
	if s.Processor == nil {
		return Format{}, errors.New("no processor")
	}
	shape := s.Shape()
	if shape.In != in.Channels {
		return Format{}, fmt.Errorf("consumes %d channels, but %s emits %d", shape.In, giver, in.Channels)
	}
	if shape.Out < 1 {
		return Format{}, fmt.Errorf("emits %d channels: need at least 1", shape.Out)
	}
	if c, ok := s.Processor.(dsp.RateConverter); ok {
		if hz, _ := c.Rates(); hz != 0 && in.Rate != Hz(hz) {
			return Format{}, fmt.Errorf("converts from %d Hz, but %s emits %v", hz, giver, in.Rate)
		}
	}
	rate, err := in.Rate.Scale(shape.Up, shape.Down)
	return Format{Rate: rate, Channels: shape.Out}, err
}

// stageName is the name of stage i in errors.
func stageName(i int, s Stage) string {
	if s.Name == "" {
		return fmt.Sprintf("#%d", i+1)
	}
	return s.Name
}

// stageError names the stage that failed with err, which may be nil.
func stageError(name string, err error) error {
	if err == nil {
		return nil
	}
	if _, panicked := err.(*PanicError); panicked {
		return err
	}
	return &StageError{Name: name, Err: err}
}

// acquire makes the pipeline the owner of its stages, and returns the function that gives them up again.
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

// begin makes a pipeline or a Puller the owner of its stages and resets them. It returns the function that releases
// them.
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
