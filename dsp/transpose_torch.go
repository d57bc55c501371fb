package dsp

// TorchTransposeArgs are the arguments of torch.nn.functional.conv_transpose1d. All are explicit: PyTorch's defaults are
// Stride, Dilation and Groups 1, Padding and OutputPadding 0.
type TorchTransposeArgs struct {
	Stride        int // at least 1
	Padding       int // samples dropped at both ends, at least 0
	OutputPadding int // samples kept on the right nonetheless, from 0 to max(Stride, Dilation)-1
	Dilation      int // at least 1
	Groups        int // at least 1, divides the input channels
}

// Resolve checks the arguments against the shapes of input, [batch, in, frames], and weight, [in, out/groups, taps]. The
// width is (frames-1)*Stride - 2*Padding + Dilation*(taps-1) + OutputPadding + 1 and must be at least 1, for no frames
// too. Errors are *ArgError.
func (a TorchTransposeArgs) Resolve(input, weight []int) (TransposeCall, error) {
	c, err := channelsFirst(input, weight, a.Stride, a.Dilation, a.Groups)
	if err != nil {
		return c, err
	}
	if c.Geometry, err = c.Geometry.Torch(a.Padding, a.OutputPadding); err != nil {
		return c, err
	}
	return c.withTrims()
}

// channelsFirst starts a call with the layouts that PyTorch and ONNX share: everything but trims and width.
func channelsFirst(input, weight []int, stride, dilation, groups int) (TransposeCall, error) {
	c := TransposeCall{Layout: NCW}
	if err := checkRank("input shape", input, 3); err != nil {
		return c, err
	}
	if err := checkRank("weight shape", weight, 3); err != nil {
		return c, err
	}
	c.Batch, c.Frames, c.Geometry.In = NCW.split(input)
	if int64(c.Frames) > maxElements {
		return c, argError("input frames", c.Frames, "at most %d", int64(maxElements))
	}
	if weight[0] != c.Geometry.In {
		return c, argError("weight input channels", weight[0], "%d as in the input", c.Geometry.In)
	}
	if groups < 1 || groups > maxSize {
		return c, argError("groups", groups, "from 1 to %d", maxSize)
	}
	if weight[1] < 1 || weight[1] > maxSize/groups {
		return c, argError("weight output channels per group", weight[1], "from 1 to %d", maxSize/groups)
	}
	c.Geometry.Out, c.Geometry.Groups = weight[1]*groups, groups
	c.Geometry.Kernel, c.Geometry.Stride, c.Geometry.Dilation = weight[2], stride, dilation
	return c, c.Geometry.Validate()
}

// withTrims sets the width that the trims leave, which must be positive.
func (c TransposeCall) withTrims() (TransposeCall, error) {
	g := c.Geometry
	w := g.fullWidth(c.Frames) - int64(g.Left) - int64(g.Right)
	if w < 1 || w > maxElements {
		return c, argError("output width", w, "from 1 to %d (%d input frames, kernel %d, stride %d, dilation %d, %d dropped on the left and %d on the right)",
			int64(maxElements), c.Frames, g.Kernel, g.Stride, g.Dilation, g.Left, g.Right)
	}
	c.Width = int(w)
	return c, c.checkSize()
}

// ConvTranspose1d is torch.nn.functional.conv_transpose1d: input [batch, in, frames], weight [in, out/groups, taps] and
// bias [out] or nil give [batch, out, width]. TorchTransposeArgs.Resolve has the rules; on top of its errors it refuses
// data that does not have the elements of its shape. Without frames the result is zeros plus bias.
func ConvTranspose1d[T Float](input, weight Tensor[T], bias []T, args TorchTransposeArgs) (Tensor[T], error) {
	c, err := args.Resolve(input.Shape, weight.Shape)
	if err != nil {
		return Tensor[T]{}, err
	}
	w, err := FiltersFromTorch(c.Geometry, weight.Data)
	if err != nil {
		return Tensor[T]{}, err
	}
	return run(c, input, w, bias)
}

// FiltersFromTorch brings a weight of PyTorch or ONNX, [In, Out/Groups, Kernel], into the order of an Upsampler,
// [Kernel, Out, In/Groups]. It fails if g is not valid or the length does not fit.
func FiltersFromTorch[T Float](g Geometry, weight []T) ([]T, error) {
	if err := checkWeights(g, weight, nil); err != nil {
		return nil, err
	}
	cin, cout := g.In/g.Groups, g.Out/g.Groups
	w := make([]T, len(weight))
	for i := range g.In {
		for o := range cout {
			taps := weight[(i*cout+o)*g.Kernel:][:g.Kernel]
			global := i/cin*cout + o
			for j, v := range taps {
				w[(j*g.Out+global)*cin+i%cin] = v
			}
		}
	}
	return w, nil
}
