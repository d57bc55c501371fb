//go:build !unix

package playback

import "github.com/tailwave/tailwave/stream/live"

// watchSuspend does nothing: this system has no SIGTSTP.
func watchSuspend(*live.Sink) (end func()) { return func() {} }
