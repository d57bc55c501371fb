package fileio

import "golang.org/x/sys/unix"

// renameNew renames a file unless there is another of that name.
func renameNew(from, to string) error {
	err := unix.RenamexNp(from, to, unix.RENAME_EXCL)
	switch err {
	case unix.EINVAL, unix.ENOSYS, unix.ENOTSUP:
		return linkNew(from, to)
	}
	return err
}
