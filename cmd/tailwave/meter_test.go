package main

import (
	"testing"
	"time"

	"github.com/tailwave/tailwave/stream/live"
)

func TestMeterLine(t *testing.T) {
	for want, c := range map[string]struct {
		level     live.Level
		underruns int64
	}{
		"1:05  [================                ]  buffer  120 ms":                   {live.Level{Peaks: []float32{0.0316}, Queued: 120 * time.Millisecond, Played: 65 * time.Second}, 0},
		"2:00:07  [===========!] [            ]  buffer 1999 ms  3 underruns":        {live.Level{Peaks: []float32{1.5, 0}, Queued: 1999 * time.Millisecond, Played: 2*time.Hour + 7*time.Second}, 3},
		"0:00  [                                ]  buffer    0 ms  1 underrun":       {live.Level{Peaks: []float32{0.0009}}, 1},
		"0:00  [================================]  buffer    0 ms":                   {live.Level{Peaks: []float32{0.9999}}, 0},
		"0:00  [===============================!]  buffer    0 ms  123456 underruns": {live.Level{Peaks: []float32{1}}, 123456},
	} {
		if got := meterLine(c.level, c.underruns); got != want || len(got) >= 80 {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
