package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// BenchmarkElementwise runs each function over 2048 numbers of a size that activations see, from and to the first-level
// cache, and over 64.
func BenchmarkElementwise(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	src := make([]float32, 2048)
	for i := range src {
		src[i] = float32(4 * rng.NormFloat64())
	}
	dst := make([]float32, len(src))
	functions := elementwises()
	for _, c := range []int{24, 20, 4} {
		p, q, name := rowOf(c, 0.7), rowOf(c, 1.3), fmt.Sprintf(", %d channels", c)
		functions = append(functions,
			elementwise{"snake" + name, c, func(l Level, dst, src []float32) { l.Snake(dst, src, p, q) }},
			elementwise{"add frames" + name, c, func(l Level, dst, src []float32) { l.AddFrames(dst, src, p) }})
	}
	for _, f := range functions {
		for _, l := range Levels() {
			for _, n := range []int{64, 2048} {
				n -= n % f.channels
				b.Run(fmt.Sprintf("%s/%s/%d", f.name, l, n), func(b *testing.B) {
					b.SetBytes(int64(4 * n))
					for b.Loop() {
						f.run(l, dst[:n], src[:n])
					}
					b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/element")
				})
			}
		}
	}
}
