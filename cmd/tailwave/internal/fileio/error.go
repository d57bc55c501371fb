package fileio

import (
	"errors"
	"io/fs"
	"os"
)

// An Error is an error with the file that it concerns. The user sees only this part of an error chain: the errors
// around it say where in the program it passed.
type Error struct {
	Path string
	Err  error
}

// Error returns "<path>: <error>".
func (e *Error) Error() string { return e.Path + ": " + e.Err.Error() }

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// Name returns err as an Error of the file, unless it is nil or names a file already.
func Name(path string, err error) error {
	if _, named := errors.AsType[*Error](err); err == nil || named {
		return err
	}
	return &Error{path, plain(err)}
}

// A SyncError says that Sync was asked for an output that is no file. It counts as wrong usage.
type SyncError struct{ Name string }

// Error says what --sync goes with.
func (e *SyncError) Error() string {
	return "--sync goes with a file, and " + e.Name + " is none: name a file, or leave --sync out"
}

// missing is the wording for a path that leads nowhere, whatever the operating system.
type missing struct{}

func (missing) Error() string { return "no such file or directory" }
func (missing) Unwrap() error { return fs.ErrNotExist }

// plain returns an error of package os without the operation and the path, which an Error has.
func plain(err error) error {
	switch e := err.(type) {
	case *fs.PathError:
		err = e.Err
	case *os.LinkError:
		err = e.Err
	default:
		return err
	}
	if errors.Is(err, fs.ErrNotExist) {
		return missing{}
	}
	return err
}
