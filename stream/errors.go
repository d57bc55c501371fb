package stream

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// ended returns why the run has to stop, or nil. It also checks the caller's context: a source may return io.EOF
// because that context ended, before r.ctx, which is derived from it, has ended too. That io.EOF must not pass for the
// end of a complete stream.
func (r *runner) ended() error {
	for _, ctx := range [...]context.Context{r.ctx, r.caller} {
		if ctx.Err() != nil {
			return hideEOF(context.Cause(ctx))
		}
	}
	return nil
}

// stopped returns the error of a goroutine that ends because the run has ended.
func (r *runner) stopped(where string) error {
	return fmt.Errorf("%s: %w", where, r.ended())
}

// failed returns the error of an operation that failed with err. If the run has ended, the error begins with its cause,
// because the operation may have failed only for that reason.
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

// failure adds to err where it happened, and in which operation. A PanicError already says where.
func failure(where, op string, err error) error {
	if p, ok := err.(*PanicError); ok {
		return p
	}
	return fmt.Errorf("%s: %s: %w", where, op, hideEOF(err))
}

// hideEOF returns err, or an [earlyEnd] if err wraps io.EOF: a caller of Run that checks for io.EOF would take the
// failure for the end of a complete stream.
func hideEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return &earlyEnd{err}
	}
	return err
}

// An earlyEnd has the text of an error that wraps io.EOF, and wraps io.ErrUnexpectedEOF instead.
type earlyEnd struct{ err error }

func (e *earlyEnd) Error() string { return "the input ends early: " + e.err.Error() }
func (e *earlyEnd) Unwrap() error { return io.ErrUnexpectedEOF }
