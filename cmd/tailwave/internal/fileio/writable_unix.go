//go:build unix

package fileio

import "syscall"

// writable reports whether this user may write to a device or a FIFO. It does not open it: opening a FIFO waits for a
// reader, and a reader would see an end when the probe is closed.
func writable(path string) error { return syscall.Access(path, 2) }
