package dsp

import (
	"fmt"
	"strings"
)

// An ArgError reports an argument outside its legal range.
type ArgError struct {
	Arg   string // name of the argument; in package tensor the name that the framework uses
	Value any    // the rejected value
	Want  string // the legal range
}

// Error returns "Arg is Value, must be Want". A list has commas: [1, 3, 2].
func (e *ArgError) Error() string {
	value := fmt.Sprint(e.Value)
	if list, ok := e.Value.([]int); ok {
		value = ListText(list)
	}
	return fmt.Sprintf("%s is %s, must be %s", e.Arg, value, e.Want)
}

// ListText returns a list of integers, such as a shape, for messages. It has commas as in PyTorch, NumPy and JSON:
// [1, 3, 2].
func ListText(list []int) string { return strings.ReplaceAll(fmt.Sprint(list), " ", ", ") }

// NewArgError returns an *ArgError. Its Want is formatted from want and a, as by [fmt.Sprintf].
func NewArgError(arg string, value any, want string, a ...any) error {
	return &ArgError{Arg: arg, Value: value, Want: fmt.Sprintf(want, a...)}
}

// A TooShortError reports an input that is too short to have a result, such as one of fewer frames than reflect padding
// mirrors.
type TooShortError struct {
	Have int64 // frames of the input
	Need int   // frames that the input must have at least
}

// Error returns both lengths.
func (e *TooShortError) Error() string {
	frames := "frames"
	if e.Have == 1 {
		frames = "frame"
	}
	return fmt.Sprintf("input too short: %d %s, need at least %d", e.Have, frames, e.Need)
}
