package resample

import (
	"fmt"
	"testing"

	"github.com/tailwave/tailwave/dsp/dsptest"
)

func BenchmarkConverter(b *testing.B) {
	for _, rates := range [][2]int{
		{44100, 96000}, {44100, 88200}, {44100, 48000}, {16000, 48000}, {48000, 44100}, {96000, 44100}, {48000, 192000},
		{44100, 192000}, {48000, 96000}, {192000, 44100}, {48000, 16000}, {44100, 44101}, {48000, 47999},
	} {
		for _, q := range []Quality{Best, High} {
			for _, channels := range []int{1, 2, 8} {
				b.Run(fmt.Sprintf("%d-%d/%v/%dch", rates[0], rates[1], q, channels), func(b *testing.B) {
					r := newConverter(b, rates, channels, Filter{Quality: q})
					src := dsptest.Noise[float32](5, 4096*channels)
					dst := make([]float32, 0, r.MaxOutFrames(4096)*channels)
					b.ReportAllocs()
					for b.Loop() {
						r.Process(dst, src)
					}
					b.ReportMetric(float64(b.N)*4096/float64(rates[0])/b.Elapsed().Seconds(), "x")
				})
			}
		}
	}
}
