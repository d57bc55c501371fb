package tensor

import (
	"strconv"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/layer"
)

// TFArgs are the arguments of tf.nn.conv1d_transpose. The zero values of Dilations, Padding and DataFormat are the
// defaults of TensorFlow. Strides has no default. TensorFlow has no default for output_shape either; this package
// defines one for a nil OutputShape.
type TFArgs struct {
	OutputShape []int  // shape of the result, in the order of DataFormat; nil means [TFOutputShape]
	Strides     []int  // [s], or [1, s, 1] for NWC and [1, 1, s] for NCW; s at least 1
	Dilations   []int  // in the form of Strides; nil means 1
	Padding     string // "SAME" or "VALID", in upper case; "" is SAME
	DataFormat  string // "NWC" or "NCW"; "" is NWC
}

// TF computes tf.nn.conv1d_transpose. From input [batch, frames, in] and filters [taps, out, in] it computes [batch,
// width, out], where OutputShape sets the width. With data format NCW, the channels precede the frames in input and
// result. If the batch or the width is 0, the result has no elements.
//
// [TFArgs.Resolve] describes the rules. TF also fails if the data of a tensor does not fit its shape. Errors are
// *dsp.ArgError.
func TF[T dsp.Float](input, filters Tensor[T], args TFArgs) (Tensor[T], error) {
	c, err := args.Resolve(input.Shape, filters.Shape)
	if err != nil {
		return Tensor[T]{}, err
	}
	if err := checkData("filters", filters); err != nil {
		return Tensor[T]{}, err
	}
	w, err := FiltersFromTF(c.Geometry, filters.Data)
	if err != nil {
		return Tensor[T]{}, err
	}
	return run(c, input, w, nil)
}

// Resolve checks the arguments against the shapes of the input and the filters of [TF], in this order: data format,
// form of strides and dilations, padding, ranks, sizes of strides, dilations and filters, batch, channels, width.
// Errors are *dsp.ArgError.
//
// The batch and the channels of OutputShape must match the tensors, and its width must be within [LegalWidths]. With
// SAME padding the number of samples dropped on the left depends on the width, so a shorter result is not always the
// beginning of a longer one.
//
// If the output channels are a multiple of the second size of the filters, the convolution is grouped, as in the GPU
// kernel of TensorFlow, and the filters are [taps, out/groups, in]. Input and output channels are each divided into one
// block of successive channels per group, and block i of the output depends on block i of the input.
func (a TFArgs) Resolve(input, filters []int) (Call, error) {
	var c Call
	layout, stride, dilation, err := a.check()
	if err != nil {
		return c, err
	}
	if err := checkTFShapes(layout, input, filters); err != nil {
		return c, err
	}
	if a.OutputShape == nil {
		if a.OutputShape, err = TFOutputShape(input, filters, a); err != nil {
			return c, err
		}
	}
	if err := checkShape("output_shape", a.OutputShape, layout.axes("width")); err != nil {
		return c, err
	}
	g, err := oneChannel(filters[0], stride, dilation)
	if err != nil {
		return c, err
	}
	var batch, out int
	c.Layout = layout
	c.Batch, c.Frames, g.In = layout.split(input)
	batch, c.Width, out = layout.split(a.OutputShape)
	if batch != c.Batch {
		return c, dsp.NewArgError("output_shape batch", batch, "%d, the batch of the input", c.Batch)
	}
	if err := tfChannels(&g, filters, out); err != nil {
		return c, err
	}
	if c.Geometry, err = tfTrims(g, a.padding(), c.Frames, c.Width); err != nil {
		return c, err
	}
	return c, c.checkSize()
}

// TFOutputShape returns the OutputShape that Keras would choose for an input and filters of these shapes. Its width for
// n frames is n*s with SAME padding and n*s + max(ke-s, 0) with VALID, where s is the stride and ke =
// (taps-1)*dilation+1. The batch is that of the input, and the channels are the output channels of the filters, so
// there is one group. args.OutputShape is ignored. Errors are *dsp.ArgError.
func TFOutputShape(input, filters []int, args TFArgs) ([]int, error) {
	layout, stride, dilation, err := args.check()
	if err != nil {
		return nil, err
	}
	if err := checkTFShapes(layout, input, filters); err != nil {
		return nil, err
	}
	g, err := oneChannel(filters[0], stride, dilation)
	if err != nil {
		return nil, err
	}
	batch, frames, in := layout.split(input)
	if filters[2] != in {
		return nil, dsp.NewArgError("filters input channels", filters[2], "%d, as in the input", in)
	}
	width, err := kerasLength(args.padding(), g, nil, frames)
	if err != nil {
		return nil, err
	}
	return layout.shape(batch, width, filters[1]), nil
}

