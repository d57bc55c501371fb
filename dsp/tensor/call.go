package tensor

import (
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/oneshot"
	"github.com/tailwave/tailwave/dsp/layer"
)

// A Call is what a framework's arguments mean for tensors of given shapes: everything about a transposed convolution
// except its numbers. The Resolve methods of [TFArgs], [KerasArgs], [TorchArgs] and [ONNXArgs] return it.
//
// With Frames > 0 the width is Geometry.OutFrames(Frames), and a [layer.ConvTranspose1D] with this Geometry computes
// each batch row of the result, one frame after the other. With Frames = 0 the framework's rule sets the width, and the
// result is zeros (plus bias); a stream that never began has no samples.
type Call struct {
	Geometry layer.TransposeGeometry
	Layout   Layout // of input and output
	Batch    int    // rows, at least 0
	Frames   int    // of the input, at least 0
	Width    int    // of the result: samples per channel, at least 0
}

// InputShape returns the shape of the input in Layout.
func (c Call) InputShape() []int { return c.Layout.shape(c.Batch, c.Frames, c.Geometry.In) }

// OutputShape returns the shape of the result in Layout.
func (c Call) OutputShape() []int { return c.Layout.shape(c.Batch, c.Width, c.Geometry.Out) }

// checkSize reports a geometry that is not valid, and a tensor with too many elements.
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

// run computes the call by its definition. filters is [Kernel, Out, In/Groups], bias [Out] or nil.
func run[T dsp.Float](c Call, input Tensor[T], filters, bias []T) (Tensor[T], error) {
	if err := checkData("input", input); err != nil {
		return Tensor[T]{}, err
	}
	biased := len(bias)
	if bias == nil {
		biased = -1
	}
	if err := c.Geometry.CheckWeights(len(filters), biased); err != nil {
		return Tensor[T]{}, err
	}
	g := c.Geometry
	out := Tensor[T]{Shape: c.OutputShape(), Data: make([]T, c.Batch*c.Width*g.Out)}
	if len(out.Data) == 0 {
		return out, nil // the batch of an empty result may be too large to count through
	}
	for b := range c.Batch {
		in, to := row(c.Layout, input.Data, b, c.Frames, g.In), row(c.Layout, out.Data, b, c.Width, g.Out)
		oneshot.Transpose(1, oneshot.Geometry(g), in, filters, bias, to)
	}
	return out, nil
}

// fullWidth returns the width of n frames without trims, (n-1)*Stride + Span. PyTorch and ONNX apply it to n = 0 as
// well.
func fullWidth(g layer.TransposeGeometry, n int) int64 {
	return (int64(n)-1)*int64(g.Stride) + int64(g.Span())
}
