//go:build !unix && !windows

package fileio

import (
	"errors"
	"io/fs"
	"os"
)

// flush closes a file.
func flush(f *os.File) error { return f.Close() }

func keepOwnerAndMode(f *os.File, other fs.FileInfo) { f.Chmod(other.Mode().Perm()) }

func replaceFile(from, to string) error { return os.Rename(from, to) }

// renameNew renames a file unless there is another of that name a moment before.
func renameNew(from, to string) error {
	if _, err := os.Lstat(to); err == nil {
		return fs.ErrExist
	}
	return os.Rename(from, to)
}

func syncFolder(string) error { return errors.ErrUnsupported }
