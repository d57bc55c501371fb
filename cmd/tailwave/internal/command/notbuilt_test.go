//go:build !portaudio

package command

import (
	"strings"
	"testing"
)

// TestNotBuilt: a build that cannot play is one line of error that says how to make one that can, before anything else
// is looked at.
func TestNotBuilt(t *testing.T) {
	for _, line := range []string{
		"devices",
		"play no.wav",
		"vocode no.npy --model nowhere --play",
		"vocode - out.wav --model nowhere --play",
	} {
		t.Run(line, func(t *testing.T) {
			tailwave(nil, strings.Fields(line)...).wantError(t, exitFailed, "this build cannot play", "portaudio19-dev",
				"make build", "go build -tags portaudio")
		})
	}
}

// TestPortAudio represents the tests that play through PortAudio.
func TestPortAudio(t *testing.T) {
	t.Skip("skipped, no portaudio: built without the tag, plays only on devices made for tests")
}
