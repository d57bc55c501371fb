//go:build unix

package fileio

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// flush returns the errors that a file system reports when a file is closed. The file stays open and locked.
func flush(f *os.File) error {
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil { // too few file descriptors
		return f.Sync()
	}
	return unix.Close(fd)
}

// keepOwnerAndMode copies owner, group and mode of another file to f, as far as that is permitted. It keeps the setuid
// bit only with the owner, and the setgid bit only with the group. Chown clears both bits, so Chmod is last.
func keepOwnerAndMode(f *os.File, other fs.FileInfo) {
	is, err := f.Stat()
	if err != nil {
		return
	}
	want, got := other.Sys().(*syscall.Stat_t), is.Sys().(*syscall.Stat_t)
	special := fs.ModeSetuid | fs.ModeSetgid | fs.ModeSticky
	if want.Gid != got.Gid && f.Chown(-1, int(want.Gid)) != nil {
		special &^= fs.ModeSetgid
	}
	if want.Uid != got.Uid && f.Chown(int(want.Uid), -1) != nil {
		special &^= fs.ModeSetuid
	}
	if f.Chmod(other.Mode()&(fs.ModePerm|special)) != nil {
		f.Chmod(other.Mode().Perm())
	}
}

// replaceFile renames a file, in place of another if there is one.
func replaceFile(from, to string) error { return os.Rename(from, to) }

// linkNew renames a file unless there is another of that name, where the system has no call for it.
func linkNew(from, to string) error {
	err := os.Link(from, to)
	if err == nil {
		return os.Remove(from)
	}
	if errors.Is(err, fs.ErrExist) {
		return err
	}
	if _, err := os.Lstat(to); err == nil { // a file system without hard links
		return fs.ErrExist
	}
	return os.Rename(from, to)
}

// syncFolder waits until the names in a folder are on the disk.
func syncFolder(dir string) error {
	f, err := os.Open(dir + ".")
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}
