//go:build !unix

package fileio

// writable is known only when the device is opened.
func writable(string) error { return nil }
