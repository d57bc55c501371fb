package playback

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/tailwave/tailwave/stream/live"
)

// TestGaps: the summary counts underruns and lists the times of the first ones.
func TestGaps(t *testing.T) {
	for want, s := range map[string]live.Stats{
		"0 underruns":                        {},
		"1 underrun (at 482.19 s)":           {Underruns: 1, Gaps: []time.Duration{482194 * time.Millisecond}},
		"2 underruns (at 0.00, 3661.50 s)":   {Underruns: 2, Gaps: []time.Duration{0, 3661500 * time.Millisecond}},
		"5 underruns (at 1.00, 2.00, ... s)": {Underruns: 5, Gaps: []time.Duration{time.Second, 2 * time.Second}},
	} {
		t.Run(want, func(t *testing.T) {
			if got := gaps(s); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// TestHangingSoundSystem: a sound system that does not answer is an error after 10 seconds.
func TestHangingSoundSystem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := make(chan struct{})
		open := Opener(func(bool) (live.Host, error) { <-hang; return nil, nil })
		want := "the sound system has not answered for 10s: restart the sound server"
		if _, err := open.Host(false); err == nil || err.Error() != want {
			t.Errorf("got error %v, want %s", err, want)
		}
		close(hang)
	})
}
