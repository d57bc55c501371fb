package stream

import (
	"fmt"
	"runtime/debug"
)

// A PanicError is a panic in a source, a stage, a sink or a part of a Pool.For, turned into an error.
type PanicError struct {
	Where string // "source", "stage <name>", "sink" or "pool"
	Value any    // what was passed to panic
	Stack []byte // the stack of the goroutine that panicked, formatted as by debug.Stack
}

// Error names the place and the value; the stack is left to those who want it.
func (e *PanicError) Error() string { return fmt.Sprintf("%s: panic: %v", e.Where, e.Value) }

// goexit stands in for the panic value when a goroutine ended through runtime.Goexit.
const goexit = "runtime.Goexit called"

// newPanicError describes the recovered value. It must be called from the deferred function that recovered, while the
// panicking frames are still on the stack. A panic that a Pool handed on keeps the value and stack it began with.
func newPanicError(where string, value any) *PanicError {
	if p, ok := value.(*PanicError); ok {
		return &PanicError{Where: where, Value: p.Value, Stack: p.Stack}
	}
	if value == nil {
		value = goexit
	}
	return &PanicError{Where: where, Value: value, Stack: debug.Stack()}
}

// protect calls f and turns a panic into a PanicError.
func protect(where string, f func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = newPanicError(where, v)
		}
	}()
	return f()
}
