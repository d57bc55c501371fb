package main

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/tailwave/tailwave/stream/live"
)

func TestGaps(t *testing.T) {
	for want, s := range map[string]live.Stats{
		"0 underruns":                        {},
		"1 underrun (at 482.19 s)":           {Underruns: 1, Gaps: []time.Duration{482194 * time.Millisecond}},
		"2 underruns (at 0.00, 3661.50 s)":   {Underruns: 2, Gaps: []time.Duration{0, 3661500 * time.Millisecond}},
		"5 underruns (at 1.00, 2.00, ... s)": {Underruns: 5, Gaps: []time.Duration{time.Second, 2 * time.Second}},
	} {
		if got := gaps(s); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestHangingSoundSystem is given up, before anything is opened.
func TestHangingSoundSystem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, hang := newApp(), make(chan struct{})
		a.sound = func(bool) (live.Host, error) { <-hang; return &soundless{}, nil }
		if _, err := a.openHost(false); err == nil || err.Error() != "the sound system has not answered for 10s" {
			t.Errorf("%v", err)
		}
		close(hang)
	})
}
