package layer_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/layer"
)

// integers returns n seeded whole numbers from -4 to 4, whose sums of products are exact in float32.
func integers(rng *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(rng.IntN(9) - 4)
	}
	return x
}

// TestConv1DAdjoint: <conv(z), x> = <z, convT(x)>, which ties the convolution to the transposed one. The values are
// integers, so both sides are exact.
func TestConv1DAdjoint(t *testing.T) {
	dot := func(a, b []float32) (sum float64) {
		for i := range a {
			sum += float64(a[i]) * float64(b[i])
		}
		return sum
	}
	rng := rand.New(rand.NewPCG(12, 0))
	for round := range 200 {
		g := randomConv(rng)
		g.Padding, g.Left, g.Right = layer.Zeros, 0, 0
		t.Run(fmt.Sprint(round), func(t *testing.T) {
			x := integers(rng, (1+rng.IntN(20))*g.Out)
			n := (len(x)/g.Out-1)*g.Stride + g.Span()
			z := integers(rng, n*g.In)
			cin, cout := g.In/g.Groups, g.Out/g.Groups
			filters := integers(rng, g.Kernel*g.Out*cin)
			turned := make([]float32, len(filters)) // [Kernel, In, Out/Groups]
			for j := range g.Kernel {
				for o := range g.Out {
					for c := range cin {
						turned[(j*g.In+o/cout*cin+c)*cout+o%cout] = filters[(j*g.Out+o)*cin+c]
					}
				}
			}
			forth, err := newConv1D(t, g, filters, nil).Reference(z)
			if err != nil {
				t.Fatal(err)
			}
			tg := transposed(g.Out, g.In, g.Groups, g.Kernel, g.Stride, g.Dilation)
			back, err := newConvTranspose1D(t, tg, turned, nil).Reference(x)
			if err != nil {
				t.Fatal(err)
			}
			if len(forth) != len(x) || len(back) != len(z) {
				t.Fatalf("%+v: got %d and %d values, want %d and %d", g, len(forth), len(back), len(x), len(z))
			}
			if a, b := dot(forth, x), dot(z, back); a != b {
				t.Errorf("%+v: got <conv(z), x> = %g, want <z, convT(x)> = %g", g, a, b)
			}
		})
	}
}

// TestConvTranspose1DAdjoint: the transposed convolution is the transpose of the convolution, <conv(z), x> = <z,
// convT(x)>, with trims too. Each side sums the same products z*w*x, rounded at most terms+2 times on the way, so the
// sides agree within the usual bound of 2*(terms+2)*2^-53 times the sum of absolute values, here doubled.
func TestConvTranspose1DAdjoint(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for round := range 300 {
		g := layer.TransposeGeometry{
			Groups: 1 + rng.IntN(3), Kernel: 1 + rng.IntN(9), Stride: 1 + rng.IntN(6), Dilation: 1 + rng.IntN(3),
		}
		g.In, g.Out = g.Groups*(1+rng.IntN(3)), g.Groups*(1+rng.IntN(3))
		g.Left, g.Right = rng.IntN(g.Span()), rng.IntN(g.Span()+4)-4
		n := 5 + rng.IntN(20)
		width := int(g.OutFrames(int64(n)))
		if width == 0 {
			continue
		}
		t.Run(fmt.Sprint(round), func(t *testing.T) {
			cin, cout := g.In/g.Groups, g.Out/g.Groups
			x := dsptest.Noise[float64](rng.Uint64(), n*g.In)
			w := dsptest.Noise[float64](rng.Uint64(), g.Kernel*g.Out*cin)
			z := dsptest.Noise[float64](rng.Uint64(), width*g.Out)
			y, err := newConvTranspose1D(t, g, w, nil).Reference(x)
			if err != nil {
				t.Fatal(err)
			}
			right := 0.0
			for i, v := range y {
				right += z[i] * v
			}
			left, sum, terms := 0.0, 0.0, len(y)
			for i := range n {
				for c := range g.In {
					conv := 0.0
					for j := range g.Kernel {
						at := i*g.Stride + j*g.Dilation - g.Left
						if at < 0 || at >= width {
							continue
						}
						for o := c / cin * cout; o < (c/cin+1)*cout; o++ {
							product := z[at*g.Out+o] * w[(j*g.Out+o)*cin+c%cin]
							conv += product
							sum += math.Abs(product * x[i*g.In+c])
							terms++
						}
					}
					left += conv * x[i*g.In+c]
				}
			}
			if bound := 4 * float64(terms+2) * 0x1p-53 * sum; math.Abs(left-right) > bound {
				t.Errorf("%+v, %d frames: got <z, convT(x)> = %v, want <conv(z), x> = %v within %g",
					g, n, right, left, bound)
			}
		})
	}
}
