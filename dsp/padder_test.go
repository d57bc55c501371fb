package dsp_test

import (
	"fmt"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
)

func TestPadderContract(t *testing.T) {
	for _, c := range [][2]int{{1, 1}, {2, 3}, {4, 2}, {7, 1}, {64, 2}} {
		multiple, channels := c[0], c[1]
		t.Run(fmt.Sprintf("to %d frames of %d channels", multiple, channels), func(t *testing.T) {
			checkStep(t, func() step { return padStep(t, multiple, channels) }, dsptest.Contract[float32]{
				Frames: 200, AllLengths: 3 * multiple, Blocks: []int{multiple},
			})
		})
	}
}

func TestPadderErrors(t *testing.T) {
	for name, c := range map[string]struct {
		multiple, channels int
		want               string
	}{
		"multiple of 0":      {0, 1, "multiple is 0, must be from 1 to 1048576"},
		"multiple too large": {1<<20 + 1, 1, "multiple is 1048577, must be from 1 to 1048576"},
		"no channel":         {1, 0, "channels is 0, must be from 1 to 1073741824"},
		"too many channels":  {1, 1<<30 + 1, "channels is 1073741825, must be from 1 to 1073741824"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := dsp.NewPadder(c.multiple, c.channels); err == nil || err.Error() != c.want {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}
