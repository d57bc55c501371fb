//go:build !unix

package playback

import "github.com/tailwave/tailwave/stream/live"

// watchSuspend does nothing where there are no such signals.
func watchSuspend(*live.Sink) (end func()) { return func() {} }
