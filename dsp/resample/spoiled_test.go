package resample

import (
	"fmt"
	"math"
	"testing"
)

// TestSpoiled: a NaN in a frame, also the first or the last, turns the output frames of Spoiled into NaN, and no
// others.
func TestSpoiled(t *testing.T) {
	for _, c := range []struct {
		rates  [2]int
		filter Filter
	}{
		{[2]int{44100, 48000}, Filter{}},
		{[2]int{48000, 44100}, Filter{Quality: Fast}},
		{[2]int{44100, 88200}, Filter{Quality: High}},
		{[2]int{48000, 16000}, Filter{MinimumPhase: true}},
		{[2]int{48000, 8000}, Filter{Quality: Fast, MinimumPhase: true}},
		{[2]int{48000, 32000}, Filter{}},
		{[2]int{192000, 44100}, Filter{Quality: Fast}},
		{[2]int{8000, 8001}, Filter{Quality: Fast}},
		{[2]int{1000, 768000}, Filter{Quality: Fast}},
		{[2]int{192000, 4000}, Filter{}}, // the sums of the definition
		{[2]int{96000, 3001}, Filter{}},
		{[2]int{44100, 44100}, Filter{}},
	} {
		const frames = 5003
		r := newConverter(t, c.rates, 1, c.filter)
		for _, frame := range []int64{0, 1, 99, 2500, 3071, frames - 2, frames - 1} {
			t.Run(fmt.Sprintf("%s/%+v/frame %d", pair(c.rates), c.filter, frame), func(t *testing.T) {
				src := make([]float32, frames)
				src[frame] = float32(math.NaN())
				first, end := r.Spoiled(frame)
				if first < 0 || end < first {
					t.Fatalf("got frames %d to %d, want a range", first, end)
				}
				out := whole(r, src)
				if n := int64(len(out)); frame > 2500 && end > n && first >= n {
					t.Fatalf("got frames from %d on, want some before the end, %d", first, n)
				}
				for k, v := range out {
					if spoiled := int64(k) >= first && int64(k) < end; spoiled != (v != v) {
						t.Fatalf("frame %d: got %v, want NaN exactly in frames %d to %d", k, v, first, end-1)
					}
				}
			})
		}
	}
}
