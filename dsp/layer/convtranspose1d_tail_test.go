package layer_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/layer"
)

// Inexact ways to keep a tail.
const (
	keptAfterBias   = "kept after bias"
	addedAfterwards = "added afterwards"
)

// tailForm streams a transposed convolution without trims in chunks, with a tail of results of earlier chunks:
//
//   - keptAfterBias: the result of every chunk includes the bias, which is subtracted again where the tail is added;
//   - addedAfterwards: the chunk is summed from zero, then the tail is added to it, then the bias.
//
// Other implementations use both forms. Neither is exact.
func tailForm(form string, g layer.TransposeGeometry, src, filters, bias []float32, chunk int) []float32 {
	var out, tail []float32
	for len(src) > 0 {
		n := min(chunk*g.In, len(src))
		var y []float32
		if form == keptAfterBias {
			y = plainTranspose(g, src[:n], filters, bias)
			for i, v := range tail {
				y[i] = y[i] + v - bias[i%g.Out]
			}
		} else {
			y = plainTranspose(g, src[:n], filters, nil)
			for i, v := range tail {
				y[i] += v
			}
		}
		src = src[n:]
		final := n / g.In * g.Stride * g.Out
		if len(src) == 0 {
			final = len(y)
		}
		tail = y[final:]
		for i, v := range y[:final] {
			if form == addedAfterwards {
				v += bias[i%g.Out]
			}
			out = append(out, v)
		}
	}
	return out
}

// TestTailArithmetic: the tail of a ConvTranspose1DStream is exact where other ways to keep one are not.
func TestTailArithmetic(t *testing.T) {
	for _, c := range []struct {
		kernel, stride, chunk int
		kept, added           float64 // smallest share of values that differ in each inexact form
	}{
		{16, 8, 1, 0.2, 0}, {4, 2, 2, 0.1, 0}, {5, 2, 2, 0.15, 0.03}, {12, 4, 2, 0.2, 0.06}, {20, 5, 2, 0.25, 0.1},
		{16, 8, 2, 0, 0}, {4, 2, 1, 0, 0}, {5, 2, 1, 0, 0}, {12, 4, 1, 0, 0}, {20, 5, 1, 0, 0},
	} {
		t.Run(fmt.Sprintf("k%d s%d, chunks of %d", c.kernel, c.stride, c.chunk), func(t *testing.T) {
			g := transposed(64, 2, 1, c.kernel, c.stride, 1)
			filters, bias := transposeWeights[float32](g, 1)
			src := dsptest.Noise[float32](3, 240*64)
			want := plainTranspose(g, src, filters, bias)
			wantSame(t, "streamed", inChunks(newConvTranspose1D(t, g, filters, bias).NewStream(), src, c.chunk), want)
			for form, least := range map[string]float64{keptAfterBias: c.kept, addedAfterwards: c.added} {
				t.Run(form, func(t *testing.T) {
					y := tailForm(form, g, src, filters, bias, c.chunk)
					if len(y) != len(want) {
						t.Fatalf("got %d values, want %d", len(y), len(want))
					}
					differ := 0
					for i := range y {
						if math.Float32bits(y[i]) != math.Float32bits(want[i]) {
							differ++
						}
						if math.Abs(float64(y[i]-want[i])) > 1e-4 {
							t.Fatalf("value %d: got %g, want about %g", i, y[i], want[i])
						}
					}
					if share := float64(differ) / float64(len(y)); share < least {
						t.Errorf("values that differ: got a share of %.3f, want at least %g", share, least)
					}
				})
			}
		})
	}
}

// TestCascade streams through three non-causal layers, each flushed into the next.
func TestCascade(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	var layers []*layer.ConvTranspose1D[float32]
	var plain []func(src []float32) []float32
	for i, g := range []layer.TransposeGeometry{
		transposed(3, 4, 1, 16, 5, 1), transposed(4, 2, 2, 12, 4, 1), transposed(2, 1, 1, 7, 2, 3),
	} {
		g, err := g.Same(0)
		if err != nil {
			t.Fatal(err)
		}
		filters := dsptest.Noise[float32](uint64(i), g.Kernel*g.Out*g.In/g.Groups)
		bias := dsptest.Noise[float32](uint64(i+9), g.Out)
		layers = append(layers, newConvTranspose1D(t, g, filters, bias))
		plain = append(plain, func(src []float32) []float32 { return plainTranspose(g, src, filters, bias) })
	}
	for round := range 20 {
		n := 1 + rng.IntN(40)
		t.Run(fmt.Sprintf("round %d, %d frames", round, n), func(t *testing.T) {
			src := dsptest.Noise[float32](uint64(round), 3*n)
			want := src
			var streams []*layer.ConvTranspose1DStream[float32]
			for i, l := range layers {
				want = plain[i](want)
				streams = append(streams, l.NewStream())
			}
			var got []float32
			push := func(from int, x []float32) {
				for _, p := range streams[from:] {
					x = p.Process(nil, x)
				}
				got = append(got, x...)
			}
			for _, c := range dsptest.RandomSplit(rng, n, 1+rng.IntN(8)) {
				push(0, src[:3*c])
				src = src[3*c:]
			}
			for i, p := range streams {
				push(i+1, p.Flush(nil))
			}
			if len(got) != n*5*4*2 {
				t.Fatalf("got %d samples, want %d", len(got), n*5*4*2)
			}
			wantSame(t, "streamed", got, want)
		})
	}
}
