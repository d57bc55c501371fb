package dsp

import "strconv"

// ONNXTransposeArgs are the attributes of ONNX ConvTranspose (operator sets 1 to 22) for one spatial axis. A nil slice or
// pointer is an absent attribute; the empty AutoPad is NOTSET.
type ONNXTransposeArgs struct {
	AutoPad       string // "NOTSET", "SAME_UPPER", "SAME_LOWER" or "VALID"
	Strides       []int  // [s], at least 1; absent: 1
	Dilations     []int  // [d], at least 1; absent: 1
	Pads          []int  // [begin, end], at least 0; absent: 0; ignored if OutputShape is given
	OutputPadding []int  // [op], from 0 to max(s, d)-1; absent: 0
	OutputShape   []int  // [width], at least 1; absent: by the other attributes
	Group         *int   // at least 1, divides the input channels; absent: 1
	KernelShape   []int  // [taps] as in the weight; absent: no check
}

// The values of auto_pad.
const (
	onnxNotSet    = "NOTSET"
	onnxSameUpper = "SAME_UPPER"
	onnxSameLower = "SAME_LOWER"
	onnxValid     = "VALID"
)

// Resolve checks the attributes against the shapes of X, [batch, in, frames], and W, [in, out/group, taps]. With
// ke = (taps-1)*d+1 and full = s*(frames-1) + op + ke:
//
//	NOTSET, VALID  width = full - begin - end, of which begin samples are dropped on the left (VALID: 0 both)
//	OutputShape    T = max(0, full - width) samples are dropped: T/2 rounded down on the left for SAME_UPPER, else rounded
//	               up; if full < width, zeros are appended
//	SAME_*         as OutputShape with width = s*frames
//
// The last with ke < s is refused, since ONNX Runtime and the ONNX reference evaluator disagree on it: an OutputShape
// says what is meant. So are pads other than 0 together with SAME_* or VALID, which the standard forbids. The width must be
// at least 1, for no frames too. Errors are *ArgError.
func (a ONNXTransposeArgs) Resolve(x, w []int) (TransposeCall, error) {
	stride, dilation, op, kernel, err := a.spatial()
	if err != nil {
		return TransposeCall{}, err
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
		return c, argError("kernel_shape", kernel, "%d as in the weight", g.Kernel)
	}
	if op < 0 || op >= max(stride, dilation) {
		return c, argError("output_padding", op, "from 0 to max(stride, dilation)-1 = %d", max(stride, dilation)-1)
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
		err = argError("auto_pad", a.AutoPad, "NOTSET or VALID without output_shape for a filter span %d below stride %d (runtimes disagree)", g.Span(), g.Stride)
	case same:
		width := int64(g.Stride) * int64(c.Frames)
		if width < 1 || width > maxElements {
			return c, argError("output width", width, "from 1 to %d (%d input frames, stride %d)", int64(maxElements), c.Frames, g.Stride)
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

// onnxTarget sets the trims for a wanted width.
func (c *TransposeCall) onnxTarget(autoPad string, op int, shape []int) error {
	if len(shape) != 1 {
		return argError("length of output_shape", len(shape), "1, the spatial axis")
	}
	width := int64(shape[0])
	if width < 1 || width > maxElements {
		return argError("output_shape", width, "from 1 to %d", int64(maxElements))
	}
	full := c.Geometry.fullWidth(c.Frames)
	trim := max(0, full+int64(op)-width)
	left := trim / 2
	if autoPad != onnxSameUpper {
		left = trim - trim/2
	}
	right := full - width - left
	if left > maxSize || right > maxSize || right < -maxSize {
		return argError("output_shape", width, "within %d of the untrimmed width %d", maxSize, full)
	}
	c.Geometry.Left, c.Geometry.Right = int(left), int(right)
	return nil
}

// spatial returns the attributes of the one axis, with their defaults; kernel 0 is absent.
func (a ONNXTransposeArgs) spatial() (stride, dilation, op, kernel int, err error) {
	switch a.AutoPad {
	case "", onnxNotSet, onnxSameUpper, onnxSameLower, onnxValid:
	default:
		return 0, 0, 0, 0, argError("auto_pad", strconv.Quote(a.AutoPad), "NOTSET, SAME_UPPER, SAME_LOWER or VALID")
	}
	one := func(name string, list []int, missing int) int {
		if list == nil {
			return missing
		}
		if len(list) != 1 {
			if err == nil {
				err = argError("length of "+name, len(list), "1, the spatial axis")
			}
			return missing
		}
		return list[0]
	}
	stride = one("strides", a.Strides, 1)
	dilation = one("dilations", a.Dilations, 1)
	op = one("output_padding", a.OutputPadding, 0)
	kernel = one("kernel_shape", a.KernelShape, 0)
	if err == nil && a.KernelShape != nil && kernel < 1 {
		err = argError("kernel_shape", kernel, "at least 1")
	}
	return stride, dilation, op, kernel, err
}

// pads returns the explicit pads.
func (a ONNXTransposeArgs) pads() (begin, end int, err error) {
	if a.Pads == nil {
		return 0, 0, nil
	}
	if len(a.Pads) != 2 {
		return 0, 0, argError("length of pads", len(a.Pads), "2, begin and end of the spatial axis")
	}
	for _, p := range a.Pads {
		if p < 0 || p > maxSize {
			return 0, 0, argError("pads", a.Pads, "from 0 to %d each", maxSize)
		}
	}
	if a.AutoPad != "" && a.AutoPad != onnxNotSet && a.OutputShape == nil && a.Pads[0]+a.Pads[1] > 0 {
		return 0, 0, argError("pads", a.Pads, "absent with auto_pad %s", a.AutoPad)
	}
	return a.Pads[0], a.Pads[1], nil
}

// ONNXConvTranspose is ONNX ConvTranspose with one spatial axis: x [batch, in, frames], w [in, out/group, taps] and bias
// [out] or nil give [batch, out, width]. ONNXTransposeArgs.Resolve has the rules; on top of its errors it refuses data
// that does not have the elements of its shape. Without frames the result is zeros plus bias.
func ONNXConvTranspose[T Float](x, w Tensor[T], bias []T, args ONNXTransposeArgs) (Tensor[T], error) {
	c, err := args.Resolve(x.Shape, w.Shape)
	if err != nil {
		return Tensor[T]{}, err
	}
	filters, err := FiltersFromTorch(c.Geometry, w.Data)
	if err != nil {
		return Tensor[T]{}, err
	}
	return run(c, x, filters, bias)
}
