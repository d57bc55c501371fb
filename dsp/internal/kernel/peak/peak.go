// Package peak measures the peak speed of one core in fused multiply-adds, and benchmarks that report their share of
// it:
//
//	func BenchmarkConv(b *testing.B) {
//		run := ... // computes a block
//		peak.Share(b, level, 2*products, run) // reports GFLOP/s and %peak
//	}
//
// A share is measured in turn with the peak, so that it does not depend on the clock rate at the time.
package peak

import (
	"time"

	"github.com/tailwave/tailwave/dsp/internal/kernel"
)

// FLOPS returns the floating-point operations per second of a loop of fused multiply-adds on registers alone, on one
// core. A fused multiply-add counts as two operations. The loop runs for about the time d. FLOPS returns 0 for
// kernel.Generic, which has no such loop.
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
