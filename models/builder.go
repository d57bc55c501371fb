package models

import (
	"fmt"

	"github.com/tailwave/tailwave/dsp/layer"
	"github.com/tailwave/tailwave/models/internal/network"
	"github.com/tailwave/tailwave/models/weights"
)

// A builder makes layers of named tensors. Its first error stays, and further layers are nothing. From a set of shapes
// alone it takes the tensors, and makes no layers.
type builder struct {
	set     weights.Set
	padding layer.Padding // of convolutions
	err     error
}

// same returns a convolution with as many frames out as in.
func (b *builder) same(name string, in, out, taps, dilation int, options ...layer.Option) network.Node {
	if b.err != nil {
		return nil
	}
	filters, bias, err := b.set.Conv(name, out, in, taps)
	if err != nil || filters == nil {
		b.fail(err)
		return nil
	}
	g, err := layer.ConvGeometry{
		In: in, Out: out, Kernel: taps, Dilation: dilation, Padding: b.padding,
	}.Same()
	if err != nil {
		b.fail(fmt.Errorf("%s: %w", name, err))
		return nil
	}
	c, err := layer.NewConv1D(g, filters, bias, options...)
	b.fail(err)
	return network.Conv{Layer: c}
}

// up returns a transposed convolution with rate frames out for each one in. If the trim is odd, the extra sample is
// dropped on the left, as with PyTorch's output padding.
func (b *builder) up(name string, in, out, taps, rate int, options ...layer.Option) network.Node {
	if b.err != nil {
		return nil
	}
	filters, bias, err := b.set.ConvTranspose(name, in, out, taps)
	if err != nil || filters == nil {
		b.fail(err)
		return nil
	}
	trim := taps - rate
	g, err := layer.TransposeGeometry{
		In: in, Out: out, Kernel: taps, Stride: rate,
	}.Torch((trim+1)/2, trim%2)
	if err != nil {
		b.fail(fmt.Errorf("%s: %w", name, err))
		return nil
	}
	u, err := layer.NewConvTranspose1D(g, filters, bias, options...)
	b.fail(err)
	return network.Transposed{Layer: u}
}

func (b *builder) fail(err error) {
	if b.err == nil {
		b.err = err
	}
}
