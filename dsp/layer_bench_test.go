package dsp_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/internal/kernel"
	"github.com/tailwave/tailwave/dsp/internal/kernel/peak"
)

// BenchmarkPeak is what the shares of the others refer to.
func BenchmarkPeak(b *testing.B) {
	for _, level := range dsp.Levels()[1:] {
		b.Run(level.String(), func(b *testing.B) {
			sum := 0.0
			for b.Loop() {
				sum += peak.FLOPS(level, time.Millisecond)
			}
			b.ReportMetric(sum/float64(b.N)/1e9, "GFLOP/s")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkConv1D has the layers of HiFi-GAN generators, and shares of the core's peak.
func BenchmarkConv1D(b *testing.B) {
	for _, c := range []struct{ in, out, kernel, dilation, frames int }{
		{256, 256, 3, 1, 512}, {128, 128, 11, 5, 1024}, {64, 64, 7, 3, 2048}, {32, 32, 11, 5, 2304}, {16, 16, 7, 1, 2048}, {8, 8, 7, 1, 2048},
		{128, 128, 11, 5, 8}, {32, 32, 11, 5, 8}, {32, 1, 7, 1, 2048}, {8, 1, 7, 1, 2048},
	} {
		for _, level := range dsp.Levels()[1:] {
			b.Run(fmt.Sprintf("%d->%d/k%d/d%d/%dframes/%v", c.in, c.out, c.kernel, c.dilation, c.frames, level), func(b *testing.B) {
				run := convRunner(b, c.in, c.out, c.kernel, c.dilation, c.frames, dsp.AtLevel(level))
				peak.Beside(b, level, 2*float64(c.frames*c.in*c.out*c.kernel), run)
			})
		}
	}
}

// BenchmarkUpsampler has transposed layers of HiFi-GAN generators.
func BenchmarkUpsampler(b *testing.B) {
	for _, c := range []struct{ in, out, kernel, stride int }{{512, 256, 16, 8}, {64, 32, 4, 2}, {128, 64, 16, 8}, {1, 1, 64, 2}} {
		for _, frames := range []int{64, 8, 1} {
			for _, level := range dsp.Levels()[1:] {
				b.Run(fmt.Sprintf("%d->%d/k%d/s%d/%dframes/%v", c.in, c.out, c.kernel, c.stride, frames, level), func(b *testing.B) {
					run := upRunner(b, c.in, c.out, c.kernel, c.stride, frames, dsp.AtLevel(level))
					peak.Beside(b, level, 2*float64(frames*c.in*c.out*c.kernel), run)
				})
			}
		}
	}
}

// BenchmarkTwoWorkers is the gain of two goroutines over one: on a large block, and on single frames.
func BenchmarkTwoWorkers(b *testing.B) {
	if len(dsp.Levels()) == 1 {
		b.Skip("the machine's peak is known for amd64 only")
	}
	for _, frames := range []int{1024, 64, 8, 1} {
		b.Run(fmt.Sprintf("128->128/k11/d5/%dframes", frames), func(b *testing.B) {
			pool := newPool(b)
			one := convRunner(b, 128, 128, 11, 5, frames)
			two := convRunner(b, 128, 128, 11, 5, frames, dsp.Across(pool))
			peak.Ratio(b, dsp.Levels()[1], one, two, pool.Split)
		})
		b.Run(fmt.Sprintf("512->256/k16/s8/%dframes", frames), func(b *testing.B) {
			pool := newPool(b)
			one := upRunner(b, 512, 256, 16, 8, frames)
			two := upRunner(b, 512, 256, 16, 8, frames, dsp.Across(pool))
			peak.Ratio(b, dsp.Levels()[1], one, two, pool.Split)
		})
	}
}

// convRunner returns a function that takes in frames more of an endless stream.
func convRunner(b *testing.B, in, out, taps, dilation, frames int, options ...dsp.LayerOption) func() {
	g, err := dsp.ConvGeometry{In: in, Out: out, Groups: 1, Kernel: taps, Stride: 1, Dilation: dilation}.Same()
	if err != nil {
		b.Fatal(err)
	}
	c, err := dsp.NewConv1D(g, dsptest.Noise[float32](1, taps*in*out), dsptest.Noise[float32](2, out), options...)
	if err != nil {
		b.Fatal(err)
	}
	return runner(c, frames)
}

func upRunner(b *testing.B, in, out, taps, stride, frames int, options ...dsp.LayerOption) func() {
	g, err := dsp.Geometry{In: in, Out: out, Groups: 1, Kernel: taps, Stride: stride, Dilation: 1}.Same(0)
	if err != nil {
		b.Fatal(err)
	}
	u, err := dsp.NewUpsampler(g, dsptest.Noise[float32](1, taps*in*out), dsptest.Noise[float32](2, out), options...)
	if err != nil {
		b.Fatal(err)
	}
	return runner(u, frames)
}

func runner(p dsp.Processor, frames int) func() {
	in, out := p.Channels()
	src := dsptest.Noise[float32](3, frames*in)
	dst := make([]float32, 0, p.MaxOut(frames)*out)
	return func() { p.Process(dst, src) }
}

// BenchmarkGeneric is the Go definition, for comparison.
func BenchmarkGeneric(b *testing.B) {
	run := convRunner(b, 32, 32, 3, 1, 64, dsp.AtLevel(kernel.Generic))
	for b.Loop() {
		run()
	}
	b.ReportMetric(2*64*32*32*3*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
}
