package fft

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/tailwave/tailwave/dsp/internal/kernel"
)

// TestFilter compares every size with the definition of circular convolution, in all lanes, and every level with Go
// code.
func TestFilter(t *testing.T) {
	for n := 8; n <= 1024; n *= 2 {
		for filters := 1; filters <= 3; filters++ {
			t.Run(fmt.Sprintf("%d values, %d filters", n, filters), func(t *testing.T) { checkFilter(t, n, filters) })
		}
	}
}

func checkFilter(t *testing.T, n, filters int) {
	t.Helper()
	rng := rand.New(rand.NewPCG(uint64(n), uint64(filters)))
	taps := make([][]float64, filters)
	for q := range taps {
		taps[q] = make([]float64, n)
		for i := range taps[q] {
			taps[q][i] = rng.Float64() - 0.5
		}
	}
	var blocks [kernel.Lanes][]float32
	for l := range blocks {
		blocks[l] = make([]float32, n)
		for i := range blocks[l] {
			blocks[l][i] = rng.Float32() - 0.5
		}
	}
	first := filtered(NewFilter(kernel.Generic, n, taps), blocks, kernel.Lanes)
	for l, b := range blocks {
		for i := 0; i < n; i += max(1, n/32) {
			for q, h := range taps {
				want := 0.0
				for d, v := range h {
					want += v * float64(b[(i-d+n)%n])
				}
				if got := first[l][i*filters+q]; !(math.Abs(got-want) <= 1e-13*float64(n)) {
					t.Fatalf("filter %d, lane %d, value %d: got %v, want %v within %g", q, l, i, got, want, 1e-13*float64(n))
				}
			}
		}
	}
	// A result depends neither on its lane, nor on the number of lanes, nor on the level.
	var turned [kernel.Lanes][]float32
	for l := range turned {
		turned[l] = blocks[(l+3)%kernel.Lanes]
	}
	const poisoned = 2
	turned[poisoned] = make([]float32, n)
	turned[poisoned][0] = float32(math.NaN())
	for _, level := range kernel.Levels() {
		for _, lanes := range []int{kernel.HalfLanes, kernel.Lanes} {
			t.Run(fmt.Sprintf("%v/%d lanes", level, lanes), func(t *testing.T) {
				got := filtered(NewFilter(level, n, taps), turned, lanes)
				for l := range got {
					for i, want := range first[(l+3)%kernel.Lanes] {
						if l != poisoned && math.Float64bits(got[l][i]) != math.Float64bits(want) {
							t.Fatalf("lane %d, value %d: got %v, want %v", l, i, got[l][i], want)
						}
					}
				}
			})
		}
	}
}

// TestFilterRefuses: a wrong length of a block panics, because it is a programming error.
func TestFilterRefuses(t *testing.T) {
	mustPanic(t, map[string]func(){
		"blocks of 4":  func() { NewFilter(kernel.Generic, 4, nil) },
		"blocks of 12": func() { NewFilter(kernel.Generic, 12, nil) },
		"too long":     func() { NewFilter(kernel.Generic, 2*MaxSize, nil) },
	})
}

// filtered applies f to blocks, lanes blocks at a time, each in its own lane.
func filtered(f *Filter, blocks [kernel.Lanes][]float32, lanes int) (out [kernel.Lanes][]float64) {
	s := f.NewScratch()
	for l := range out {
		out[l] = make([]float64, f.n*len(f.weights))
	}
	for at := 0; at < kernel.Lanes; at += lanes {
		s.Begin(lanes)
		for first := 0; first < lanes; first += 4 {
			f.Set(s, first, (*[4][]float32)(blocks[at+first:]))
		}
		f.Apply(s)
		for first := 0; first < lanes; first += 4 {
			f.Get((*[4][]float64)(out[at+first:]), s, first, 0)
		}
	}
	return out
}

func BenchmarkFilter(b *testing.B) {
	for _, level := range kernel.Levels() {
		for _, n := range []int{512, 1024, 2048, 4096} {
			taps := [][]float64{make([]float64, n), make([]float64, n)}
			f := NewFilter(level, n, taps)
			s := f.NewScratch()
			b.Run(fmt.Sprintf("%v/%d", level, n), func(b *testing.B) {
				for b.Loop() {
					f.Apply(s)
				}
				b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(b.N*n*kernel.Lanes), "ns/value")
			})
		}
	}
}
