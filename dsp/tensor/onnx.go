package tensor

import (
	"strconv"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/oneshot"
)

// ONNXArgs are the attributes of the ONNX operator ConvTranspose (operator sets 1 to 22) for one spatial axis. A nil
// slice or pointer is an absent attribute, which has the default of ONNX.
type ONNXArgs struct {
	AutoPad       string // "NOTSET", "SAME_UPPER", "SAME_LOWER" or "VALID"; "" is NOTSET
	Strides       []int  // [s], at least 1; nil means 1
	Dilations     []int  // [d], at least 1; nil means 1
	Pads          []int  // [begin, end], at least 0; nil means 0; not used if OutputShape is set
	OutputPadding []int  // [op], from 0 to max(s, d)-1; nil means 0
	OutputShape   []int  // [width], at least 1; nil: the other attributes determine the width
	Group         *int   // at least 1, divides the input channels; nil means 1
	KernelShape   []int  // [taps], the same number as in the weight; nil skips this check
}

// The legal values of auto_pad.
const (
	onnxNotSet    = "NOTSET"
	onnxSameUpper = "SAME_UPPER"
	onnxSameLower = "SAME_LOWER"
	onnxValid     = "VALID"
)

// ONNX computes the ONNX operator ConvTranspose with one spatial axis. From x [batch, in, frames], w [in, out/group,
// taps] and bias [out] or nil it computes [batch, out, width]. An input without frames has the result zeros plus the
// bias.
//
// [ONNXArgs.Resolve] describes the rules. ONNX also fails if the data of a tensor does not fit its shape, or if bias
// does not have one element per output channel. Errors are *dsp.ArgError.
func ONNX[T dsp.Float](x, w Tensor[T], bias []T, args ONNXArgs) (Tensor[T], error) {
	c, err := args.Resolve(x.Shape, w.Shape)
	if err != nil {
		return Tensor[T]{}, err
	}
	if err := checkData("weight", w); err != nil {
		return Tensor[T]{}, err
	}
	filters, err := FiltersFromTorch(c.Geometry, w.Data)
	if err != nil {
		return Tensor[T]{}, err
	}
	return run(c, x, filters, bias)
}

// Resolve checks the attributes against the shapes of the x and w of [ONNX]. With ke = (taps-1)*d+1 and full =
// s*(frames-1) + op + ke, the width is
//
//	NOTSET         full - begin - end; begin samples are dropped on the left
//	VALID          full
//	SAME_*         s*frames
//	OutputShape    OutputShape[0], for every AutoPad
//
// With SAME_* or OutputShape, T = max(0, full-width) samples are dropped, floor(T/2) of them on the left for SAME_UPPER
// and ceil(T/2) otherwise. If full < width, zeros (plus the bias) are appended.
//
// The width must be at least 1, even for 0 frames. Pads other than 0 with SAME_* or VALID are an error, because the
// standard forbids them. SAME_* with ke < s is an error too, because ONNX Runtime and the ONNX reference evaluator
// compute different results: set OutputShape instead. Errors are *dsp.ArgError.
func (a ONNXArgs) Resolve(x, w []int) (Call, error) {
	stride, dilation, op, kernel, err := a.spatial()
	if err != nil {
		return Call{}, err
	}
	group := 1
	if a.Group != nil {
		group = *a.Group
	}
	c, err := channelsFirst(x, w, stride, dilation, group)
	if err != nil {
		return c, err
	}
	g := &c.Geometry
	if kernel != 0 && kernel != g.Kernel {
		return c, dsp.NewArgError("kernel_shape", kernel, "%d, as in the weight", g.Kernel)
	}
	if op < 0 || op >= max(stride, dilation) {
		return c, dsp.NewArgError("output_padding", op,
			"from 0 to max(stride, dilation)-1 = %d", max(stride, dilation)-1)
	}
	begin, end, err := a.pads()
	if err != nil {
		return c, err
	}
	same := a.AutoPad == onnxSameUpper || a.AutoPad == onnxSameLower
	switch {
	case a.OutputShape != nil:
		err = c.onnxTarget(a.AutoPad, op, a.OutputShape)
	case same && g.Span() < g.Stride:
		err = dsp.NewArgError("auto_pad", a.AutoPad,
			"NOTSET or VALID for a filter span %d below stride %d (runtimes disagree about SAME): set output_shape",
			g.Span(), g.Stride)
	case same:
		width := int64(g.Stride) * int64(c.Frames)
		if width < 1 || width > oneshot.MaxElements {
			return c, dsp.NewArgError("output width", width,
				"from 1 to %d (%d input frames, stride %d)", int64(oneshot.MaxElements), c.Frames, g.Stride)
		}
		err = c.onnxTarget(a.AutoPad, op, []int{int(width)})
	default:
		g.Left, g.Right = begin, end-op
	}
	if err != nil {
		return c, err
	}
	return c.withTrims()
}

