//go:build !portaudio

package main

import (
	"bytes"
	"testing"
)

// TestNotBuilt: a build that cannot play says in one line how to get one, before it looks at anything else.
func TestNotBuilt(t *testing.T) {
	for _, args := range [][]string{{"devices"}, {"play", "no.wav"}, {"vocode", "no.npy", "--model", "nowhere", "--play"}, {"vocode", "-", "out.wav", "--model", "nowhere", "--play"}} {
		tailwave(bytes.NewReader(nil), args...).wantError(t, exitFailed, "this build cannot play", "portaudio19-dev", "make build", "go build -tags portaudio")
	}
}

// TestPortAudio stands for the tests that play through PortAudio.
func TestPortAudio(t *testing.T) {
	t.Skip("skipped, no portaudio: built without the tag, plays only on devices made for tests")
}
