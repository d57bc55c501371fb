package stream_test

import (
	"fmt"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/layer"
	"github.com/tailwave/tailwave/stream"
)

// TestPoolBits: layers have the same bits with any number of goroutines, and allocate nothing once a stream has begun.
func TestPoolBits(t *testing.T) {
	for name, newStream := range map[string]func(t *testing.T, o dsp.Option) dsp.Processor{
		"conv": func(t *testing.T, o dsp.Option) dsp.Processor {
			g := layer.ConvGeometry{In: 96, Out: 64, Kernel: 7, Dilation: 3, Left: 9, Right: 9}
			return conv(t, g, dsptest.Noise[float32](2, 64), layer.PreActivation(layer.LeakyReLU(0.1))).NewStream(o)
		},
		"conv, few frames at a time": func(t *testing.T, o dsp.Option) dsp.Processor {
			g := layer.ConvGeometry{In: 512, Out: 512, Kernel: 7, Stride: 16, Left: 3, Right: 3}
			return conv(t, g, nil, layer.PostActivation(layer.Tanh())).NewStream(o)
		},
		"conv, one channel out": func(t *testing.T, o dsp.Option) dsp.Processor {
			g := layer.ConvGeometry{In: 64, Out: 1, Kernel: 101, Left: 50, Right: 50, Padding: layer.Reflect}
			return conv(t, g, nil, layer.PostActivation(layer.Tanh())).NewStream(o)
		},
		"transposed": func(t *testing.T, o dsp.Option) dsp.Processor {
			g := layer.TransposeGeometry{In: 128, Out: 64, Kernel: 16, Stride: 8, Left: 4, Right: 4}
			l, err := layer.NewConvTranspose1D(g, dsptest.Noise[float32](1, 16*128*64), dsptest.Noise[float32](2, 64),
				layer.PreActivation(layer.LeakyReLU(0.1)))
			if err != nil {
				t.Fatal(err)
			}
			return l.NewStream(o)
		},
	} {
		t.Run(name, func(t *testing.T) { checkPoolBits(t, newStream) })
	}
}

// conv returns a convolution with noise for weights.
func conv(t *testing.T, g layer.ConvGeometry, bias []float32, options ...layer.Option) *layer.Conv1D {
	l, err := layer.NewConv1D(g, dsptest.Noise[float32](1, g.Kernel*g.In*g.Out), bias, options...)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func checkPoolBits(t *testing.T, newStream func(t *testing.T, o dsp.Option) dsp.Processor) {
	const frames = 400
	var want []float32
	for n := 1; n <= 4; n++ {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			pool := &countingPool{Pool: stream.NewPool(n)}
			defer pool.Close()
			p := newStream(t, dsp.WithWorkers(pool))
			s := p.Shape()
			src := dsptest.Noise[float32](3, frames*s.In)
			got := p.Flush(p.Process(nil, src))
			if n == 1 {
				want = got
			}
			if i := dsptest.FirstDifference(got, want); i >= 0 {
				t.Errorf("value %d differs from that of one goroutine: got %d values, want %d", i, len(got), len(want))
			}
			if n > 1 && pool.most < 2 {
				t.Errorf("at most %d parts, want at least 2", pool.most)
			}
			p.Reset()
			dst := make([]float32, p.MaxOutFrames(frames)*s.Out)
			if a := testing.AllocsPerRun(20, func() { p.Process(dst[:0], src) }); a > 0 {
				t.Errorf("%v allocations per call, want 0", a)
			}
		})
	}
}

// countingPool remembers the most parts that it was asked for.
type countingPool struct {
	*stream.Pool
	most int
}

func (p *countingPool) For(parts int, f func(int)) {
	p.most = max(p.most, parts)
	p.Pool.For(parts, f)
}
