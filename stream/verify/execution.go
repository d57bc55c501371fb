package verify

import (
	"context"
	"errors"
	"fmt"

	"github.com/tailwave/tailwave/stream"
)

// An Execution computes one stream and writes it to sink: Open, Write for every block of whole frames, and Close(nil)
// at the end of a complete stream. It returns nil only then, and does not use the sink after it has returned. The Run
// of a [stream.Pipeline] with that sink is an execution; a function that runs another program can be one. An execution
// may be called again, and computes the same stream each time.
//
// It returns soon after ctx has ended. Open and Write of the sink return the cause of that end as their error.
type Execution func(ctx context.Context, sink stream.Sink) error

// An ExecutionError is the failure of one of two executions that are compared.
type ExecutionError struct {
	Execution string // "got" or "want"
	Err       error
}

// Error returns "<got or want>: <error>".
func (e *ExecutionError) Error() string { return e.Execution + ": " + e.Err.Error() }

// Unwrap returns Err.
func (e *ExecutionError) Unwrap() error { return e.Err }

// Executions compares two executions. It runs want first and holds its stream in memory, then runs got and compares
// each block when it is written. The errors are those of [Against]; an *ExecutionError names want if that one failed.
func Executions(ctx context.Context, got, want Execution) (Difference, error) {
	var whole stream.Buffer
	if err := run(ctx, "want", want, &whole); err != nil {
		return Difference{}, err
	}
	return Against(ctx, got, &whole)
}

// Against compares an execution with a stream in memory, which many comparisons may share, also at the same time. It
// compares each block when it is written, and keeps none. Frames that only one of the streams has are a difference.
//
// The failure of an execution is an error and not a difference: an *ExecutionError, which wraps
//
//   - the error that the execution returned;
//   - a *stream.PanicError if it panicked in the goroutine that called it;
//   - an error for a stream of another format, for values that are not whole frames, and for a missing Close(nil).
//
// If ctx has ended before an execution begins, the error is its cause. With an error, the Difference is that of the
// frames compared before it.
func Against(ctx context.Context, got Execution, want *stream.Buffer) (Difference, error) {
	if err := check(want); err != nil {
		return Difference{}, &ExecutionError{"want", err}
	}
	c := &comparison{want: want, Difference: Difference{Channels: want.Format.Channels}}
	if err := run(ctx, "got", got, c); err != nil {
		return c.Difference, err
	}
	c.compare(nil, want.Samples[c.at:])
	return c.Difference, nil
}

// check reports a buffer that does not hold a stream.
func check(b *stream.Buffer) error {
	if err := b.Format.Validate(); err != nil {
		return err
	}
	if n := len(b.Samples); n%b.Format.Channels != 0 {
		return fmt.Errorf("%d values: not whole frames of %d channels", n, b.Format.Channels)
	}
	return nil
}

// run calls an execution with a sink that checks what it does.
func run(ctx context.Context, name string, e Execution, sink stream.Sink) (err error) {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	defer func() {
		if err != nil {
			err = &ExecutionError{name, err}
		}
	}()
	checked := &checkedSink{ctx: ctx, sink: sink}
	if err := protect("execution", func() error { return e(ctx, checked) }); err != nil {
		return err
	}
	switch {
	case checked.err != nil:
		return fmt.Errorf("returned no error, although its sink failed: %w", checked.err)
	case !checked.complete:
		return errors.New("returned no error before the end of its stream: call Close(nil) after the last frame")
	}
	return nil
}

// A checkedSink passes on a stream as long as ctx lasts and the calls are in order.
type checkedSink struct {
	ctx      context.Context
	sink     stream.Sink
	channels int   // 0 while the sink is not open
	complete bool  // closed with nil
	err      error // first failure, or what the sink was closed with
}

func (s *checkedSink) Open(f stream.Format, frames int64) error {
	return s.note(s.open(f, frames))
}

func (s *checkedSink) open(f stream.Format, frames int64) error {
	if s.ctx.Err() != nil {
		return context.Cause(s.ctx)
	}
	if s.channels != 0 || s.complete || s.err != nil {
		return errors.New("open: sink was opened before: call Open once")
	}
	if err := f.Validate(); err != nil {
		return err
	}
	if err := s.sink.Open(f, frames); err != nil {
		return err
	}
	s.channels = f.Channels
	return nil
}

func (s *checkedSink) Write(frames []float32) error {
	switch {
	case s.ctx.Err() != nil:
		return s.note(context.Cause(s.ctx))
	case s.channels == 0:
		return s.note(errors.New("write: sink is not open: call Write between Open and Close"))
	case len(frames)%s.channels != 0:
		return s.note(fmt.Errorf("write: %d values: not whole frames of %d channels", len(frames), s.channels))
	}
	return s.note(s.sink.Write(frames))
}

func (s *checkedSink) Close(cause error) error {
	if s.channels == 0 {
		return s.note(errors.New("close: sink is not open: call Close once, after Open"))
	}
	s.channels, s.complete = 0, cause == nil
	s.note(cause)
	return s.note(s.sink.Close(cause))
}

// note keeps the first error.
func (s *checkedSink) note(err error) error {
	if s.err == nil {
		s.err = err
	}
	return err
}

// A comparison is a sink that compares frames with those of want.
type comparison struct {
	want *stream.Buffer
	at   int // samples of want that have been compared
	Difference
}

// Open reports a format that is not that of want.
func (c *comparison) Open(f stream.Format, _ int64) error {
	want := c.want.Format
	if f.Channels != want.Channels {
		return fmt.Errorf("frames of %d channels: must be %d, as in the stream to compare with", f.Channels, want.Channels)
	}
	for _, rate := range []*stream.Rate{&f.Rate, &want.Rate} {
		reduced, err := stream.NewRate(rate.Num, rate.Den)
		if err != nil {
			return err
		}
		*rate = reduced
	}
	if f.Rate != want.Rate {
		return fmt.Errorf("frame rate %v: must be %v, as in the stream to compare with", f.Rate, want.Rate)
	}
	return nil
}

func (c *comparison) Write(frames []float32) error {
	n := min(len(frames), len(c.want.Samples)-c.at)
	c.compare(frames, c.want.Samples[c.at:c.at+n])
	c.at += n
	return nil
}

func (c *comparison) Close(error) error { return nil }
