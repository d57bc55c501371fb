package fileio

import (
	"io/fs"
	"os"

	"golang.org/x/sys/windows"
)

// flush closes a file: an open one cannot be renamed.
func flush(f *os.File) error { return f.Close() }

// keepOwnerAndMode keeps whether a file is read-only.
func keepOwnerAndMode(f *os.File, other fs.FileInfo) { f.Chmod(other.Mode().Perm()) }

// replaceFile renames a file, in place of another if there is one, and waits until that is on the disk.
func replaceFile(from, to string) error {
	return move(from, to, windows.MOVEFILE_REPLACE_EXISTING|windows.MOVEFILE_WRITE_THROUGH)
}

// renameNew renames a file unless there is another of that name, and waits until that is on the disk.
func renameNew(from, to string) error { return move(from, to, windows.MOVEFILE_WRITE_THROUGH) }

func move(from, to string, flags uint32) error {
	f, err := windows.UTF16PtrFromString(from)
	if err != nil {
		return err
	}
	t, err := windows.UTF16PtrFromString(to)
	if err != nil {
		return err
	}
	return windows.MoveFileEx(f, t, flags)
}

// syncFolder returns nil: replaceFile and renameNew wait.
func syncFolder(string) error { return nil }
