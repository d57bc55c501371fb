package stream

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// ended returns why the run has to stop, or nil. It asks the caller's context too: a source that returns because that
// one ended may be faster than the news on their way to r.ctx, and its io.EOF must not pass for a complete stream.
func (r *runner) ended() error {
	for _, ctx := range [...]context.Context{r.ctx, r.caller} {
		if ctx.Err() != nil {
			return hideEOF(context.Cause(ctx))
		}
	}
	return nil
}

// stopped is the error of a goroutine that ended because the run did.
func (r *runner) stopped(where string) error {
	return fmt.Errorf("%s: %w", where, r.ended())
}

// failed is the error of an operation. If the run had to stop anyway, then that is the error, for the operation may
// have failed only because of it.
func (r *runner) failed(where, op string, err error) error {
	cause := r.ended()
	switch {
	case cause == nil:
		return failure(where, op, err)
	case errors.Is(err, cause) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%s: %w", where, cause)
	}
	return fmt.Errorf("%s: %w (%s: %v)", where, cause, op, err)
}

// failure says where and in which operation err happened. A PanicError knows its place.
func failure(where, op string, err error) error {
	if p, ok := err.(*PanicError); ok {
		return p
	}
	return fmt.Errorf("%s: %s: %w", where, op, hideEOF(err))
}

// hideEOF replaces an error that would pass for a regular end of a stream.
func hideEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("%w (%v)", io.ErrUnexpectedEOF, err)
	}
	return err
}
