package verify

import (
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/stream"
)

// Whole runs stages over a whole input, one stage after the other: Reset, one call of Process, Flush. Memory holds the
// input, and the input and output of one stage at a time.
//
// The error is a *stream.StageError if a stage does not fit its input, if its input is shorter than its MinFrames, or
// if a pipeline is running it. It is a *stream.PanicError if a stage panics, and another error if the input is not
// valid.
func Whole(in *stream.Buffer, stages ...stream.Stage) (*stream.Buffer, error) {
	return oneShot(in, stages, func(name string, s stream.Stage, src []float32) ([]float32, error) {
		if o, ok := s.Processor.(dsp.Owned); ok {
			if err := o.Acquire(); err != nil {
				return nil, &stream.StageError{Name: name, Err: err}
			}
			defer o.Release()
		}
		s.Reset()
		shape := s.Shape()
		// With room for the whole result, append never copies it.
		dst := make([]float32, 0, s.MaxOutFrames(len(src)/shape.In)*shape.Out)
		return s.Flush(s.Process(dst, src)), nil
	})
}

// Reference computes the whole output with the one-shot form of each stage, one stage after the other. Each processor
// must be a [dsp.Referencer]. The state of the processors does not change. The errors are those of [Whole], and a
// *stream.StageError if the Reference method of a stage fails. A processor without that method is an error too.
func Reference(in *stream.Buffer, stages ...stream.Stage) (*stream.Buffer, error) {
	return oneShot(in, stages, func(name string, s stream.Stage, src []float32) ([]float32, error) {
		defined, ok := s.Processor.(dsp.Referencer)
		if !ok {
			return nil, fmt.Errorf("stage %s: has no one-shot form: implement dsp.Referencer", name)
		}
		out, err := defined.Reference(src)
		if err != nil {
			return nil, &stream.StageError{Name: name, Err: err}
		}
		return out, nil
	})
}

// oneShot calls compute for each stage, with the whole output of the stage before it.
func oneShot(in *stream.Buffer, stages []stream.Stage,
	compute func(name string, s stream.Stage, src []float32) ([]float32, error)) (*stream.Buffer, error) {
	if err := check(in); err != nil {
		return nil, fmt.Errorf("input: %w", err)
	}
	out := &stream.Buffer{Format: in.Format, Samples: in.Samples, Complete: true}
	for i, s := range stages {
		name := s.Name
		if name == "" {
			name = fmt.Sprintf("#%d", i+1)
		}
		err := protect("stage "+name, func() (err error) {
			n := int64(len(out.Samples) / out.Format.Channels)
			if out.Format, err = formatAfter(s, out.Format); err == nil {
				err = dsp.CheckLength(s, n)
			}
			if err != nil {
				return &stream.StageError{Name: name, Err: err}
			}
			if out.Samples, err = compute(name, s, out.Samples); err != nil {
				return err
			}
			if err := check(out); err != nil {
				return &stream.StageError{Name: name, Err: fmt.Errorf("emitted %w", err)}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// formatAfter returns the format of the frames that a stage emits for frames of format f.
func formatAfter(s stream.Stage, f stream.Format) (stream.Format, error) {
	if s.Processor == nil {
		return f, errors.New("no processor: set Stage.Processor")
	}
	shape := s.Shape()
	switch {
	case shape.In != f.Channels:
		return f, fmt.Errorf("consumes %d channels, but its input has %d", shape.In, f.Channels)
	case shape.Out < 1:
		return f, fmt.Errorf("emits %d channels: must be at least 1", shape.Out)
	}
	rate, err := f.Rate.Scale(shape.Up, shape.Down)
	return stream.Format{Rate: rate, Channels: shape.Out}, err
}

// protect calls f and returns its error, or its panic as a *stream.PanicError.
func protect(where string, f func() error) (err error) {
	defer func() {
		switch v := recover().(type) {
		case nil:
		case *stream.PanicError: // from a Pool: v.Stack is that of the goroutine that panicked
			err = &stream.PanicError{Where: where, Value: v.Value, Stack: v.Stack}
		default:
			err = &stream.PanicError{Where: where, Value: v, Stack: debug.Stack()}
		}
	}()
	return f()
}
