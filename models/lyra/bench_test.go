package lyra

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/tailwave/tailwave/dsp"
)

// BenchmarkEncode turns samples into codes at 9.2 kbit/s in one goroutine, a number of hops at a time. x is the speed
// in multiples of real time.
func BenchmarkEncode(b *testing.B) {
	c := openCodec(b)
	samples := recording(b)
	for _, hops := range []int{1, 50} {
		b.Run(fmt.Sprintf("%dhops", hops), func(b *testing.B) {
			e, err := c.NewEncoder()
			if err != nil {
				b.Fatal(err)
			}
			q := c.NewQuantizer()
			latents, codes := make([]float32, 0, 64*Latents), make([]byte, 0, 64*Codebooks)
			benchmarkHops(b, hops, e, func(i int) {
				latents = e.Process(latents[:0], samples[i*Hop:][:hops*Hop])
				codes = q.Encode(codes[:0], latents, Codebooks)
			})
		})
	}
}

// BenchmarkDecode turns codes into samples in the same way.
func BenchmarkDecode(b *testing.B) {
	c := openCodec(b)
	codes := goldenCodes(b)
	for _, hops := range []int{1, 50} {
		b.Run(fmt.Sprintf("%dhops", hops), func(b *testing.B) {
			d, err := c.NewDecoder()
			if err != nil {
				b.Fatal(err)
			}
			q := c.NewQuantizer()
			latents, samples := make([]float32, 0, 64*Latents), make([]float32, 0, d.MaxOutFrames(64))
			benchmarkHops(b, hops, d, func(i int) {
				latents = q.Decode(latents[:0], codes[i*Codebooks:][:hops*Codebooks], Codebooks)
				samples = d.Process(samples[:0], latents)
			})
		})
	}
}

// benchmarkHops calls f for hops of the recording in a loop. It reports the time of calls, and the memory of the
// network's weights and of a stream.
func benchmarkHops(b *testing.B, hops int, p dsp.Processor, f func(first int)) {
	const all = 150
	times := make([]time.Duration, 0, 1<<20)
	i := 0
	for b.Loop() {
		start := time.Now()
		f(i)
		if len(times) < cap(times) {
			times = append(times, time.Since(start))
		}
		i = (i + hops) % (all - hops + 1)
	}
	slices.Sort(times)
	b.ReportMetric(float64(b.N*hops*Hop)/SampleRate/b.Elapsed().Seconds(), "x")
	b.ReportMetric(float64(times[len(times)/2].Nanoseconds())/1e3, "p50-us")
	b.ReportMetric(float64(times[len(times)*99/100].Nanoseconds())/1e3, "p99-us")
	weights, state := p.(dsp.Sizer).Memory()
	b.ReportMetric(float64(weights)/1e6, "weights-MB")
	b.ReportMetric(float64(state)/1e6, "stream-MB")
}
