package layer_test

import (
	"testing"

	"github.com/tailwave/tailwave/dsp/layer"
)

// A convolution is a row of the table of convolutions.
type convolution struct {
	name      string
	g         layer.ConvGeometry
	pre, post layer.Activation
}

// convolutions has every kernel, every padding and every order of span, padding and stride.
var convolutions = []convolution{
	{"same 3", conv(5, 7, 1, 3, 1, 1, 1, 1, layer.Zeros), none, none},
	{"same 11 dilated", conv(16, 16, 1, 11, 1, 5, 25, 25, layer.Zeros), layer.LeakyReLU(0.1), none},
	{"wide", conv(256, 24, 1, 3, 1, 1, 1, 1, layer.Zeros), layer.LeakyReLU(0.1), none},
	{"few out", conv(12, 1, 1, 7, 1, 1, 3, 3, layer.Zeros), layer.LeakyReLU(0.01), layer.Tanh()},
	{"few out reflect", conv(9, 3, 1, 7, 1, 2, 6, 6, layer.Reflect), layer.ELU(1), layer.Sigmoid()},
	{"reflect uneven", conv(3, 8, 1, 4, 1, 2, 5, 2, layer.Reflect), none, layer.ReLU()},
	{"reflect far", conv(2, 2, 1, 3, 1, 1, 7, 9, layer.Reflect), none, layer.Scale(0.5)},
	{"replicate", conv(3, 9, 1, 5, 1, 1, 2, 2, layer.Replicate), none, none},
	{"replicate far", conv(2, 2, 1, 2, 1, 3, 9, 8, layer.Replicate), none, none},
	{"causal", conv(8, 17, 1, 7, 1, 3, 18, 0, layer.Zeros), none, none},
	{"valid", conv(4, 4, 1, 5, 1, 1, 0, 0, layer.Zeros), none, none},
	{"stride 2", conv(4, 6, 1, 4, 2, 1, 1, 1, layer.Zeros), none, none},
	{"stride 4 above span", conv(3, 3, 1, 2, 4, 1, 0, 0, layer.Zeros), none, none},
	{"stride 3 causal", conv(3, 3, 1, 6, 3, 1, 3, 0, layer.Zeros), none, none},
	{"groups", conv(6, 9, 3, 3, 1, 2, 2, 2, layer.Zeros), none, none},
	{"depthwise", conv(19, 19, 19, 7, 1, 1, 3, 3, layer.Zeros), layer.Snake(ramp(19), ramp(19)), none},
	{"depthwise causal stride", conv(8, 8, 8, 4, 2, 1, 2, 0, layer.Zeros), none, layer.Snake(ramp(8), ramp(8))},
	{"pointwise", conv(7, 11, 1, 1, 1, 1, 0, 0, layer.Zeros), none, none},
}

func conv(in, out, groups, kernel, stride, dilation, left, right int, p layer.Padding) layer.ConvGeometry {
	return layer.ConvGeometry{
		In: in, Out: out, Groups: groups, Kernel: kernel, Stride: stride, Dilation: dilation,
		Left: left, Right: right, Padding: p,
	}
}

// weights returns filters and a bias for the row.
func (c convolution) weights(seed uint64) (filters, bias []float32) {
	return noiseFor[float32](seed, c.g.Kernel, c.g.In, c.g.Out, c.g.Groups)
}

// build returns the layer of the row.
func (c convolution) build(t testing.TB, filters, bias []float32, options ...layer.Option) *layer.Conv1D {
	t.Helper()
	options = append(options, layer.PreActivation(c.pre), layer.PostActivation(c.post))
	return newConv1D(t, c.g, filters, bias, options...)
}

// plain is the result by plain loops between activations of the whole.
func (c convolution) plain(src, filters, bias []float32) []float32 {
	return c.post.Apply(plainConv(c.g, c.pre.Apply(src), filters, bias))
}

// frames is a length of input that makes a stream move its window several times.
func (c convolution) frames() int { return 3*c.g.Span() + 4*(c.g.Left+c.g.Right) + 20 }

// A transposition is a row of the table of transpositions.
type transposition struct {
	name string
	g    layer.TransposeGeometry
	trim func(layer.TransposeGeometry) (layer.TransposeGeometry, error)
}

// transpositions covers kernels below, at and far above the stride, and not a multiple of it, dilation, groups, and
// every kind of trim.
var transpositions = []transposition{
	{"same 5/2", transposed(1, 1, 1, 5, 2, 1), same(0)},
	{"same 16/8", transposed(3, 2, 1, 16, 8, 1), same(0)},
	{"same 7/4 rest 3", transposed(2, 2, 1, 7, 4, 1), same(3)},
	{"same 2/5 rest 4", transposed(1, 2, 1, 2, 5, 1), same(4)},
	{"valid 20/5", transposed(2, 3, 1, 20, 5, 1), valid(0)},
	{"valid 3/7 extra 4", transposed(1, 1, 1, 3, 7, 1), valid(4)},
	{"valid 12/4 extra 3", transposed(4, 4, 2, 12, 4, 1), valid(3)},
	{"causal 9/4", transposed(2, 2, 1, 9, 4, 1), layer.TransposeGeometry.Causal},
	{"causal 1/3", transposed(2, 1, 1, 1, 3, 1), layer.TransposeGeometry.Causal},
	{"torch 10/5 odd", transposed(4, 2, 2, 10, 5, 1), torch(3, 1)},
	{"torch 3/2 dilated", transposed(2, 2, 1, 3, 2, 3), torch(1, 2)},
	{"torch 5/3 dilation 2 depthwise", transposed(4, 4, 4, 5, 3, 2), torch(4, 2)},
	{"torch wide trim", transposed(1, 1, 1, 3, 2, 1), torch(5, 0)},
	{"stride 1", transposed(3, 3, 1, 11, 1, 1), same(0)},
	{"pointwise", transposed(5, 3, 1, 1, 1, 1), same(0)},
	{"wide in", transposed(256, 3, 1, 5, 2, 1), same(0)},
	{"wide out", transposed(2, 40, 1, 3, 3, 1), same(0)},
	{"depthwise", transposed(19, 19, 19, 6, 3, 1), same(0)},
}

func transposed(in, out, groups, kernel, stride, dilation int) layer.TransposeGeometry {
	return layer.TransposeGeometry{In: in, Out: out, Groups: groups, Kernel: kernel, Stride: stride, Dilation: dilation}
}

func same(trim int) func(layer.TransposeGeometry) (layer.TransposeGeometry, error) {
	return func(g layer.TransposeGeometry) (layer.TransposeGeometry, error) { return g.Same(trim) }
}

func valid(extra int) func(layer.TransposeGeometry) (layer.TransposeGeometry, error) {
	return func(g layer.TransposeGeometry) (layer.TransposeGeometry, error) { return g.Valid(extra) }
}

func torch(padding, outputPadding int) func(layer.TransposeGeometry) (layer.TransposeGeometry, error) {
	return func(g layer.TransposeGeometry) (layer.TransposeGeometry, error) {
		return g.Torch(padding, outputPadding)
	}
}

// geometry returns that of the row, with its trims.
func (c transposition) geometry(t testing.TB) layer.TransposeGeometry {
	t.Helper()
	g, err := c.trim(c.g)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// transposeWeights returns filters and a bias for g.
func transposeWeights[T interface{ float32 | float64 }](g layer.TransposeGeometry, seed uint64) (filters, bias []T) {
	return noiseFor[T](seed, g.Kernel, g.In, g.Out, g.Groups)
}
