package playback

import (
	"testing"
	"time"

	"github.com/tailwave/tailwave/stream/live"
)

// TestMeterLine: the line shows the time, a bar for each of up to 8 channels, the buffer and underruns, and is shorter
// than 80 characters.
func TestMeterLine(t *testing.T) {
	long := 10*time.Hour + 7*time.Second
	for name, c := range map[string]struct {
		level     live.Level
		underruns int64
		want      string
	}{
		"one channel": {
			live.Level{Peaks: []float32{0.0316}, Queued: 120 * time.Millisecond, Played: 65 * time.Second}, 0,
			"1:05  [================                ]  buffer  120 ms",
		},
		"two channels": {
			live.Level{Peaks: []float32{1.5, 0}, Queued: 1999 * time.Millisecond, Played: long}, 3,
			"10:00:07  [=============!] [              ]  buffer 1999 ms  3 underruns",
		},
		"three channels": {
			live.Level{Peaks: []float32{1, 0, 0.0316}}, 0,
			"0:00  [=======!] [        ] [====    ]  buffer    0 ms",
		},
		"four channels": {
			live.Level{Peaks: []float32{0, 0.5, 0.9999, 1}}, 0,
			"0:00  [     ] [=====] [=====] [====!]  buffer    0 ms",
		},
		"eight channels": {
			live.Level{Peaks: []float32{1, 0, 1, 0, 1, 0, 1, 0}, Queued: 1999 * time.Millisecond, Played: long}, 123456,
			"10:00:07  [!] [ ] [!] [ ] [!] [ ] [!] [ ]  buffer 1999 ms  123456 underruns",
		},
		"more channels than bars": {
			live.Level{Peaks: []float32{1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1}}, 0,
			"0:00  [!] [ ] [!] [ ] [!] [ ] [!] [ ]  buffer    0 ms",
		},
		"no channels": {live.Level{}, 0, "0:00   buffer    0 ms"},
		"below the bar": {
			live.Level{Peaks: []float32{0.0009}}, 1,
			"0:00  [                                ]  buffer    0 ms  1 underrun",
		},
		"nearly full": {
			live.Level{Peaks: []float32{0.9999}}, 0,
			"0:00  [================================]  buffer    0 ms",
		},
		"many underruns": {
			live.Level{Peaks: []float32{1}, Played: long}, 123456,
			"10:00:07  [===============================!]  buffer    0 ms  123456 underruns",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := meterLine(c.level, c.underruns); got != c.want || len(got) >= 80 {
				t.Errorf("got %q, %d characters, want %q, less than 80", got, len(got), c.want)
			}
		})
	}
}
