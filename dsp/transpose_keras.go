package dsp

import (
	"strconv"
	"strings"
)

// KerasTransposeArgs are the arguments of a Keras Conv1DTranspose layer that decide its output length. The layer is
// tf.nn.conv1d_transpose with that length, plus bias and activation.
type KerasTransposeArgs struct {
	Kernel        int    // kernel_size, at least 1
	Stride        int    // strides, at least 1
	Dilation      int    // dilation_rate, at least 1; above 1 only with Stride 1 (a rule of the layer, not of the operator)
	Padding       string // "same" or "valid", in any case
	OutputPadding *int   // from 0 to Stride-1; nil: Keras infers the length
}

// Length returns the output length for n >= 0 input frames. With ke = (Kernel-1)*Dilation+1 it is
//
//	                 same                              valid
//	nil              n*Stride                          n*Stride + max(ke-Stride, 0)
//	OutputPadding    (n-1)*Stride + ke%2 + op          (n-1)*Stride + ke + op
//
// (deconv_output_length in keras/src/backend/common/backend_utils.py). The operator refuses some of these lengths, such
// as (n-1)*Stride, which an even ke gives with op = 0: LegalWidths tells. Errors are *ArgError; a negative length is one.
func (a KerasTransposeArgs) Length(n int) (int, error) {
	padding, g, err := a.check()
	if err != nil {
		return 0, err
	}
	if n < 0 || int64(n) > maxElements {
		return 0, argError("input frames", n, "from 0 to %d", int64(maxElements))
	}
	w := int64(n)*int64(g.Stride) - int64(a.rest(padding, g))
	if w < 0 || int64(int(w)) != w {
		return 0, argError("output length", w, "at least 0 (%d input frames, kernel %d, stride %d)", n, a.Kernel, a.Stride)
	}
	return int(w), nil
}

// Geometry returns the layer as a stream from in to out channels: Length(n) samples for any n > 0. Besides errors of
// Length it refuses a length that the operator refuses. Filters are [Kernel, out, in], as Keras stores them.
func (a KerasTransposeArgs) Geometry(in, out int) (Geometry, error) {
	padding, g, err := a.check()
	if err != nil {
		return g, err
	}
	g.In, g.Out = in, out
	if err := g.Validate(); err != nil {
		return g, err
	}
	rest := a.rest(padding, g)
	if padding == paddingValid {
		return g.Valid(g.Stride - g.Span() - rest)
	}
	if rest >= g.Stride {
		return g, argError("output_padding", *a.OutputPadding, "absent or at least 1 for an even kernel span with padding same")
	}
	return g.Same(rest)
}

// rest returns n*Stride less the output length.
func (a KerasTransposeArgs) rest(padding string, g Geometry) int {
	switch {
	case padding == paddingSame && a.OutputPadding == nil:
		return 0
	case padding == paddingSame:
		return g.Stride - g.Span()%2 - *a.OutputPadding
	case a.OutputPadding == nil:
		return -max(g.Span()-g.Stride, 0)
	}
	return g.Stride - g.Span() - *a.OutputPadding
}

// check returns the padding in the operator's spelling, and the geometry of one channel.
func (a KerasTransposeArgs) check() (string, Geometry, error) {
	g := Geometry{In: 1, Out: 1, Groups: 1, Kernel: a.Kernel, Stride: a.Stride, Dilation: a.Dilation}
	padding := strings.ToUpper(a.Padding)
	if checkTFPadding(padding) != nil {
		return "", g, argError("padding", strconv.Quote(a.Padding), "same or valid")
	}
	if err := g.Validate(); err != nil {
		return "", g, err
	}
	if a.Stride > 1 && a.Dilation > 1 {
		return "", g, argError("dilation_rate", a.Dilation, "1 for strides %d", a.Stride)
	}
	if op := a.OutputPadding; op != nil && (*op < 0 || *op >= a.Stride) {
		return "", g, argError("output_padding", *op, "from 0 to strides-1 = %d", a.Stride-1)
	}
	return padding, g, nil
}
