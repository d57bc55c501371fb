package layer_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/layer"
)

// TestReach: a NaN in an input frame changes exactly the output frames whose reach contains this frame.
func TestReach(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 0))
	ones := func(n int) []float32 {
		w := make([]float32, n)
		for i := range w {
			w[i] = 1
		}
		return w
	}
	for range 40 {
		kernel, stride, left, right := 1+rng.IntN(7), rng.IntN(4), rng.IntN(3), rng.IntN(3)
		transpose := layer.TransposeGeometry{In: 1, Out: 1, Kernel: kernel, Stride: stride, Left: left, Right: right}
		conv := layer.ConvGeometry{In: 1, Out: 1, Kernel: kernel, Stride: stride, Left: left, Right: right}
		t.Run(fmt.Sprintf("transposed %+v", transpose), func(t *testing.T) {
			l, err := layer.NewConvTranspose1D(transpose, ones(kernel), nil)
			if err != nil {
				t.Fatal(err)
			}
			checkReach(t, l.NewStream(), transpose.Reach)
		})
		t.Run(fmt.Sprintf("convolution %+v", conv), func(t *testing.T) {
			l, err := layer.NewConv1D(conv, ones(kernel), nil)
			if err != nil {
				t.Fatal(err)
			}
			checkReach(t, l.NewStream(), conv.Reach)
		})
	}
}

// checkReach compares reach with the trace of a NaN in each of 20 frames.
func checkReach(t *testing.T, p dsp.Processor, reach func(first, last int) (int, int)) {
	t.Helper()
	const n = 20
	for poisoned := range n {
		x := make([]float32, n)
		x[poisoned] = float32(math.NaN())
		p.Reset()
		for i, v := range p.Flush(p.Process(nil, x)) {
			first, last := reach(i, i)
			if got, want := v != v, first <= poisoned && poisoned <= last; got != want {
				t.Fatalf("NaN in frame %d: sample %d is NaN: got %v, want %v, a reach of %d to %d", poisoned, i, got, want, first, last)
			}
		}
	}
}
