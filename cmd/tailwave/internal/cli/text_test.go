package cli

import (
	"math"
	"testing"
	"time"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// TestText: numbers in the words that people read.
func TestText(t *testing.T) {
	for want, got := range map[string]string{
		"1 frame":         Count(1, "frame"),
		"0 frames":        Count(0, "frame"),
		"999":             Thousands(999),
		"1 234 567":       Thousands(1234567),
		"1:01:01.500":     Duration(29292000, 8000),
		"0:00:01.000":     Duration(999999, 1000000),
		"9.9 x real time": Speed(9.94, time.Second),
		"10 x real time":  Speed(10, time.Second),
		"a b c":           Printable("a\nb\x1bc"),
		"peak -inf dBFS":  Peak(pcm.Stats{}),
		"peak +inf dBFS":  Peak(pcm.Stats{Peak: float32(math.Inf(1))}),
		"peak -6.02 dBFS": Peak(pcm.Stats{Peak: 0.5, Clipped: 3, NaNs: 2}),
		"peak 0.00 dBFS":  Peak(pcm.Stats{Peak: 32767. / 32768}),
		"peak -0.01 dBFS": Peak(pcm.Stats{Peak: 0.999}),
	} {
		t.Run(want, func(t *testing.T) {
			if got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}
