package stream_test

import (
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/stream"
)

// TestLayersOnPool: with any number of goroutines the same bits, and not one allocation per call once a stream has begun.
func TestLayersOnPool(t *testing.T) {
	const frames = 400
	for name, build := range map[string]func(...dsp.LayerOption) (dsp.Processor, error){
		"conv": func(o ...dsp.LayerOption) (dsp.Processor, error) {
			g := dsp.ConvGeometry{In: 96, Out: 64, Groups: 1, Kernel: 7, Stride: 1, Dilation: 3, Left: 9, Right: 9}
			return dsp.NewConv1D(g, dsptest.Noise[float32](1, 7*96*64), dsptest.Noise[float32](2, 64), append(o, dsp.Before(dsp.LeakyReLU(0.1)))...)
		},
		"conv, few frames at a time": func(o ...dsp.LayerOption) (dsp.Processor, error) {
			g := dsp.ConvGeometry{In: 512, Out: 512, Groups: 1, Kernel: 7, Stride: 16, Dilation: 1, Left: 3, Right: 3}
			return dsp.NewConv1D(g, dsptest.Noise[float32](1, 7*512*512), nil, append(o, dsp.After(dsp.Tanh()))...)
		},
		"conv, one channel out": func(o ...dsp.LayerOption) (dsp.Processor, error) {
			g := dsp.ConvGeometry{In: 64, Out: 1, Groups: 1, Kernel: 101, Stride: 1, Dilation: 1, Left: 50, Right: 50, Padding: dsp.Reflect}
			return dsp.NewConv1D(g, dsptest.Noise[float32](1, 101*64), nil, append(o, dsp.After(dsp.Tanh()))...)
		},
		"transposed": func(o ...dsp.LayerOption) (dsp.Processor, error) {
			g := dsp.Geometry{In: 128, Out: 64, Groups: 1, Kernel: 16, Stride: 8, Dilation: 1, Left: 4, Right: 4}
			return dsp.NewUpsampler(g, dsptest.Noise[float32](1, 16*128*64), dsptest.Noise[float32](2, 64), append(o, dsp.Before(dsp.LeakyReLU(0.1)))...)
		},
	} {
		var want []float32
		for n := 1; n <= 4; n++ {
			pool := &countingPool{Pool: stream.NewPool(n)}
			p, err := build(dsp.Across(pool))
			if err != nil {
				t.Fatal(err)
			}
			in, out := p.Channels()
			src := dsptest.Noise[float32](3, frames*in)
			got := p.Flush(p.Process(nil, src))
			if n == 1 {
				want = got
			}
			if i := dsptest.FirstDifference(got, want); i >= 0 {
				t.Errorf("%s, %d goroutines: differs at %d", name, n, i)
			}
			if n > 1 && pool.most < 2 {
				t.Errorf("%s, %d goroutines: the work is never divided", name, n)
			}
			p.Reset()
			dst := make([]float32, p.MaxOut(frames)*out)
			if a := testing.AllocsPerRun(20, func() { p.Process(dst[:0], src) }); a > 0 {
				t.Errorf("%s, %d goroutines: %v allocations per call", name, n, a)
			}
			pool.Close()
		}
	}
}

// countingPool remembers the most parts that it was asked for.
type countingPool struct {
	*stream.Pool
	most int
}

func (p *countingPool) Split(parts int, f func(int)) {
	p.most = max(p.most, parts)
	p.Pool.Split(parts, f)
}
