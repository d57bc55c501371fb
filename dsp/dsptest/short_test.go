package dsptest

import (
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp"
)

// needs3 claims that the shortest input has 3 frames.
type needs3 struct {
	sound
	panics bool
}

func (n needs3) Shape() (s dsp.Shape) {
	s = n.sound.Shape()
	s.MinFrames = 3
	return s
}

func (n needs3) Flush(dst []float32) []float32 {
	if n.panics && n.Frames() < 3 {
		panic("index out of range")
	}
	return n.sound.Flush(dst)
}

// TestShort: a Flush that panics or appends after fewer frames than MinFrames is reported as such.
func TestShort(t *testing.T) {
	for want, panics := range map[string]bool{
		"Flush panics after 1 frame, fewer than the MinFrames of 3": true,
		"values after 1 frame, fewer than the MinFrames of 3":       false,
	} {
		t.Run(want, func(t *testing.T) {
			err := Verify(soundContract(t, func(s sound) Streamer[float32] { return needs3{s, panics} }))
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got error %v, want %q in it", err, want)
			}
		})
	}
}
