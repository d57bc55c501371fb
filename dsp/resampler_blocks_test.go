package dsp_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
)

// TestResamplerIsTheDefinition: within 1e-9 of the sums that define it, for every kind of plan, length and quality.
func TestResamplerIsTheDefinition(t *testing.T) {
	for _, rates := range append([][2]int{{48000, 192000}, {44100, 192000}, {32000, 48000}, {48000, 32000}, {44100, 22050}, {8000, 1000}, {7000, 1000}, {192000, 16000}}, ratePairs...) {
		for _, q := range []dsp.Quality{dsp.Best, dsp.High, dsp.Fast} {
			r, err := dsp.NewResampler(rates[0], rates[1], 1, q, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range []int{1, 2, 301, 5000} {
				if n == 5000 && q != dsp.Best {
					continue
				}
				src := dsptest.Noise[float32](uint64(n), n)
				want, err := r.Direct(src)
				if err != nil {
					t.Fatal(err)
				}
				got, err := r.Middle(src)
				if err != nil || len(got) != len(want) {
					t.Fatalf("%v: %d frames, want %d, %v", rates, len(got), len(want), err)
				}
				worst := 0.0
				for i, v := range want {
					worst = max(worst, math.Abs(got[i]-v))
				}
				if n == 5000 {
					t.Logf("%v %v: %.1e", rates, q, worst)
				}
				if !(worst <= 1e-9) {
					t.Errorf("%v %v, %d frames: %g off", rates, q, n, worst)
				}
			}
		}
	}
}

func BenchmarkResampler(b *testing.B) {
	for _, rates := range [][2]int{{44100, 96000}, {44100, 88200}, {44100, 48000}, {16000, 48000}, {48000, 44100}, {96000, 44100}, {48000, 192000}, {44100, 192000}, {44100, 44101}, {48000, 47999}} {
		for _, q := range []dsp.Quality{dsp.Best, dsp.High} {
			for _, channels := range []int{1, 2, 8} {
				b.Run(fmt.Sprintf("%d-%d/%v/%dch", rates[0], rates[1], q, channels), func(b *testing.B) {
					r, err := dsp.NewResampler(rates[0], rates[1], channels, q, nil)
					if err != nil {
						b.Fatal(err)
					}
					src := dsptest.Noise[float32](5, 4096*channels)
					dst := make([]float32, 0, r.MaxOut(4096)*channels)
					b.ReportAllocs()
					for b.Loop() {
						r.Process(dst, src)
					}
					b.ReportMetric(float64(b.N)*4096/float64(rates[0])/b.Elapsed().Seconds(), "x")
				})
			}
		}
	}
}
