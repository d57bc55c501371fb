package fileio

import (
	"errors"
	"io"
	"os"
)

// errFolder is the error for a folder in place of a file.
var errFolder = errors.New("is a folder: name a file")

// Open opens a file for reading. A folder is an error. All errors are of type [*Error].
func Open(path string) (*os.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, Name(path, err)
	}
	if info, err := f.Stat(); err == nil && info.IsDir() {
		f.Close()
		return nil, &Error{path, errFolder}
	}
	return f, nil
}

// An Input is an open file, or standard input.
type Input struct {
	Name   string // for messages
	Reader io.Reader
	File   *os.File // nil for standard input
}

// OpenInput opens the file at path, or stdin for "-".
func OpenInput(path string, stdin io.Reader) (*Input, error) {
	if path == "-" {
		return &Input{Name: "standard input", Reader: stdin}, nil
	}
	f, err := Open(path)
	if err != nil {
		return nil, err
	}
	return &Input{Name: path, Reader: f, File: f}, nil
}

// Close closes the file. Standard input stays open.
func (in *Input) Close() {
	if in.File != nil {
		in.File.Close()
	}
}

// IsRegular reports whether a file, or a reader that is one, is a regular file.
func IsRegular(r io.Reader) bool {
	f, ok := r.(*os.File)
	if !ok || f == nil {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode().IsRegular()
}

// Beginning returns the first n bytes of a regular file, or nil if it does not have them.
func Beginning(path string, n int) []byte {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() { // opening a pipe would wait for a writer
		return nil
	}
	f, err := Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	head := make([]byte, n)
	if _, err := io.ReadFull(f, head); err != nil {
		return nil
	}
	return head
}
