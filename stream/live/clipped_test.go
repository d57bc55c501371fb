package live

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// TestClipped: samples that are clipped for a device that plays S16 are counted, with their peak. For F32 no sample is
// clipped.
func TestClipped(t *testing.T) {
	for samples, want := range map[pcm.Format]int64{pcm.S16: 2, pcm.F32: 0} {
		t.Run(samples.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := NewSink(t.Context(), &fakeHost{}, options(samples, 2, 20*time.Millisecond))
				src := stream.FromSlice(stream.Format{Rate: stream.Hz(8000), Channels: 2}, []float32{0.5, -3, 2, -1, 0, 0.25})
				if _, err := (stream.Pipeline{Source: src, Sink: s, BlockFrames: 1}).Run(t.Context()); err != nil {
					t.Fatal(err)
				}
				if st := s.Stats(); st.Clipped != want || st.Peak != 3 {
					t.Errorf("got %d clipped, peak %v, want %d, 3", st.Clipped, st.Peak, want)
				}
			})
		})
	}
}
