// Package file reads the files of models.
package file

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// Read reads a regular file of at most that many bytes.
func Read(path string, most int64) ([]byte, error) {
	f, size, err := Open(path, most)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b := make([]byte, size)
	if _, err := io.ReadFull(f, b); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return b, nil
}

// Open opens a regular file of at most that many bytes, and returns how many it has.
func Open(path string, most int64) (*os.File, int64, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, 0, PlainError(err)
	}
	if !st.Mode().IsRegular() {
		return nil, 0, fmt.Errorf("%s: is no regular file", path)
	}
	if st.Size() > most {
		return nil, 0, fmt.Errorf("%s: has %d bytes, must have at most %d", path, st.Size(), most)
	}
	f, err := os.Open(path)
	return f, st.Size(), PlainError(err)
}

// PlainError puts the path first, as in all messages, and leaves out the name of the system call.
func PlainError(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return fmt.Errorf("%s: %w", p.Path, p.Err)
	}
	return err
}
