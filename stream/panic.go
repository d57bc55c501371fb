package stream

import (
	"fmt"
	"runtime/debug"
)

// A PanicError is a panic in a source, a stage, a sink, or a part of [Pool.For], turned into an error.
type PanicError struct {
	Where string // "source", "stage <name>", "sink" or "pool"
	Value any    // the value passed to panic
	Stack []byte // the stack of the goroutine that panicked, as formatted by debug.Stack
}

// Error returns "<where>: panic: <value>", without the stack.
func (e *PanicError) Error() string { return fmt.Sprintf("%s: panic: %v", e.Where, e.Value) }

// goexit is the Value of a PanicError for a goroutine that ended through runtime.Goexit, which has no panic value.
const goexit = "runtime.Goexit called"

// newPanicError returns the PanicError for a recovered value. Call it in the deferred function that recovered, while
// the frames that panicked are still on the stack. A PanicError that a Pool has passed on keeps its value and stack.
func newPanicError(where string, value any) *PanicError {
	if p, ok := value.(*PanicError); ok {
		return &PanicError{Where: where, Value: p.Value, Stack: p.Stack}
	}
	if value == nil {
		value = goexit
	}
	return &PanicError{Where: where, Value: value, Stack: debug.Stack()}
}

// protect calls f and returns its error, or its panic as a PanicError.
func protect(where string, f func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = newPanicError(where, v)
		}
	}()
	return f()
}
