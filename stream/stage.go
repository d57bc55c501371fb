package stream

import (
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

// begin makes a pipeline or a Puller the owner of its stages and resets them. It returns the function that gives them
// up again.
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