// onnxTarget sets the trims for the width shape[0].
func (c *Call) onnxTarget(autoPad string, op int, shape []int) error {
	if len(shape) != 1 {
		return dsp.NewArgError("output_shape", shape, "[width], for one spatial axis")
	}
	width := int64(shape[0])
	if width < 1 || width > oneshot.MaxElements {
		return dsp.NewArgError("output_shape", width, "from 1 to %d", int64(oneshot.MaxElements))
	}
	full := fullWidth(c.Geometry, c.Frames)
	trim := max(0, full+int64(op)-width)
	left := trim / 2
	if autoPad != onnxSameUpper {
		left = trim - trim/2
	}
	right := full - width - left
	if left > maxTrim || right > maxTrim || right < -maxTrim {
		return dsp.NewArgError("output_shape", width, "within %d of the untrimmed width %d", maxTrim, full)
	}
	c.Geometry.Left, c.Geometry.Right = int(left), int(right)
	return nil
}

// spatial returns the attributes of the spatial axis with their defaults. kernel is 0 if kernel_shape is absent.
func (a ONNXArgs) spatial() (stride, dilation, op, kernel int, err error) {
	switch a.AutoPad {
	case "", onnxNotSet, onnxSameUpper, onnxSameLower, onnxValid:
	default:
		return 0, 0, 0, 0, dsp.NewArgError("auto_pad", strconv.Quote(a.AutoPad),
			"NOTSET, SAME_UPPER, SAME_LOWER or VALID")
	}
	one := func(name, entry string, list []int, missing int) int {
		if list == nil {
			return missing
		}
		if len(list) != 1 {
			if err == nil {
				err = dsp.NewArgError(name, list, "[%s], for one spatial axis", entry)
			}
			return missing
		}
		return list[0]
	}
	stride = one("strides", "s", a.Strides, 1)
	dilation = one("dilations", "d", a.Dilations, 1)
	op = one("output_padding", "op", a.OutputPadding, 0)
	kernel = one("kernel_shape", "taps", a.KernelShape, 0)
	if err == nil && a.KernelShape != nil && kernel < 1 {
		err = dsp.NewArgError("kernel_shape", kernel, "at least 1")
	}
	return stride, dilation, op, kernel, err
}

// pads returns the explicit pads.
func (a ONNXArgs) pads() (begin, end int, err error) {
	if a.Pads == nil {
		return 0, 0, nil
	}
	if len(a.Pads) != 2 {
		return 0, 0, dsp.NewArgError("pads", a.Pads, "[begin, end], for one spatial axis")
	}
	for _, p := range a.Pads {
		if p < 0 || p > maxTrim {
			return 0, 0, dsp.NewArgError("pads", a.Pads, "from 0 to %d each", maxTrim)
		}
	}
	if a.AutoPad != "" && a.AutoPad != onnxNotSet && a.OutputShape == nil && a.Pads[0]+a.Pads[1] > 0 {
		return 0, 0, dsp.NewArgError("pads", a.Pads, "absent with auto_pad %s", a.AutoPad)
	}
	return a.Pads[0], a.Pads[1], nil
}
