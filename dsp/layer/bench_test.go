package layer_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/internal/kernel"
	"github.com/tailwave/tailwave/dsp/internal/kernel/peak"
	"github.com/tailwave/tailwave/dsp/layer"
)

// BenchmarkPeak measures the peak rate of the core; the other benchmarks report shares of it.
func BenchmarkPeak(b *testing.B) {
	for _, level := range kernel.Levels()[1:] {
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

// BenchmarkConv1D has the layers of HiFi-GAN generators, and reports shares of the core's peak.
func BenchmarkConv1D(b *testing.B) {
	for _, c := range []struct{ in, out, kernel, dilation, frames int }{
		{256, 256, 3, 1, 512}, {128, 128, 11, 5, 1024}, {64, 64, 7, 3, 2048}, {32, 32, 11, 5, 2304},
		{16, 16, 7, 1, 2048}, {8, 8, 7, 1, 2048},
		{128, 128, 11, 5, 8}, {32, 32, 11, 5, 8}, {32, 1, 7, 1, 2048}, {8, 1, 7, 1, 2048},
	} {
		for _, level := range kernel.Levels()[1:] {
			name := fmt.Sprintf("%d->%d/k%d/d%d/%dframes/%v", c.in, c.out, c.kernel, c.dilation, c.frames, level)
			b.Run(name, func(b *testing.B) {
				run := convRunner(b, c.in, c.out, c.kernel, c.dilation, c.frames, nil, layer.AtLevel(level))
				peak.Share(b, level, 2*float64(c.frames*c.in*c.out*c.kernel), run)
			})
		}
	}
}

// BenchmarkConvTranspose1D has transposed convolutions of HiFi-GAN generators.
func BenchmarkConvTranspose1D(b *testing.B) {
	for _, c := range []struct{ in, out, kernel, stride int }{
		{512, 256, 16, 8}, {64, 32, 4, 2}, {128, 64, 16, 8}, {1, 1, 64, 2},
	} {
		for _, frames := range []int{64, 8, 1} {
			for _, level := range kernel.Levels()[1:] {
				name := fmt.Sprintf("%d->%d/k%d/s%d/%dframes/%v", c.in, c.out, c.kernel, c.stride, frames, level)
				b.Run(name, func(b *testing.B) {
					run := upRunner(b, c.in, c.out, c.kernel, c.stride, frames, nil, layer.AtLevel(level))
					peak.Share(b, level, 2*float64(frames*c.in*c.out*c.kernel), run)
				})
			}
		}
	}
}

// BenchmarkGeneric is the definition in Go, for comparison.
func BenchmarkGeneric(b *testing.B) {
	run := convRunner(b, 32, 32, 3, 1, 64, nil, layer.AtLevel(kernel.Generic))
	for b.Loop() {
		run()
	}
	b.ReportMetric(2*64*32*32*3*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
}

// convRunner returns a function that streams frames more of an endless input.
func convRunner(
	b *testing.B, in, out, taps, dilation, frames int, workers dsp.Workers, options ...layer.Option,
) func() {
	b.Helper()
	g, err := layer.ConvGeometry{In: in, Out: out, Groups: 1, Kernel: taps, Stride: 1, Dilation: dilation}.Same()
	if err != nil {
		b.Fatal(err)
	}
	c := newConv1D(b, g, dsptest.Noise[float32](1, taps*in*out), dsptest.Noise[float32](2, out), options...)
	return runner(c.NewStream(dsp.WithWorkers(workers)), frames)
}

// upRunner is convRunner for a transposed convolution.
func upRunner(
	b *testing.B, in, out, taps, stride, frames int, workers dsp.Workers, options ...layer.Option,
) func() {
	b.Helper()
	g, err := transposed(in, out, 1, taps, stride, 1).Same(0)
	if err != nil {
		b.Fatal(err)
	}
	u := newConvTranspose1D(b, g, dsptest.Noise[float32](1, taps*in*out), dsptest.Noise[float32](2, out), options...)
	return runner(u.NewStream(dsp.WithWorkers(workers)), frames)
}

func runner(p dsp.Processor, frames int) func() {
	s := p.Shape()
	src := dsptest.Noise[float32](3, frames*s.In)
	dst := make([]float32, 0, p.MaxOutFrames(frames)*s.Out)
	return func() { p.Process(dst, src) }
}
