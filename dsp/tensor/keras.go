package tensor

import (
	"strconv"
	"strings"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/oneshot"
	"github.com/tailwave/tailwave/dsp/layer"
)

// KerasArgs are the arguments of keras.layers.Conv1DTranspose, except for filters, whose number is in the kernel
// tensor, and for those that select bias and activation. The zero values are the defaults of Keras; only kernel_size
// has no default.
type KerasArgs struct {
	Kernel        int    // kernel_size, at least 1; [Keras] and Resolve replace 0 by the taps of the kernel tensor
	Stride        int    // strides, at least 1; 0 means 1
	Dilation      int    // dilation_rate, at least 1, and 1 unless Stride is 1; 0 means 1
	Padding       string // "valid" or "same", in upper or lower case; "" is valid
	OutputPadding *int   // output_padding, from 0 to Stride-1; nil is None: Keras chooses the length
	DataFormat    string // "channels_last" or "channels_first"; "" is channels_last
}

// Keras computes a Keras Conv1DTranspose layer without its activation. From input [batch, frames, in], kernel [taps,
// out, in] and bias [out] or nil it computes [batch, length, out], where length is [KerasArgs.Length] of the frames.
// With channels_first, the channels precede the frames in input and result. The result is the one of [TF] for this
// length, plus the bias.
//
// [KerasArgs.Resolve] describes the rules. Keras also fails if the data of a tensor does not fit its shape, or if bias
// does not have one element per output channel. Errors are *dsp.ArgError.
func Keras[T dsp.Float](input, kernel Tensor[T], bias []T, args KerasArgs) (Tensor[T], error) {
	c, err := args.Resolve(input.Shape, kernel.Shape)
	if err != nil {
		return Tensor[T]{}, err
	}
	if err := checkData("kernel", kernel); err != nil {
		return Tensor[T]{}, err
	}
	w, err := FiltersFromTF(c.Geometry, kernel.Data)
	if err != nil {
		return Tensor[T]{}, err
	}
	return run(c, input, w, bias)
}

// Resolve checks the arguments against the shapes of the input and the kernel of [Keras]. It fails if the shapes do not
// fit each other, or if [KerasArgs.Length] or [KerasArgs.Geometry] fails. Errors are *dsp.ArgError.
func (a KerasArgs) Resolve(input, kernel []int) (Call, error) {
	var c Call
	switch a.DataFormat {
	case "", "channels_last":
	case "channels_first":
		c.Layout = NCW
	default:
		return c, dsp.NewArgError("data_format", strconv.Quote(a.DataFormat), "channels_last or channels_first")
	}
	if err := checkShape("input shape", input, c.Layout.axes("frames")); err != nil {
		return c, err
	}
	if err := checkShape("kernel shape", kernel, "[taps, out, in]"); err != nil {
		return c, err
	}
	if a.Kernel == 0 {
		a.Kernel = kernel[0]
	}
	if a.Kernel != kernel[0] {
		return c, dsp.NewArgError("kernel_size", a.Kernel, "%d, as in the kernel", kernel[0])
	}
	var in int
	c.Batch, c.Frames, in = c.Layout.split(input)
	if kernel[2] != in {
		return c, dsp.NewArgError("kernel input channels", kernel[2], "%d, as in the input", in)
	}
	var err error
	if c.Geometry, err = a.Geometry(in, kernel[1]); err != nil {
		return c, err
	}
	if c.Width, err = a.Length(c.Frames); err != nil {
		return c, err
	}
	return c, c.checkSize()
}

// Length returns the length of the result for n >= 0 input frames. With ke = (Kernel-1)*Dilation+1 it is
//
//	                     same                                         valid
//	OutputPadding nil    n*Stride                                     n*Stride + max(ke-Stride, 0)
//	OutputPadding op     (n-1)*Stride + ke%2 + op                     (n-1)*Stride + ke + op
//
// as in deconv_output_length of keras/src/backend/common/backend_utils.py. TensorFlow rejects some of these lengths, so
// the Keras layer fails: Length returns them, but Geometry and Resolve fail. A length below 0 is an error. Errors are
// *dsp.ArgError.
func (a KerasArgs) Length(n int) (int, error) {
	padding, g, err := a.check()
	if err != nil {
		return 0, err
	}
	return kerasLength(padding, g, a.OutputPadding, n)
}

// Geometry returns the geometry of a stream from in to out channels that makes Length(n) samples of n > 0 frames. Its
// filters are [Kernel, out, in], the layout of Keras. Geometry fails for padding same with an even ke and an
// OutputPadding of 0, because TensorFlow rejects the length (n-1)*Stride. Errors are *dsp.ArgError.
func (a KerasArgs) Geometry(in, out int) (layer.TransposeGeometry, error) {
	padding, g, err := a.check()
	if err != nil {
		return g, err
	}
	g.In, g.Out = in, out
	if err := g.Validate(); err != nil {
		return g, err
	}
	trim := kerasTrim(padding, g, a.OutputPadding)
	if padding == paddingValid {
		return g.Valid(g.Stride - g.Span() - trim)
	}
	if trim >= g.Stride {
		return g, dsp.NewArgError("output_padding", *a.OutputPadding,
			"absent or at least 1 for an even kernel span with padding same")
	}
	return g.Same(trim)
}

// check validates the arguments. It returns the padding in the spelling of TensorFlow, and a geometry of one channel
// with defaults filled in.
func (a KerasArgs) check() (string, layer.TransposeGeometry, error) {
	padding := strings.ToUpper(a.Padding)
	if padding == "" {
		padding = paddingValid
	}
	if checkTFPadding(padding) != nil {
		return "", layer.TransposeGeometry{}, dsp.NewArgError("padding", strconv.Quote(a.Padding), "same or valid")
	}
	g, err := oneChannel(a.Kernel, orDefault(a.Stride), orDefault(a.Dilation))
	if err != nil {
		return "", g, err
	}
	if g.Stride > 1 && g.Dilation > 1 {
		return "", g, dsp.NewArgError("dilation_rate", g.Dilation, "1 for strides %d", g.Stride)
	}
	if op := a.OutputPadding; op != nil && (*op < 0 || *op >= g.Stride) {
		return "", g, dsp.NewArgError("output_padding", *op, "from 0 to strides-1 = %d", g.Stride-1)
	}
	return padding, g, nil
}

// kerasLength is KerasArgs.Length for checked arguments.
func kerasLength(padding string, g layer.TransposeGeometry, outputPadding *int, n int) (int, error) {
	if n < 0 || int64(n) > oneshot.MaxElements {
		return 0, dsp.NewArgError("input frames", n, "from 0 to %d", int64(oneshot.MaxElements))
	}
	w := int64(n)*int64(g.Stride) - int64(kerasTrim(padding, g, outputPadding))
	if w < 0 || int64(int(w)) != w {
		return 0, dsp.NewArgError("output length", w,
			"at least 0 (%d input frames, kernel %d, stride %d)", n, g.Kernel, g.Stride)
	}
	return int(w), nil
}

// kerasTrim returns n*Stride minus the length, the same for every n.
func kerasTrim(padding string, g layer.TransposeGeometry, outputPadding *int) int {
	switch {
	case padding == paddingSame && outputPadding == nil:
		return 0
	case padding == paddingSame:
		return g.Stride - g.Span()%2 - *outputPadding
	case outputPadding == nil:
		return -max(g.Span()-g.Stride, 0)
	}
	return g.Stride - g.Span() - *outputPadding
}