// checkTFShapes reports an input or filters without exactly three axes.
func checkTFShapes(layout Layout, input, filters []int) error {
	if err := checkShape("input shape", input, layout.axes("frames")); err != nil {
		return err
	}
	return checkShape("filters shape", filters, "[taps, out, in]")
}

// padding returns Padding with its default filled in.
func (a TFArgs) padding() string {
	if a.Padding == "" {
		return paddingSame
	}
	return a.Padding
}

// check returns the layout, and the entries of Strides and Dilations for the axis of frames. The entries are not yet
// checked for their range.
func (a TFArgs) check() (layout Layout, stride, dilation int, err error) {
	if layout, err = parseDataFormat(a.DataFormat); err != nil {
		return layout, 0, 0, err
	}
	if stride, err = widthEntry("strides", a.Strides, layout); err != nil {
		return layout, 0, 0, err
	}
	dilation = 1
	if a.Dilations != nil {
		if dilation, err = widthEntry("dilations", a.Dilations, layout); err != nil {
			return layout, 0, 0, err
		}
	}
	return layout, stride, dilation, checkTFPadding(a.padding())
}

// tfChannels sets Out and Groups from the filters [taps, out/groups, in] and the output channels out.
func tfChannels(g *layer.TransposeGeometry, filters []int, out int) error {
	if filters[1] < 1 {
		return dsp.NewArgError("filters output channels", filters[1], "at least 1")
	}
	if filters[2] < 1 {
		return dsp.NewArgError("filters input channels", filters[2], "at least 1")
	}
	if filters[2] != g.In {
		return dsp.NewArgError("filters input channels", filters[2], "%d, as in the input", g.In)
	}
	if out < 1 || out%filters[1] != 0 {
		return dsp.NewArgError("output_shape channels", out,
			"%d, as in the filters, or a multiple for groups", filters[1])
	}
	g.Out, g.Groups = out, out/filters[1]
	if g.In%g.Groups != 0 {
		return dsp.NewArgError("output_shape channels", out,
			"%d, as in the filters: %d groups do not divide %d input channels", filters[1], g.Groups, g.In)
	}
	return g.Validate()
}

// tfTrims returns g with the trims for n frames and a width, which must be legal.
func tfTrims(g layer.TransposeGeometry, padding string, n, width int) (layer.TransposeGeometry, error) {
	lo, hi, err := LegalWidths(padding, g.Kernel, g.Stride, g.Dilation, n)
	if err != nil {
		return g, err
	}
	if width < lo || width > hi {
		return g, widthError(padding, g, n, width, lo, hi)
	}
	switch {
	case padding == paddingValid && n == 0:
		return g.Valid(0)
	case padding == paddingValid:
		return g.Valid(width - lo)
	}
	return g.Same(hi - width)
}

// FiltersFromTF copies filters of tf.nn.conv1d_transpose or Keras, [Kernel, Out/Groups, In], into the order of
// [layer.NewConvTranspose1D], [Kernel, Out, In/Groups], where output channels are numbered over all groups. With one
// group the two orders are the same, and FiltersFromTF returns filters itself. It fails with a *dsp.ArgError if g is
// invalid or the length of filters does not fit.
func FiltersFromTF[T dsp.Float](g layer.TransposeGeometry, filters []T) ([]T, error) {
	if err := g.CheckWeights(len(filters), -1); err != nil || g.Groups <= 1 {
		return filters, err
	}
	cin, cout := g.In/g.Groups, g.Out/g.Groups
	w := make([]T, 0, len(filters))
	for j := range g.Kernel {
		for o := range g.Out {
			from := (j*cout+o%cout)*g.In + o/cout*cin
			w = append(w, filters[from:from+cin]...)
		}
	}
	return w, nil
}

// parseDataFormat returns the layout that a data format names.
func parseDataFormat(s string) (Layout, error) {
	switch s {
	case "", "NWC":
		return NWC, nil
	case "NCW":
		return NCW, nil
	}
	return NWC, dsp.NewArgError("data_format", strconv.Quote(s), "NWC or NCW")
}

// widthEntry returns the entry of a strides or dilations list for the axis of frames. The other entries must be 1:
// TensorFlow rejects one of them and, contrary to its documentation, ignores the other.
func widthEntry(name string, list []int, layout Layout) (int, error) {
	if len(list) == 1 {
		return list[0], nil
	}
	if len(list) != 3 {
		want := "[n] or [1, n, 1]"
		if layout == NCW {
			want = "[n] or [1, 1, n]"
		}
		return 0, dsp.NewArgError(name, passed(list), "%s", want)
	}
	batch, width, channels := layout.split(list)
	if batch != 1 {
		return 0, dsp.NewArgError("batch entry of "+name, batch, "1")
	}
	if channels != 1 {
		return 0, dsp.NewArgError("channel entry of "+name, channels,
			"1: in %s the entry for the width is at index %d", layout, 1+int(layout))
	}
	return width, nil
}
