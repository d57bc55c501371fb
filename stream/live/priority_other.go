//go:build !linux

package live

// raisePriority does nothing: it is implemented for Linux only.
func raisePriority() {}
