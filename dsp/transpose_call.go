package dsp

// A TransposeCall is what a framework's arguments and tensor shapes come to once they are checked: everything about a
// transposed convolution but the numbers. TransposeArgs, TorchTransposeArgs and ONNXTransposeArgs resolve to it.
//
// With Frames > 0 the width is Geometry.Width(Frames), and an Upsampler with this Geometry gives the same result as the
// call. With Frames = 0 the width is what the framework's rule says, and the result is zeros (plus bias).
type TransposeCall struct {
	Geometry Geometry
	Layout   Layout // of input and output
	Batch    int    // rows, at least 0
	Frames   int    // of the input, at least 0
	Width    int    // samples per output channel, at least 0
}

// InputShape returns the shape of the input, in the call's layout.
func (c TransposeCall) InputShape() []int {
	return c.Layout.shape(c.Batch, c.Frames, c.Geometry.In)
}

// OutputShape returns the shape of the result, in the call's layout.
func (c TransposeCall) OutputShape() []int {
	return c.Layout.shape(c.Batch, c.Width, c.Geometry.Out)
}

// checkSize reports tensors too large to be made.
func (c TransposeCall) checkSize() error {
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

// run computes the call in gather form. filters is [Kernel, Out, In/Groups].
func run[T Float](c TransposeCall, input Tensor[T], filters, bias []T) (Tensor[T], error) {
	if err := checkData("input", input); err != nil {
		return Tensor[T]{}, err
	}
	if err := checkWeights(c.Geometry, filters, bias); err != nil {
		return Tensor[T]{}, err
	}
	g := c.Geometry
	out := Tensor[T]{Shape: c.OutputShape(), Data: make([]T, c.Batch*c.Width*g.Out)}
	if len(out.Data) == 0 {
		return out, nil // without samples there may be any number of rows
	}
	for b := range c.Batch {
		gather(1, g, row(c.Layout, input.Data, b, c.Frames, g.In), filters, bias, row(c.Layout, out.Data, b, c.Width, g.Out))
	}
	return out, nil
}

// fullWidth returns the width without trims, (n-1)*Stride + Span. Frameworks apply it to n = 0 as well.
func (g Geometry) fullWidth(n int) int64 {
	return (int64(n)-1)*int64(g.Stride) + int64(g.Span())
}
