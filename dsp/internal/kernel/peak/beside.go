package peak

import (
	"slices"
	"testing"
	"time"

	"github.com/tailwave/tailwave/dsp/internal/kernel"
)

// Beside reports the speed of f, a function of the given number of floating-point operations. It measures f and the
// core's peak in turn, and reports the median of the ratios too.
func Beside(b *testing.B, l kernel.Level, operations float64, f func()) {
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

// Ratio reports how much faster g is than f, the median of measurements in turn, each so long that waking a processor
// does not count, and as "machine-x" what two of the machine's processors then did together in comparison with one: on
// shared machines not always 2. split runs its argument twice at the same time.
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

// repetitions returns how many calls of f take at least the given time.
func repetitions(f func(), d time.Duration) int {
	f()
	n := 1
	for seconds(f, n)*float64(n) < d.Seconds() {
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
