//go:build unix

package fileio

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// neededDescriptors is the number of files that a command has open at a time: two of the runtime, which wait for pipes;
// a second one for standard error; IN; OUT; and a model, a folder or a file that is examined. A batch opens more: a job
// without a free descriptor fails.
const neededDescriptors = 6

// checkDescriptors returns an error if fewer file descriptors than needed are free.
func checkDescriptors() error {
	var free []int
	defer func() {
		for _, fd := range free {
			unix.Close(fd)
		}
	}()
	for len(free) < neededDescriptors {
		fd, err := unix.FcntlInt(0, unix.F_DUPFD_CLOEXEC, 0)
		if err != nil {
			return fmt.Errorf("too few file descriptors (free: %d, needed: %d): raise the limit with ulimit -n", len(free), neededDescriptors)
		}
		free = append(free, fd)
	}
	return nil
}

// survivingStderr returns standard error under another descriptor. A failed write to descriptor 2 itself would end a Go
// program by SIGPIPE.
func survivingStderr() (*os.File, error) {
	fd, err := unix.FcntlInt(2, unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return nil, &Error{"standard error", err}
	}
	return os.NewFile(uintptr(fd), "/dev/stderr"), nil
}

// closedAtStart reports whether standard output was closed when the process started: it is then a /dev/null for reading
// and writing, and not a duplicate of another standard descriptor, as in a daemon.
func closedAtStart() bool {
	var null, out unix.Stat_t
	if unix.Stat(os.DevNull, &null) != nil || unix.Fstat(1, &out) != nil || out.Rdev != null.Rdev || out.Mode&unix.S_IFMT != unix.S_IFCHR {
		return false
	}
	flags, err := unix.FcntlInt(1, unix.F_GETFL, 0)
	return err == nil && flags&unix.O_ACCMODE == unix.O_RDWR && !shared(flags, 0) && !shared(flags, 2)
}

// shared reports whether descriptor 1, a /dev/null with these flags, is a duplicate of descriptor other. Duplicates
// share their flags: shared changes O_APPEND, which has no effect on /dev/null, and looks at the other descriptor.
func shared(flags int, other uintptr) bool {
	if _, err := unix.FcntlInt(1, unix.F_SETFL, flags^unix.O_APPEND); err != nil {
		return false
	}
	defer unix.FcntlInt(1, unix.F_SETFL, flags)
	got, err := unix.FcntlInt(other, unix.F_GETFL, 0)
	return err == nil && got&unix.O_APPEND != flags&unix.O_APPEND && isNull(other)
}

func isNull(fd uintptr) bool {
	var null, is unix.Stat_t
	return unix.Stat(os.DevNull, &null) == nil && unix.Fstat(int(fd), &is) == nil && is.Rdev == null.Rdev
}
