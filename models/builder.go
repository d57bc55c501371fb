package models

import (
	"fmt"

	"github.com/tailwave/tailwave/dsp/layer"
	"github.com/tailwave/tailwave/models/internal/network"
	"github.com/tailwave/tailwave/models/weights"
)

// A builder makes layers from named tensors. It keeps its first error, and returns nil layers after that. With a set of
// shapes it takes the tensors and returns nil layers.
type builder struct {
	set     weights.Set
	padding layer.Padding // of convolutions
	err     error
}

// same returns a convolution with as many output frames as input frames.
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

// up returns a transposed convolution with rate output frames for each input frame. If the trim is odd, the extra
// sample is dropped on the left, as with PyTorch's output padding.
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
