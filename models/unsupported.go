package models

import (
	"errors"
	"fmt"

	"github.com/tailwave/tailwave/models/weights"
)

// An UnsupportedError is about an intact file that needs a feature that this package does not have. It wraps
// [errors.ErrUnsupported].
type UnsupportedError struct {
	File string // path
	What string // what the file is or has, and what to do
}

// Error returns File and What.
func (e *UnsupportedError) Error() string { return e.File + ": " + e.What }

// Unwrap returns errors.ErrUnsupported.
func (e *UnsupportedError) Unwrap() error { return errors.ErrUnsupported }

// unsupportedf is fmt.Errorf for an error that inFile turns into an UnsupportedError.
func unsupportedf(format string, arguments ...any) error {
	return weights.Unsupported(fmt.Sprintf(format, arguments...))
}

// otherSetting returns the error about a setting with another value than the only one implemented. An empty value does
// not ask for a feature, so its error is not an UnsupportedError.
func otherSetting(name, value, only string) error {
	if value == "" {
		return fmt.Errorf("%s is %.80q, must be %s", name, value, only)
	}
	return unsupportedf("%s is %.80q, must be %s", name, value, only)
}

// inFile adds the path of its file to an error.
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
