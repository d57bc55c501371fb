//go:build unix

package fileio

import "syscall"

const writeOK = 2 // W_OK of access(2)

// writable returns an error if the real user may not write to a device or a FIFO. It does not open it: opening a FIFO
// waits for a reader, and a reader would see an end when the probe is closed.
func writable(path string) error { return syscall.Access(path, writeOK) }
