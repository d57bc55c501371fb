package dsp_test

import (
	"fmt"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
)

func TestDecimatorContract(t *testing.T) {
	for _, c := range [][2]int{{1, 1}, {2, 3}, {7, 2}, {400, 1}} {
		factor, channels := c[0], c[1]
		t.Run(fmt.Sprintf("every %d frames of %d channels", factor, channels), func(t *testing.T) {
			checkStep(t, func() step { return keepStep(t, factor, channels) }, dsptest.Contract[float32]{
				Frames: 300, Blocks: []int{factor},
			})
		})
	}
}

func TestDecimatorErrors(t *testing.T) {
	for name, c := range map[string]struct {
		factor, channels int
		want             string
	}{
		"factor of 0":       {0, 1, "decimation factor is 0, must be from 1 to 1073741824"},
		"factor too large":  {1<<30 + 1, 1, "decimation factor is 1073741825, must be from 1 to 1073741824"},
		"no channel":        {1, 0, "channels is 0, must be from 1 to 1073741824"},
		"too many channels": {1, 1<<30 + 1, "channels is 1073741825, must be from 1 to 1073741824"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := dsp.NewDecimator(c.factor, c.channels); err == nil || err.Error() != c.want {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}
