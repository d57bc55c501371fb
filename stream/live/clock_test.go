package live

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// TestUntoldGap: a gap of which the device says nothing is counted, once, where it was, if it is longer than half the buffer.
func TestUntoldGap(t *testing.T) {
	for _, c := range []struct {
		late time.Duration // how late a write comes to a device with 100 ms in its buffer
		mute bool
		want int64
	}{
		{60 * time.Millisecond, true, 0}, {140 * time.Millisecond, true, 0}, {160 * time.Millisecond, true, 1},
		{190 * time.Millisecond, true, 1}, {290 * time.Millisecond, true, 1}, {140 * time.Millisecond, false, 1}, {190 * time.Millisecond, false, 1},
	} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var at int
				h := &fakeHost{paced: true, mute: c.mute}
				h.onCall = func(call string, n int) error {
					if call == "Write" && n == 150 {
						at = len(h.out.heard) / h.out.size
						time.Sleep(c.late)
					}
					return nil
				}
				s := NewSink(t.Context(), h, options(pcm.S16, 1, 100*time.Millisecond))
				if _, err := (stream.Pipeline{Source: newNoise(8000, 1, 40000), Sink: s, BlockFrames: 80}).Run(t.Context()); err != nil {
					t.Fatal(err)
				}
				st := s.Stats()
				if st.Underruns != c.want {
					t.Fatalf("%d underruns, want %d", st.Underruns, c.want)
				}
				for _, gap := range st.Gaps {
					if off := int(gap*8000/time.Second) - at; off < -80 || off > 160 {
						t.Errorf("a gap at %v, %d frames after where it was", gap, off)
					}
				}
			})
		})
	}
}

// TestNoGap: a device whose own clock is another than the system's, or which takes its frames in large pieces, does not run
// empty.
func TestNoGap(t *testing.T) {
	for _, slower := range []float64{0, 0.001, -0.001} {
		for _, latency := range []time.Duration{20 * time.Millisecond, time.Second} {
			for _, pieces := range []int{0, 4, 2} {
				t.Run(fmt.Sprint(slower, latency, pieces), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						h := &fakeHost{paced: true, mute: true, slower: slower}
						if pieces > 0 {
							h.step = int(latency.Seconds()*8000) / pieces
						}
						s := NewSink(t.Context(), h, options(pcm.S16, 1, latency))
						if _, err := (stream.Pipeline{Source: newNoise(8000, 1, 30*8000), Sink: s, BlockFrames: 800}).Run(t.Context()); err != nil {
							t.Fatal(err)
						}
						if st := s.Stats(); st.Underruns != 0 || st.Frames != 30*8000 {
							t.Errorf("%+v", st)
						}
					})
				})
			}
		}
	}
}
