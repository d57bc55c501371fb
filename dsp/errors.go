package dsp

import "fmt"

// An ArgError names an argument outside its legal range.
type ArgError struct {
	Arg   string // the argument, as the framework in question calls it
	Value any    // the value that was passed
	Want  string // the legal range
}

// Error formats the three on one line.
func (e *ArgError) Error() string { return fmt.Sprintf("%s is %v, must be %s", e.Arg, e.Value, e.Want) }

// NewArgError returns an *ArgError whose Want is the format want with the operands a, as by [fmt.Sprintf].
func NewArgError(arg string, value any, want string, a ...any) error {
	return &ArgError{Arg: arg, Value: value, Want: fmt.Sprintf(want, a...)}
}

// A TooShortError reports an input too short to have a result, such as one that reflect padding needs more frames of.
type TooShortError struct {
	Have int64 // frames of the input
	Need int   // frames that it must have at least
}

// Error says both lengths.
func (e *TooShortError) Error() string {
	frames := "frames"
	if e.Have == 1 {
		frames = "frame"
	}
	return fmt.Sprintf("input too short: %d %s, need at least %d", e.Have, frames, e.Need)
}
