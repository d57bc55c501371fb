//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package fileio

import (
	"os"

	"golang.org/x/sys/unix"
)

// canLock reports whether a lock shows that a temporary file is in use.
const canLock = true

// lock locks a file until it is closed. It waits while another run tests the lock. On a file system without locks it
// does nothing: no run can lock the file, so no run removes it.
func lock(f *os.File) { unix.Flock(int(f.Fd()), unix.LOCK_EX) }

// removeUnlocked removes a regular file that no process has locked.
func removeUnlocked(path string) {
	f, err := os.OpenFile(path, os.O_RDWR|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0) // a FIFO must not make it wait
	if err != nil {
		return
	}
	defer f.Close()
	if IsRegular(f) && unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) == nil && names(path, f) {
		os.Remove(path)
	}
}
