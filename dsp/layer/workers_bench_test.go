package layer_test

import (
	"fmt"
	"testing"

	"github.com/tailwave/tailwave/dsp/internal/kernel"
	"github.com/tailwave/tailwave/dsp/internal/kernel/peak"
	"github.com/tailwave/tailwave/stream"
)

// BenchmarkTwoWorkers measures the gain of two goroutines over one, on a large block and on single frames.
func BenchmarkTwoWorkers(b *testing.B) {
	if len(kernel.Levels()) == 1 {
		b.Skip("the machine's peak is known for amd64 only")
	}
	for _, frames := range []int{1024, 64, 8, 1} {
		b.Run(fmt.Sprintf("128->128/k11/d5/%dframes", frames), func(b *testing.B) {
			pool := newPool(b)
			one := convRunner(b, 128, 128, 11, 5, frames, nil)
			two := convRunner(b, 128, 128, 11, 5, frames, pool)
			peak.Ratio(b, kernel.Levels()[1], one, two, pool.For)
		})
		b.Run(fmt.Sprintf("512->256/k16/s8/%dframes", frames), func(b *testing.B) {
			pool := newPool(b)
			one := upRunner(b, 512, 256, 16, 8, frames, nil)
			two := upRunner(b, 512, 256, 16, 8, frames, pool)
			peak.Ratio(b, kernel.Levels()[1], one, two, pool.For)
		})
	}
}

func newPool(b *testing.B) *stream.Pool {
	b.Helper()
	p := stream.NewPool(2)
	b.Cleanup(p.Close)
	return p
}
