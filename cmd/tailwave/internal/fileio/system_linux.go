package fileio

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// openUnnamed opens a new file without a name in a folder. The file vanishes with the process unless linkUnnamed names
// it. openUnnamed fails if the file system has no such files, and if linkUnnamed would fail because /proc is missing.
func openUnnamed(dir string) (*os.File, error) {
	f, err := os.OpenFile(dir+".", os.O_RDWR|unix.O_TMPFILE, 0o666)
	if err != nil {
		return nil, err
	}
	if there, err := os.Stat(descriptorPath(f)); err == nil {
		if open, err := f.Stat(); err == nil && os.SameFile(there, open) {
			return f, nil
		}
	}
	f.Close()
	return nil, errors.ErrUnsupported
}

// linkUnnamed names a file of openUnnamed. It fails if the name exists.
func linkUnnamed(f *os.File, name string) error {
	err := unix.Linkat(unix.AT_FDCWD, descriptorPath(f), unix.AT_FDCWD, name, unix.AT_SYMLINK_FOLLOW)
	if err != nil {
		return fmt.Errorf("cannot be linked into its folder: %w", err)
	}
	return nil
}

func descriptorPath(f *os.File) string { return fmt.Sprintf("/proc/self/fd/%d", f.Fd()) }

// renameNew renames a file unless there is another of that name.
func renameNew(from, to string) error {
	err := unix.Renameat2(unix.AT_FDCWD, from, unix.AT_FDCWD, to, unix.RENAME_NOREPLACE)
	switch err {
	case unix.EINVAL, unix.ENOSYS, unix.ENOTSUP:
		return linkNew(from, to)
	}
	return err
}
