package fileio

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// An Error is an error with the file that it concerns. The user sees only this part of an error chain: the errors that
// wrap it name parts of the program.
type Error struct {
	Path string
	Err  error
}

// Error returns "<path>: <error>".
func (e *Error) Error() string { return Visible(e.Path) + ": " + e.Err.Error() }

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// Name returns err as an Error of the file, unless it is nil or names a file already.
func Name(path string, err error) error {
	if _, named := errors.AsType[*Error](err); err == nil || named {
		return err
	}
	err = plain(err)
	if text, ok := strings.CutPrefix(err.Error(), "npy: "); ok && strings.EqualFold(filepath.Ext(path), ".npy") {
		err = &reworded{err, text} // the path names the format already
	}
	if e, ok := errors.AsType[*fs.PathError](err); ok && (e.Path == path || hidden(e.Path)) {
		err = &reworded{err, strings.Replace(err.Error(), e.Error(), e.Err.Error(), 1)}
	}
	if errors.Is(err, syscall.EISDIR) { // standard input; a path is checked when it is opened
		return &Error{path, &reworded{err, errFolder.Error()}}
	}
	for _, r := range remedies {
		if errors.Is(err, r.cause) {
			err = &reworded{err, err.Error() + ": " + r.do}
			break
		}
	}
	return &Error{path, err}
}

// ShowPath returns err, whose text begins with path, with a path that is [Visible] in its place.
func ShowPath(path string, err error) error {
	shown := Visible(path)
	if err == nil || path == "" || shown == path || !strings.HasPrefix(err.Error(), path) {
		return err
	}
	return &reworded{err, shown + strings.TrimPrefix(err.Error(), path)}
}

// Named returns the [Error] that err wraps, or nil if it names no file. An error of a write to the standard output of
// the process, or of a read of its standard input, names that stream.
func Named(err error) *Error {
	if f, ok := errors.AsType[*Error](err); ok {
		return f
	}
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		switch e.Path {
		case os.Stdout.Name():
			err = Name(stdoutName, e)
		case os.Stdin.Name():
			err = Name("standard input", e)
		}
	}
	f, _ := errors.AsType[*Error](err)
	return f
}

// hidden reports whether a path means nothing to the user, who knows the file under another name.
func hidden(path string) bool {
	return strings.Contains(path, tempMark) || strings.HasPrefix(path, "/dev/std") || strings.HasPrefix(path, "/proc/self/fd/")
}

// remedies are what to do about errors of the operating system.
var remedies = []struct {
	cause error
	do    string
}{
	{syscall.ENOSPC, "free some space, or write to another disk"},
	{syscall.ENAMETOOLONG, "choose a shorter name"},
	{syscall.ENOTDIR, "a part of its path is a file; name a folder there"},
	{syscall.EMFILE, "raise the limit with ulimit -n"},
	{syscall.EFBIG, "raise the limit with ulimit -f, or write to another disk"},
	{syscall.EROFS, "write to another disk"},
	{fs.ErrPermission, "check the permissions of the file and its folder"},
}

// A reworded error has another text than the error that it wraps.
type reworded struct {
	error
	text string
}

func (r *reworded) Error() string { return r.text }
func (r *reworded) Unwrap() error { return r.error }

// A SyncError reports that Sync was set for an output that is not a file. It counts as wrong usage.
type SyncError struct{ Name string }

// Error returns what --sync goes with.
func (e *SyncError) Error() string {
	return "--sync goes with a file, and " + e.Name + " is not one: name a file, or leave out --sync"
}

// folder is the error for a folder in place of a file. Its text is that of the checks before a file is opened.
type folder struct{}

func (folder) Error() string { return "is a folder" }
func (folder) Unwrap() error { return syscall.EISDIR }

// missing is the error for a path that does not exist. Its text is the same on every operating system.
type missing struct{}

func (missing) Error() string { return "no such file or directory: check the path" }
func (missing) Unwrap() error { return fs.ErrNotExist }

// plain returns an error of package os without its operation and its path, which is that of the [Error] or that of a
// temporary file.
func plain(err error) error {
	switch e := err.(type) {
	case *fs.PathError:
		err = e.Err
	case *os.LinkError:
		err = e.Err
	default:
		return err
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return missing{}
	case errors.Is(err, syscall.EISDIR):
		return folder{}
	}
	return err
}
