package peak

import (
	"slices"
	"testing"
	"time"

	"github.com/tailwave/tailwave/dsp/internal/kernel"
)

// Share reports the speed of f in GFLOP/s, and its share of the peak of the core at level l in percent. A call of f
// computes the given number of floating-point operations. Share measures f and the peak in turn and reports medians.
func Share(b *testing.B, l kernel.Level, operations float64, f func()) {
	n := repetitions(f, time.Millisecond)
	var rates, shares []float64
	for b.Loop() {
		rate := operations / seconds(f, n)
		rates = append(rates, rate)
		shares = append(shares, rate/FLOPS(l, time.Millisecond/4))
	}
	b.ReportMetric(median(rates)/1e9, "GFLOP/s")
	b.ReportMetric(100*median(shares), "%peak")
	b.ReportMetric(0, "ns/op")
}

// Ratio reports the speed of g as a multiple of the speed of f, as the metric x. It also reports the metric machine-x,
// the peak of two processors at the same time as a multiple of the peak of one. machine-x bounds x, and is less than 2
// on some shared machines. split(2, f) must run f(0) and f(1) at the same time. All speeds are measured in turn, and
// the metrics are medians. A measurement of f or g takes at least 20 ms, so that the time to wake a processor does not
// matter.
func Ratio(b *testing.B, l kernel.Level, f, g func(), split func(parts int, f func(int))) {
	n, m := repetitions(f, 20*time.Millisecond), repetitions(g, 20*time.Millisecond)
	var rates [2]float64
	part := func(i int) { rates[i] = FLOPS(l, time.Millisecond/2) }
	var ratios, machine []float64
	for b.Loop() {
		ratios = append(ratios, seconds(f, n)/seconds(g, m))
		one := FLOPS(l, time.Millisecond/2)
		split(2, part)
		machine = append(machine, (rates[0]+rates[1])/one)
	}
	b.ReportMetric(median(ratios), "x")
	b.ReportMetric(median(machine), "machine-x")
	b.ReportMetric(0, "ns/op")
}

// repetitions returns a number of calls of f, a power of two, that take at least the time d.
func repetitions(f func(), d time.Duration) int {
	f()
	n := 1
	for seconds(f, n)*float64(n) < d.Seconds() {
		n *= 2
	}
	return n
}

// seconds returns the mean time of n calls of f in seconds.
func seconds(f func(), n int) float64 {
	start := time.Now()
	for range n {
		f()
	}
	return time.Since(start).Seconds() / float64(n)
}

// median sorts s and returns the value in the middle.
func median(s []float64) float64 {
	slices.Sort(s)
	return s[len(s)/2]
}
