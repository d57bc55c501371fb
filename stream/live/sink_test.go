package live

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// TestHeard: whatever the blocks, the latency and the device's buffer, every frame is heard, once, with the bytes of a file.
func TestHeard(t *testing.T) {
	for _, paced := range []bool{true, false} {
		for _, latency := range []time.Duration{time.Millisecond, 20 * time.Millisecond, 700 * time.Millisecond} {
			for _, block := range []int{1, 64, 999, 4096} {
				for _, samples := range []pcm.Format{pcm.S16, pcm.F32} {
					t.Run(fmt.Sprint(paced, latency, block, samples), func(t *testing.T) {
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
							if !bytes.Equal(h.out.heard, encoded(t, samples, 2, o.Dither, src.data)) {
								t.Errorf("%d bytes heard, not those written", len(h.out.heard))
							}
							st := s.Stats()
							if st.Frames != 3000 || st.Underruns != 0 || h.out.left != 0 || !h.out.closed {
								t.Errorf("%+v, %d frames cut off, closed %v", st, h.out.left, h.out.closed)
							}
						})
					})
				}
			}
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	for _, f := range []stream.Format{{Rate: stream.Hz(44100), Channels: 1}, {Rate: stream.Rate{Num: 8000, Den: 3}, Channels: 1}, {Rate: stream.Hz(8000), Channels: 3}} {
		s := NewSink(t.Context(), &fakeHost{}, options(pcm.S16, 2, time.Second))
		if err := s.Open(f, -1); err == nil || !strings.Contains(err.Error(), `device "fake": opened for`) {
			t.Errorf("%v: %v", f, err)
		}
	}
}

// TestChannels: one channel is heard on both sides, two on the first two, NaN not at all.
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
		h := &fakeHost{}
		s := NewSink(t.Context(), h, options(pcm.F32, c.out, time.Millisecond))
		src := &noise{format: stream.Format{Rate: stream.Hz(8000), Channels: c.in}, data: c.x}
		if _, err := (stream.Pipeline{Source: src, Sink: s}).Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(h.out.heard, encoded(t, pcm.F32, c.out, false, c.want)) || s.Stats().NaNs != c.nans {
			t.Errorf("%d on %d: %x, %d NaN", c.in, c.out, h.out.heard, s.Stats().NaNs)
		}
	}
}
