package fileio

import (
	"io"
	"os"
)

// Rewinder returns a function that prepares an input to be opened once more: the file at path, or stdin for "-", which
// then starts at the same byte as the first time. ok is false for a pipe or a device, which can be read only once. A
// path that does not exist is an error only when it is opened.
func Rewinder(path string, stdin io.Reader) (rewind func() error, ok bool) {
	if path != "-" {
		info, err := os.Stat(path)
		return func() error { return nil }, err != nil || info.Mode().IsRegular() || info.IsDir()
	}
	f, isFile := stdin.(*os.File)
	if !isFile || !IsRegular(f) {
		return nil, false
	}
	start, err := f.Seek(0, io.SeekCurrent)
	return func() error {
		_, err := f.Seek(start, io.SeekStart)
		return Name("standard input", err)
	}, err == nil
}
