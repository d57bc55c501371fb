package verify

import (
	"context"
	"errors"
	"fmt"

	"github.com/tailwave/tailwave/stream"
)

// An Execution computes one stream and writes it to sink. It calls Open, Write for each block of whole frames, and
// Close(nil) at the end of a complete stream; only then may it return nil. It must not use the sink after it has
// returned. Each call computes the same stream.
//
// An execution must return soon after ctx has ended. Open and Write of the sink then return context.Cause(ctx).
//
// The Run method of a [stream.Pipeline] with that sink behaves like this. A function that runs another program can be
// an execution too.
type Execution func(ctx context.Context, sink stream.Sink) error

// An ExecutionError says which of two executions has failed.
type ExecutionError struct {
	Execution string // "got" or "want"
	Err       error
}

// Error returns "<got or want>: <error>".
func (e *ExecutionError) Error() string { return e.Execution + ": " + e.Err.Error() }

// Unwrap returns Err.
func (e *ExecutionError) Unwrap() error { return e.Err }

// Executions compares two executions. It runs want first and holds its stream in memory. Then it runs got, and compares
// each block that got writes. The errors are those of [Against]; if want fails, the *ExecutionError names want.
func Executions(ctx context.Context, got, want Execution) (Difference, error) {
	var whole stream.Buffer
	if err := run(ctx, "want", want, &whole); err != nil {
		return Difference{}, err
	}
	return Against(ctx, got, &whole)
}

// Against compares an execution with a stream in memory. It compares each block that the execution writes, and keeps
// none. Several comparisons may share want, also at the same time. Frames that only one stream has count as a
// difference.
//
// If an execution fails, the error is an *ExecutionError, and the Difference covers the frames before the failure. The
// *ExecutionError wraps
//
//   - the error that the execution returned;
//   - a *stream.PanicError if the execution panicked in the goroutine that called it;
//   - an error for a stream of another format, for values that are not whole frames, or for a missing Close(nil).
//
// If ctx has ended before the execution begins, the error is context.Cause(ctx).
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

// check returns an error if the format of b is not valid or its samples are not whole frames.
func check(b *stream.Buffer) error {
	if err := b.Format.Validate(); err != nil {
		return err
	}
	if n := len(b.Samples); n%b.Format.Channels != 0 {
		return fmt.Errorf("%d values: not whole frames of %d channels", n, b.Format.Channels)
	}
	return nil
}

// run calls an execution with a sink that checks the order of the calls.
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

// A checkedSink passes a stream on to sink. It fails after ctx has ended, and for calls in the wrong order.
type checkedSink struct {
	ctx      context.Context
	sink     stream.Sink
	channels int   // 0 while the sink is not open
	complete bool  // Close(nil) was called
	err      error // first failure, or the cause passed to Close
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

// note records the first error, and returns err.
func (s *checkedSink) note(err error) error {
	if s.err == nil {
		s.err = err
	}
	return err
}

// A comparison is a sink that compares the frames it receives with those of want.
type comparison struct {
	want *stream.Buffer
	at   int // number of samples of want that have been compared
	Difference
}

// Open fails if the format is not that of want.
func (c *comparison) Open(f stream.Format, _ int64) error {
	want := c.want.Format
	if f.Channels != want.Channels {
		return fmt.Errorf("frames of %d channels: must be %d, as in the stream to compare with", f.Channels,
			want.Channels)
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
