package fft

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/tailwave/tailwave/dsp/internal/kernel"
)

// TestFilter compares every size with the definition of negacyclic convolution, and every level with Go code.
func TestFilter(t *testing.T) {
	for n := MinBlock; n <= MaxBlock; n *= 2 {
		for _, c := range []struct{ results, inputs int }{{1, 1}, {2, 1}, {1, 3}, {3, 2}} {
			t.Run(fmt.Sprintf("%d values, %d results of %d inputs", n, c.results, c.inputs), func(t *testing.T) {
				checkFilter(t, n, c.results, c.inputs)
			})
		}
	}
}

func checkFilter(t *testing.T, n, results, inputs int) {
	t.Helper()
	rng := rand.New(rand.NewPCG(uint64(n), uint64(results*inputs)))
	taps, blocks := make([][][]float64, results), make([][]float32, inputs)
	for q := range taps {
		taps[q] = make([][]float64, inputs)
		for p := range taps[q] {
			taps[q][p] = make([]float64, n)
			for i := range taps[q][p] {
				taps[q][p][i] = rng.Float64() - 0.5
			}
		}
	}
	for p := range blocks {
		blocks[p] = make([]float32, n)
		for i := range blocks[p] {
			blocks[p][i] = rng.Float32() - 0.5
		}
	}
	f := NewFilter(kernel.Generic, n, taps)
	first := f.NewScratch()
	f.Apply(first, blocks)
	for q := range taps {
		for i := 0; i < n; i += n / 32 {
			want := 0.0
			for p, x := range blocks {
				for d, v := range taps[q][p] {
					if d <= i {
						want += v * float64(x[i-d])
					} else {
						want -= v * float64(x[i-d+n])
					}
				}
			}
			if got := first.Result(q)[i]; !(math.Abs(got-want) <= 1e-15*float64(n)) {
				t.Fatalf("result %d, value %d: got %v, want %v within %g", q, i, got, want, 1e-15*float64(n))
			}
		}
	}
	for _, level := range kernel.Levels() {
		g := NewFilter(level, n, taps)
		s := g.NewScratch()
		for range 2 { // a block does not depend on the one before it
			g.Apply(s, blocks)
			for q := range taps {
				for i, want := range first.Result(q) {
					if got := s.Result(q)[i]; math.Float64bits(got) != math.Float64bits(want) {
						t.Fatalf("%v, result %d, value %d: got %v, want %v", level, q, i, got, want)
					}
				}
			}
		}
	}
}

// TestFilterRefuses: a wrong length or number of blocks panics, because it is a programming error.
func TestFilterRefuses(t *testing.T) {
	f := NewFilter(kernel.Generic, MinBlock, [][][]float64{{make([]float64, MinBlock)}})
	mustPanic(t, map[string]func(){
		"blocks of 128": func() { NewFilter(kernel.Generic, 128, nil) },
		"blocks of 768": func() { NewFilter(kernel.Generic, 768, nil) },
		"too long":      func() { NewFilter(kernel.Generic, 2*MaxBlock, nil) },
		"no block":      func() { f.Apply(f.NewScratch(), nil) },
		"a short block": func() { f.Apply(f.NewScratch(), [][]float32{make([]float32, MinBlock-1)}) },
		"a long block":  func() { f.Apply(f.NewScratch(), [][]float32{make([]float32, MinBlock+1)}) },
	})
}

func BenchmarkFilter(b *testing.B) {
	for _, level := range kernel.Levels() {
		for _, n := range []int{256, 512, 1024, 2048, 4096, 8192} {
			for _, c := range []struct{ results, inputs int }{{1, 1}, {2, 1}, {1, 2}, {1, 4}} {
				taps, blocks := make([][][]float64, c.results), make([][]float32, c.inputs)
				for q := range taps {
					for range c.inputs {
						taps[q] = append(taps[q], make([]float64, n))
					}
				}
				for p := range blocks {
					blocks[p] = make([]float32, n)
				}
				f := NewFilter(level, n, taps)
				s := f.NewScratch()
				b.Run(fmt.Sprintf("%v/%d/%d of %d", level, n, c.results, c.inputs), func(b *testing.B) {
					for b.Loop() {
						f.Apply(s, blocks)
					}
					b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(b.N*n*(c.results+c.inputs)), "ns/value")
				})
			}
		}
	}
}
