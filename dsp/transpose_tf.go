package dsp

import "strconv"

// TransposeArgs are the arguments of tf.nn.conv1d_transpose. The zero DataFormat and nil Dilations are its defaults;
// what has no zero value that is legal must be given.
type TransposeArgs struct {
	OutputShape []int  // 3 sizes in data-format order, at least 0; batch and channels must match the tensors
	Strides     []int  // [s], or [1, s, 1] for NWC and [1, 1, s] for NCW; s at least 1
	Dilations   []int  // nil for 1, or as Strides
	Padding     string // "SAME" or "VALID", in upper case
	DataFormat  string // "NWC" or "NCW"; "" is NWC
}

// Resolve checks the arguments against the shapes of input and filters, in this order: data format, form of strides and
// dilations, padding, ranks, sizes of strides, dilations and filters, batch, channels, width. Errors are *ArgError.
//
// input is [batch, frames, in] for NWC or [batch, in, frames] for NCW, filters [taps, out, in] for both. If the output
// channels are a multiple of out, say groups*out, the convolution is grouped as in TensorFlow's GPU kernel: the filters
// are [taps, out/groups, in], input channels are cut into as many blocks as output channels, and block feeds block.
//
// The width must be within LegalWidths. For SAME the left trim depends on it: a shorter width is not a crop of a longer.
func (a TransposeArgs) Resolve(input, filters []int) (TransposeCall, error) {
	var c TransposeCall
	layout, err := parseDataFormat(a.DataFormat)
	if err != nil {
		return c, err
	}
	stride, err := widthEntry("strides", a.Strides, layout)
	if err != nil {
		return c, err
	}
	dilation := 1
	if a.Dilations != nil {
		if dilation, err = widthEntry("dilations", a.Dilations, layout); err != nil {
			return c, err
		}
	}
	if err := checkTFPadding(a.Padding); err != nil {
		return c, err
	}
	if err := checkRank("input shape", input, 3); err != nil {
		return c, err
	}
	if err := checkRank("filters shape", filters, 3); err != nil {
		return c, err
	}
	if err := checkRank("output_shape", a.OutputShape, 3); err != nil {
		return c, err
	}
	if _, _, err := LegalWidths(a.Padding, filters[0], stride, dilation, 0); err != nil {
		return c, err
	}
	c = TransposeCall{Layout: layout}
	c.Geometry = Geometry{Kernel: filters[0], Stride: stride, Dilation: dilation}
	var batch, out int
	c.Batch, c.Frames, c.Geometry.In = layout.split(input)
	batch, c.Width, out = layout.split(a.OutputShape)
	if batch != c.Batch {
		return c, argError("output_shape batch", batch, "%d, the batch of the input", c.Batch)
	}
	if err := c.Geometry.tfChannels(filters, out); err != nil {
		return c, err
	}
	if err := c.tfTrims(a.Padding); err != nil {
		return c, err
	}
	return c, c.checkSize()
}

// tfChannels sets Out and Groups from the filters [taps, out/groups, in] and the requested output channels.
func (g *Geometry) tfChannels(filters []int, out int) error {
	if filters[1] < 1 {
		return argError("filters output channels", filters[1], "at least 1")
	}
	if filters[2] < 1 {
		return argError("filters input channels", filters[2], "at least 1")
	}
	if filters[2] != g.In {
		return argError("filters input channels", filters[2], "%d as in the input", g.In)
	}
	if out < 1 || out%filters[1] != 0 {
		return argError("output_shape channels", out, "%d as in the filters, or a multiple", filters[1])
	}
	g.Out, g.Groups = out, out/filters[1]
	if g.In%g.Groups != 0 {
		return argError("output_shape channels", out, "%d as in the filters (%d groups do not divide %d input channels)", filters[1], g.Groups, g.In)
	}
	return g.Validate()
}

// tfTrims checks the width and sets the trims from it.
func (c *TransposeCall) tfTrims(padding string) error {
	g := c.Geometry
	lo, hi, err := LegalWidths(padding, g.Kernel, g.Stride, g.Dilation, c.Frames)
	if err != nil {
		return err
	}
	if c.Width < lo || c.Width > hi {
		return widthError(padding, g, c.Frames, c.Width, lo, hi)
	}
	switch {
	case padding == paddingValid && c.Frames == 0:
		c.Geometry, err = g.Valid(0)
	case padding == paddingValid:
		c.Geometry, err = g.Valid(c.Width - lo)
	default:
		c.Geometry, err = g.Same(hi - c.Width)
	}
	return err
}

// Conv1DTranspose is tf.nn.conv1d_transpose. TransposeArgs.Resolve has the shapes and the rules; on top of its errors it
// refuses a tensor whose data does not have the elements of its shape. An empty batch or width gives an empty result.
// Every device restriction of TensorFlow is lifted: both layouts, any dilation and groups work alike.
func Conv1DTranspose[T Float](input, filters Tensor[T], args TransposeArgs) (Tensor[T], error) {
	c, err := args.Resolve(input.Shape, filters.Shape)
	if err != nil {
		return Tensor[T]{}, err
	}
	w, err := FiltersFromTF(c.Geometry, filters.Data)
	if err != nil {
		return Tensor[T]{}, err
	}
	return run(c, input, w, nil)
}

// FiltersFromTF brings the filters of tf.nn.conv1d_transpose, [Kernel, Out/Groups, In], into the order of an Upsampler,
// [Kernel, Out, In/Groups], where output channels are numbered over all groups. Without groups the two are the same and
// filters itself is returned. It fails if g is not valid or the length does not fit.
func FiltersFromTF[T Float](g Geometry, filters []T) ([]T, error) {
	if err := checkWeights(g, filters, nil); err != nil || g.Groups == 1 {
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

func parseDataFormat(s string) (Layout, error) {
	switch s {
	case "", "NWC":
		return NWC, nil
	case "NCW":
		return NCW, nil
	}
	return NWC, argError("data_format", strconv.Quote(s), "NWC or NCW")
}

// widthEntry returns the entry of a strides or dilations list that applies to frames. The others must be 1: TensorFlow
// refuses one of them and, against its documentation, ignores the other.
func widthEntry(name string, list []int, layout Layout) (int, error) {
	if len(list) == 1 {
		return list[0], nil
	}
	if len(list) != 3 {
		return 0, argError("length of "+name, len(list), "1 or 3")
	}
	batch, width, channels := layout.split(list)
	if batch != 1 {
		return 0, argError("batch entry of "+name, batch, "1")
	}
	if channels != 1 {
		return 0, argError("channel entry of "+name, channels, "1 (%s puts the width entry at index %d)", layout, 1+int(layout))
	}
	return width, nil
}
