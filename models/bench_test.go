package models

import (
	"fmt"
	"testing"

	"github.com/tailwave/tailwave/testdata/reference"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/models/internal/network"
	"github.com/tailwave/tailwave/stream"
)

// published are the generators of the HiFi-GAN paper.
var published = map[string]hifiGAN{
	"V1": {
		Resblock: "1", UpsampleRates: []int{8, 8, 2, 2}, UpsampleKernelSizes: []int{16, 16, 4, 4},
		UpsampleInitial:     512,
		ResblockKernelSizes: []int{3, 7, 11}, ResblockDilationSize: [][]int{{1, 3, 5}, {1, 3, 5}, {1, 3, 5}},
		Mels: 80, SamplingRate: 22050,
	},
	"V2": {
		Resblock: "1", UpsampleRates: []int{8, 8, 2, 2}, UpsampleKernelSizes: []int{16, 16, 4, 4},
		UpsampleInitial:     128,
		ResblockKernelSizes: []int{3, 7, 11}, ResblockDilationSize: [][]int{{1, 3, 5}, {1, 3, 5}, {1, 3, 5}},
		Mels: 80, SamplingRate: 22050,
	},
	"V3": {
		Resblock: "2", UpsampleRates: []int{8, 8, 4}, UpsampleKernelSizes: []int{16, 16, 8},
		UpsampleInitial:     256,
		ResblockKernelSizes: []int{3, 5, 7}, ResblockDilationSize: [][]int{{1, 2}, {2, 6}, {3, 12}},
		Mels: 80, SamplingRate: 22050,
	},
}

// BenchmarkHiFiGAN runs streams of random weights in blocks of mel frames. x is the speed in multiples of real time.
// Other metrics are the latency, and the memory of the weights and of a stream.
func BenchmarkHiFiGAN(b *testing.B) {
	for _, name := range []string{"V1", "V2", "V3"} {
		h := published[name]
		set := randomHiFiGAN(h)
		for _, t := range set {
			for i := range t.Data {
				t.Data[i] /= 64
			}
		}
		network, err := h.build(set)
		if err != nil {
			b.Fatal(err)
		}
		benchmarkVocoder(b, name, network, h.Mels)
	}
}

// BenchmarkMelGAN measures the same with a trained multi-band MelGAN.
func BenchmarkMelGAN(b *testing.B) {
	m, err := Open(reference.File(b, "weights", "mb-melgan-ljspeech"))
	if err != nil {
		b.Fatal(err)
	}
	benchmarkVocoder(b, "MB", m.network, m.Info().Mels)
}

func benchmarkVocoder(b *testing.B, name string, network network.Node, mels int) {
	for _, threads := range []int{1, 2} {
		for _, frames := range []int{1, 8, 32, 172} {
			b.Run(fmt.Sprintf("%s/%dthreads/%dframes", name, threads, frames), func(b *testing.B) {
				pool := stream.NewPool(threads)
				defer pool.Close()
				p, err := network.NewStream(dsp.WithWorkers(pool))
				if err != nil {
					b.Fatal(err)
				}
				src := dsptest.Noise[float32](1, frames*mels)
				dst := make([]float32, 0, p.MaxOutFrames(frames))
				for b.Loop() {
					p.Process(dst, src)
				}
				b.ReportMetric(float64(b.N*frames*256)/22050/b.Elapsed().Seconds(), "x")
				weights, state := p.(dsp.Sizer).Memory()
				b.ReportMetric(float64(p.Shape().Latency)/22.050, "latency-ms")
				b.ReportMetric(float64(weights)/1e6, "weights-MB")
				b.ReportMetric(float64(state)/1e6, "stream-MB")
			})
		}
	}
}
