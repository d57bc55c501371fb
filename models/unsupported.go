package models

import (
	"errors"
	"fmt"

	"github.com/tailwave/tailwave/models/weights"
)

// An UnsupportedError is about a file that is not damaged but needs something that this package does not have.
// [errors.Is] reports that it is [errors.ErrUnsupported].
type UnsupportedError struct {
	File string // its path
	What string // what it has or asks for, and what it must have instead
}

// Error returns the path and what is wrong.
func (e *UnsupportedError) Error() string { return e.File + ": " + e.What }

// Unwrap returns errors.ErrUnsupported.
func (e *UnsupportedError) Unwrap() error { return errors.ErrUnsupported }

// unsupportedf is fmt.Errorf for what becomes an UnsupportedError when the file is known.
func unsupportedf(format string, arguments ...any) error {
	return weights.Unsupported(fmt.Sprintf(format, arguments...))
}

// otherSetting is the error about a setting that is not the only one that is implemented. A setting that is missing
// asks for nothing, and is an error of another kind.
func otherSetting(name, value, only string) error {
	if value == "" {
		return fmt.Errorf("%s is %.80q, must be %s", name, value, only)
	}
	return unsupportedf("%s is %.80q, must be %s", name, value, only)
}

// inFile puts the path of the file that it is about in front of an error.
func inFile(path string, err error) error {
	if e, ok := errors.AsType[*AmbiguousError](err); ok {
		e.File = path
		return err
	}
	if e, ok := errors.AsType[*UnusedError](err); ok {
		e.File = path
		return err
	}
	if _, ours := errors.AsType[weights.Unsupported](err); ours {
		return &UnsupportedError{File: path, What: err.Error()}
	}
	return fmt.Errorf("%s: %w", path, err)
}
