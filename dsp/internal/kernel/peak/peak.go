// Package peak measures what one core can do at most, for benchmarks to compare themselves with.
package peak

import (
	"time"

	"github.com/tailwave/tailwave/dsp/internal/kernel"
)

// FLOPS returns the floating-point operations per second of a loop of nothing but fused multiply-adds on registers,
// each counted as two, run for about the given time. It is 0 for a level that has no such loop.
func FLOPS(l kernel.Level, d time.Duration) float64 {
	const batch = 2000
	perBatch := float64(2 * batch * 48 * lanes(l))
	done := 0.0
	start := time.Now()
	for time.Since(start) < d && perBatch > 0 {
		loop(l, batch)
		done += perBatch
	}
	return done / time.Since(start).Seconds()
}

func lanes(l kernel.Level) int {
	switch l {
	case kernel.AVX2:
		return 8
	case kernel.AVX512:
		return 16
	}
	return 0
}
