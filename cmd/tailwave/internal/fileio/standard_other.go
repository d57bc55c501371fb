//go:build !unix

package fileio

import "os"

func checkDescriptors() error { return nil }

// survivingStderr returns standard error: writes to a pipe without a reader end no process here.
func survivingStderr() (*os.File, error) { return os.Stderr, nil }

// closedAtStart returns false: writes to a closed standard output fail here.
func closedAtStart() bool { return false }
