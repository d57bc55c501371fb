package fft

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/tailwave/tailwave/dsp/internal/kernel"
)

// TestFilter compares every size with circular convolution by its definition, in all lanes, and all levels with Go.
func TestFilter(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 9))
	for n := 8; n <= 1024; n *= 2 {
		for _, filters := range []int{1, 2, 3} {
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
						if got := first[l][i*filters+q]; math.Abs(got-want) > 1e-13*float64(n) {
							t.Fatalf("%d values, filter %d, lane %d: %v at %d, want %v", n, q, l, got, i, want)
						}
					}
				}
			}
			// Lanes do not matter, nor how many, nor does the level.
			var turned [kernel.Lanes][]float32
			for l := range turned {
				turned[l] = blocks[(l+3)%kernel.Lanes]
			}
			turned[2] = make([]float32, n)
			turned[2][0] = float32(math.NaN())
			for _, level := range kernel.Levels() {
				for _, lanes := range []int{kernel.HalfLanes, kernel.Lanes} {
					got := filtered(NewFilter(level, n, taps), turned, lanes)
					for l := range got {
						for i, v := range first[(l+3)%kernel.Lanes] {
							if l != 2 && math.Float64bits(got[l][i]) != math.Float64bits(v) {
								t.Fatalf("%v, %d values: lane %d of %d differs at %d", level, n, l, lanes, i)
							}
						}
					}
				}
			}
		}
	}
}

// filtered applies f to blocks, so many at a time, each in a lane.
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
