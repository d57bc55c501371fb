package tensor

import (
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/oneshot"
	"github.com/tailwave/tailwave/dsp/layer"
)

// A Call is the transposed convolution that a framework computes for its arguments and for tensors of particular
// shapes: the geometry, and the sizes of input and result. It holds no elements. The Resolve methods of [TFArgs],
// [KerasArgs], [TorchArgs] and [ONNXArgs] return it.
//
// If Frames is positive, Width is Geometry.OutFrames(Frames), and a stream of a [layer.ConvTranspose1D] with this
// Geometry computes one batch row of the result. If Frames is 0, Width follows the rule of the framework, and the
// result is zeros (plus the bias). A stream cannot compute this result, because an empty stream has no output.
type Call struct {
	Geometry  layer.TransposeGeometry
	Layout    Layout // of input and result
	Batch     int    // rows, at least 0; 1 if Unbatched
	Frames    int    // of the input, at least 0
	Width     int    // of the result: samples per channel, at least 0
	Unbatched bool   // input and result have rank 2, without the batch axis; only [Torch] accepts such an input
}

// InputShape returns the shape of the input, in the order of Layout.
func (c Call) InputShape() []int { return c.shape(c.Frames, c.Geometry.In) }

// OutputShape returns the shape of the result, in the order of Layout.
func (c Call) OutputShape() []int { return c.shape(c.Width, c.Geometry.Out) }

func (c Call) shape(frames, channels int) []int {
	shape := c.Layout.shape(c.Batch, frames, channels)
	if c.Unbatched {
		return shape[1:]
	}
	return shape
}

// checkSize reports an invalid geometry, and a tensor with too many elements.
func (c Call) checkSize() error {
	if err := c.Geometry.Validate(); err != nil {
		return err
	}
	if err := checkElements("input", c.InputShape()...); err != nil {
		return err
	}
	if err := checkElements("filters", c.Geometry.Kernel, c.Geometry.Out, c.Geometry.In/c.Geometry.Groups); err != nil {
		return err
	}
	return checkElements("output", c.OutputShape()...)
}

// run computes the call by its definition. filters, [Kernel, Out, In/Groups], must have the length that the geometry
// needs. bias is [Out] or nil.
func run[T dsp.Float](c Call, input Tensor[T], filters, bias []T) (Tensor[T], error) {
	if err := checkData("input", input); err != nil {
		return Tensor[T]{}, err
	}
	g := c.Geometry
	if bias != nil && len(bias) != g.Out {
		return Tensor[T]{}, dsp.NewArgError("length of bias", len(bias), "%d, the number of output channels", g.Out)
	}
	out := Tensor[T]{Shape: c.OutputShape(), Data: make([]T, c.Batch*c.Width*g.Out)}
	if len(out.Data) == 0 {
		return out, nil // an empty result may have a batch of 2^62, too many for the loop
	}
	for b := range c.Batch {
		in, to := row(c.Layout, input.Data, b, c.Frames, g.In), row(c.Layout, out.Data, b, c.Width, g.Out)
		oneshot.Transpose(1, oneshot.Geometry(g), in, filters, bias, to)
	}
	return out, nil
}

// fullWidth returns the width of n frames without trims, (n-1)*Stride + Span. PyTorch and ONNX apply this formula to n
// = 0 as well.
func fullWidth(g layer.TransposeGeometry, n int) int64 {
	return (int64(n)-1)*int64(g.Stride) + int64(g.Span())
}
