package kernel_test

import (
	"fmt"
"os"
"strconv"
	"slices"
	"testing"
	"time"

	. "github.com/tailwave/tailwave/dsp/internal/kernel"
	"github.com/tailwave/tailwave/dsp/internal/kernel/peak"
)

// besidePeak reports the rate of f, which does the given floating-point operations, and the median of its shares of the
// core's peak, measured in turn with it.
func besidePeak(b *testing.B, l Level, flop float64, f func()) {
	var rates, shares []float64
	for b.Loop() {
		start, n := time.Now(), 0
		for time.Since(start) < time.Millisecond {
			f()
			n++
		}
		rate := flop * float64(n) / time.Since(start).Seconds()
		rates = append(rates, rate)
		shares = append(shares, rate/peak.FLOPS(l, time.Millisecond/4))
	}
	slices.Sort(rates)
	slices.Sort(shares)
	b.ReportMetric(rates[len(rates)/2]/1e9, "GFLOP/s")
	b.ReportMetric(100*shares[len(shares)/2], "%peak")
	b.ReportMetric(0, "ns/op")
}

func BenchmarkMul(b *testing.B) {
	for _, c := range []struct{ in, out, k, d, rows int }{
		{256, 256, 3, 1, 512}, {128, 128, 11, 5, 1024}, {64, 64, 7, 3, 2048}, {32, 32, 11, 5, 2304}, {16, 16, 7, 1, 2048}, {8, 8, 7, 1, 2048},
		{512, 2048, 1, 1, 8}, {512, 2048, 1, 1, 64}, {512, 2048, 1, 1, 1}, {64, 64, 1, 1, 8}, {64, 64, 1, 1, 64}, {64, 64, 1, 1, 1},
	} {
		for _, l := range Levels() {
			b.Run(fmt.Sprintf("%d->%d k%d d%d n%d %v", c.in, c.out, c.k, c.d, c.rows, l), func(b *testing.B) {
				p := Pack(l, c.k*c.in, c.out, func(r, c int) float32 { return float32(r-c) / 1000 }, nil)
				m := Product[float32]{Acc: make([]float32, c.rows*c.out), X: make([]float32, (c.rows+c.k*c.d)*c.in), Rows: c.rows, AccRow: c.out, XRow: c.in, Taps: c.k, XTap: c.d * c.in, Channels: c.in}
				if c.d == 1 {
					m.Taps, m.Channels = 1, c.k*c.in
				}
				besidePeak(b, l, 2*float64(c.rows*c.out*c.k*c.in), func() {
					rb := RB
					if rb == 0 {
						rb = c.rows
					}
					for r := 0; r < c.rows; r += rb {
						mm := m
						mm.Rows = min(rb, c.rows-r)
						mm.X = m.X[r*m.XRow:]
						mm.Acc = m.Acc[r*m.AccRow:]
						p.Mul(mm, 0, p.Count())
					}
				})
			})
		}
	}
}

var RB, _ = strconv.Atoi(os.Getenv("RB"))
