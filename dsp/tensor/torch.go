package tensor

import (
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/oneshot"
	"github.com/tailwave/tailwave/dsp/layer"
)

// TorchArgs are the arguments of torch.nn.functional.conv_transpose1d. The zero values are the defaults of PyTorch.
type TorchArgs struct {
	Stride        int // at least 1; 0 means 1
	Padding       int // samples dropped at each end, at least 0
	OutputPadding int // samples added on the right, from 0 to max(Stride, Dilation)-1
	Dilation      int // at least 1; 0 means 1
	Groups        int // at least 1, divides the input channels; 0 means 1
}

// Torch computes torch.nn.functional.conv_transpose1d. From input [batch, in, frames], weight [in, out/groups, taps]
// and bias [out] or nil it computes [batch, out, width]. An input without the batch axis, [in, frames], has the result
// [out, width]. An input without frames has the result zeros plus the bias.
//
// [TorchArgs.Resolve] describes the rules. Torch also fails if the data of a tensor does not fit its shape, or if bias
// does not have one element per output channel. Errors are *dsp.ArgError.
func Torch[T dsp.Float](input, weight Tensor[T], bias []T, args TorchArgs) (Tensor[T], error) {
	c, err := args.Resolve(input.Shape, weight.Shape)
	if err != nil {
		return Tensor[T]{}, err
	}
	if err := checkData("weight", weight); err != nil {
		return Tensor[T]{}, err
	}
	w, err := FiltersFromTorch(c.Geometry, weight.Data)
	if err != nil {
		return Tensor[T]{}, err
	}
	return run(c, input, w, bias)
}

// Resolve checks the arguments against the shapes of the input and the weight of [Torch]. The width is
//
//	(frames-1)*Stride - 2*Padding + Dilation*(taps-1) + OutputPadding + 1
//
// and must be at least 1, even for 0 frames. Errors are *dsp.ArgError.
func (a TorchArgs) Resolve(input, weight []int) (Call, error) {
	unbatched := len(input) == 2
	if unbatched {
		input = []int{1, input[0], input[1]}
	} else if len(input) != 3 {
		return Call{}, dsp.NewArgError("input shape", passed(input), "[batch, channels, frames] or [channels, frames]")
	}
	c, err := channelsFirst(input, weight, orDefault(a.Stride), orDefault(a.Dilation), orDefault(a.Groups))
	if err != nil {
		return c, err
	}
	c.Unbatched = unbatched
	if c.Geometry, err = c.Geometry.Torch(a.Padding, a.OutputPadding); err != nil {
		return c, err
	}
	return c.withTrims()
}

// orDefault replaces 0 by 1.
func orDefault(v int) int {
	if v == 0 {
		return 1
	}
	return v
}

// channelsFirst returns a call without trims and width, for the layouts of PyTorch and ONNX. The arguments must have
// their defaults filled in.
func channelsFirst(input, weight []int, stride, dilation, groups int) (Call, error) {
	c := Call{Layout: NCW}
	if err := checkShape("input shape", input, NCW.axes("frames")); err != nil {
		return c, err
	}
	if err := checkShape("weight shape", weight, "[in, out/groups, taps]"); err != nil {
		return c, err
	}
	c.Batch, c.Frames, c.Geometry.In = NCW.split(input)
	if int64(c.Frames) > oneshot.MaxElements {
		return c, dsp.NewArgError("input frames", c.Frames, "at most %d", int64(oneshot.MaxElements))
	}
	if weight[0] != c.Geometry.In {
		return c, dsp.NewArgError("weight input channels", weight[0], "%d, as in the input", c.Geometry.In)
	}
	if groups < 1 || groups > maxChannels {
		return c, dsp.NewArgError("groups", groups, "from 1 to %d", maxChannels)
	}
	if weight[1] < 1 || weight[1] > maxChannels/groups {
		return c, dsp.NewArgError("weight output channels per group", weight[1], "from 1 to %d", maxChannels/groups)
	}
	if err := checkSteps(stride, dilation); err != nil {
		return c, err
	}
	c.Geometry.Out, c.Geometry.Groups = weight[1]*groups, groups
	c.Geometry.Kernel, c.Geometry.Stride, c.Geometry.Dilation = weight[2], stride, dilation
	return c, c.Geometry.Validate()
}

// withTrims sets the width that the trims leave, which must be positive.
func (c Call) withTrims() (Call, error) {
	g := c.Geometry
	w := fullWidth(g, c.Frames) - int64(g.Left) - int64(g.Right)
	if w < 1 || w > oneshot.MaxElements {
		return c, dsp.NewArgError("output width", w,
			"from 1 to %d (%d input frames, kernel %d, stride %d, dilation %d, "+
				"%d dropped on the left, %d on the right)",
			int64(oneshot.MaxElements), c.Frames, g.Kernel, g.Stride, g.Dilation, g.Left, g.Right)
	}
	c.Width = int(w)
	return c, c.checkSize()
}

// FiltersFromTorch copies a weight of PyTorch or ONNX, [In, Out/Groups, Kernel], into the order of
// [layer.NewConvTranspose1D], [Kernel, Out, In/Groups], where output channels are numbered over all groups. It fails
// with a *dsp.ArgError if g is invalid or the length of weight does not fit.
func FiltersFromTorch[T dsp.Float](g layer.TransposeGeometry, weight []T) ([]T, error) {
	if err := g.CheckWeights(len(weight), -1); err != nil {
		return nil, err
	}
	groups := orDefault(g.Groups)
	cin, cout := g.In/groups, g.Out/groups
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
