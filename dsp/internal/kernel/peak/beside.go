package peak

import (
	"slices"
	"testing"
	"time"

	"github.com/tailwave/tailwave/dsp/internal/kernel"
)

// Beside reports how fast f is, which does the given number of floating-point operations, and the median of its shares of
// the core's peak, measured in turn with it.
func Beside(b *testing.B, l kernel.Level, operations float64, f func()) {
	n := repetitions(f)
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

// Ratio reports how much faster g is than f, the median of measurements in turn.
func Ratio(b *testing.B, f, g func()) {
	n, m := repetitions(f), repetitions(g)
	var ratios []float64
	for b.Loop() {
		ratios = append(ratios, seconds(f, n)/seconds(g, m))
	}
	b.ReportMetric(median(ratios), "x")
	b.ReportMetric(0, "ns/op")
}

// repetitions returns how many calls of f take about a millisecond.
func repetitions(f func()) int {
	f()
	n := 1
	for seconds(f, n)*float64(n) < 1e-3 {
		n *= 2
	}
	return n
}

// seconds returns the time that a call of f takes, averaged over n.
func seconds(f func(), n int) float64 {
	start := time.Now()
	for range n {
		f()
	}
	return time.Since(start).Seconds() / float64(n)
}

func median(s []float64) float64 {
	slices.Sort(s)
	return s[len(s)/2]
}
