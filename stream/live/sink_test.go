package live

import (
	"fmt"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// TestHeard: every frame is heard once, with the bytes that a file would hold, for any blocks, latency and device
// buffer.
func TestHeard(t *testing.T) {
	for _, paced := range []bool{true, false} {
		for _, latency := range []time.Duration{time.Millisecond, 20 * time.Millisecond, 700 * time.Millisecond} {
			for _, block := range []int{1, 64, 999, 4096} {
				for _, samples := range []pcm.Format{pcm.S16, pcm.F32} {
					t.Run(fmt.Sprintf("paced=%v/%v/%d/%v", paced, latency, block, samples), func(t *testing.T) {
						synctest.Test(t, func(t *testing.T) {
							h := &fakeHost{paced: paced}
							o := options(samples, 2, latency)
							o.Dither = samples == pcm.S16
							src := newNoise(8000, 2, 3000)
							s := NewSink(t.Context(), h, o)
							_, err := stream.Pipeline{Source: src, Sink: s, BlockFrames: block}.Run(t.Context())
							if err != nil {
								t.Fatal(err)
							}
							wantHeard(t, h.out.heard, encoded(t, samples, 2, o.Dither, src.data))
							if st := s.Stats(); st.Frames != 3000 || st.Underruns != 0 {
								t.Errorf("stats: got %+v, want 3000 frames, 0 underruns", st)
							}
							h.wantClosed(t)
						})
					})
				}
			}
		}
	}
}

// TestOpenRefuses: Open fails for a stream whose format is not that of the device.
func TestOpenRefuses(t *testing.T) {
	for _, f := range []stream.Format{
		{Rate: stream.Hz(44100), Channels: 1},
		{Rate: stream.Rate{Num: 8000, Den: 3}, Channels: 1},
		{Rate: stream.Hz(8000), Channels: 3},
	} {
		t.Run(fmt.Sprint(f), func(t *testing.T) {
			s := NewSink(t.Context(), &fakeHost{}, options(pcm.S16, 2, time.Second))
			wantText(t, s.Open(f, -1), `device "fake": opened for`)
		})
	}
}

// TestChannels: one channel is heard on the first two of the device, N channels on the first N. Other channels are
// silent, and NaN is silence.
func TestChannels(t *testing.T) {
	nan := float32(math.NaN())
	for _, c := range []struct {
		in, out int
		x, want []float32
		nans    int64
	}{
		{1, 1, []float32{0.5, nan, -1}, []float32{0.5, 0, -1}, 1},
		{1, 2, []float32{0.5, 0.25}, []float32{0.5, 0.5, 0.25, 0.25}, 0},
		{1, 4, []float32{0.5}, []float32{0.5, 0.5, 0, 0}, 0},
		{2, 3, []float32{0.5, 0.25, nan, 1}, []float32{0.5, 0.25, 0, 0, 1, 0}, 1},
		{3, 3, []float32{0.5, 0.25, 2}, []float32{0.5, 0.25, 2}, 0},
	} {
		t.Run(fmt.Sprintf("%d on %d", c.in, c.out), func(t *testing.T) {
			h := &fakeHost{}
			s := NewSink(t.Context(), h, options(pcm.F32, c.out, time.Millisecond))
			src := &noise{format: stream.Format{Rate: stream.Hz(8000), Channels: c.in}, data: c.x}
			if _, err := (stream.Pipeline{Source: src, Sink: s}).Run(t.Context()); err != nil {
				t.Fatal(err)
			}
			wantHeard(t, h.out.heard, encoded(t, pcm.F32, c.out, false, c.want))
			if got := s.Stats().NaNs; got != c.nans {
				t.Errorf("NaN: got %d, want %d", got, c.nans)
			}
		})
	}
}
