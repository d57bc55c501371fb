package opcase

import (
	"encoding/json"
	"fmt"

	"github.com/tailwave/tailwave/dsp/tensor"
)

// decodeTF reads a case of tf.nn.conv1d_transpose.
func (c *Case) decodeTF(r *reader) error {
	input, filters := r.array("input", c.DType), r.array("filters", c.DType)
	name := "stride"
	for _, other := range []string{"strides", "strides_as_passed"} {
		if r.has(other) {
			name = other
		}
	}
	args := tfArgs(r, name, "dilation")
	if r.has("dilations") {
		args.Dilations = r.intOrInts("dilations")
	}
	groups := r.integer("groups", 0)
	hasGroups := r.has("groups")
	if r.err != nil {
		return r.err
	}
	var err error
	if c.Call, err = args.Resolve(input.Shape, filters.Shape); err != nil {
		return err
	}
	if hasGroups && groups != c.Call.Geometry.Groups {
		return fmt.Errorf("groups is %d, must be %d, the output channels divided by those of the filters",
			groups, c.Call.Geometry.Groups)
	}
	if c.DType == float64Type {
		c.problem, err = newTF[float64](c.Call, input, filters, args)
	} else {
		c.problem, err = newTF[float32](c.Call, input, filters, args)
	}
	return err
}

// tfArgs reads the arguments under the given names of strides and dilations.
func tfArgs(r *reader, strides, dilations string) tensor.TFArgs {
	a := tensor.TFArgs{
		OutputShape: r.ints("output_shape"),
		Strides:     r.intOrInts(strides),
		Padding:     r.text("padding", "SAME"),
		DataFormat:  r.text("data_format", "NWC"),
	}
	// The zero value stands for the default in Go. A value that is written out must be legal.
	if a.Padding == "" {
		r.fail(`padding is "", must be SAME or VALID`)
	}
	if a.DataFormat == "" {
		r.fail(`data_format is "", must be NWC or NCW`)
	}
	if r.has(dilations) {
		a.Dilations = r.intOrInts(dilations)
	}
	return a
}

// decodeArgs reads a set of arguments without tensors.
func (c *Case) decodeArgs(raw json.RawMessage) error {
	r := reader{}
	if err := json.Unmarshal(raw, &r.fields); err != nil {
		return fmt.Errorf("args is %s, must be an object", excerpt(raw))
	}
	if _, ok := r.fields["dtype"]; !ok {
		r.fields["dtype"], _ = json.Marshal(c.DType)
	}
	c.DType = r.dtype()
	args := tfArgs(&r, "strides", "dilations")
	input, filters := r.ints("input_shape"), r.ints("filters_shape")
	if r.err != nil {
		return r.err
	}
	var err error
	c.Call, err = args.Resolve(input, filters)
	return err
}

// decodeTorch reads a case of torch.conv_transpose1d.
func (c *Case) decodeTorch(r *reader) error {
	t := r.torchTensors(c.DType)
	args := tensor.TorchArgs{
		Stride:        r.integer("stride", 1),
		Padding:       r.integer("padding", 0),
		OutputPadding: r.integer("output_padding", 0),
		Dilation:      r.integer("dilation", 1),
		Groups:        r.integer("groups", 1),
	}
	// The zero value stands for the default in Go. A value that is written out must be legal.
	for _, f := range []struct {
		name  string
		value int
	}{{"stride", args.Stride}, {"dilation", args.Dilation}, {"groups", args.Groups}} {
		if f.value == 0 {
			r.fail("%s is 0, must be at least 1", f.name)
		}
	}
	if r.err != nil {
		return r.err
	}
	return resolveTorch(c, t, args, tensor.Torch[float32], tensor.Torch[float64])
}

// decodeONNX reads a case of onnx.ConvTranspose.
func (c *Case) decodeONNX(r *reader) error {
	t := r.torchTensors(c.DType)
	attrs := reader{err: r.err}
	if r.has("attrs") && json.Unmarshal(r.fields["attrs"], &attrs.fields) != nil {
		r.fail("attrs is %s, must be an object", excerpt(r.fields["attrs"]))
	}
	args := tensor.ONNXArgs{
		AutoPad:       attrs.text("auto_pad", "NOTSET"),
		Strides:       attrs.optionalInts("strides"),
		Dilations:     attrs.optionalInts("dilations"),
		Pads:          attrs.optionalInts("pads"),
		OutputPadding: attrs.optionalInts("output_padding"),
		OutputShape:   attrs.optionalInts("output_shape"),
		KernelShape:   attrs.optionalInts("kernel_shape"),
	}
	if attrs.has("group") {
		args.Group = new(attrs.integer("group", 0))
	}
	if r.err == nil {
		r.err = attrs.err
	}
	if r.err != nil {
		return r.err
	}
	return resolveTorch(c, t, args, tensor.ONNX[float32], tensor.ONNX[float64])
}

// torchTensors are those of PyTorch and ONNX.
type torchTensors struct {
	input, weight, bias Array // bias may be the zero Array: none
}

func (r *reader) torchTensors(dtype string) torchTensors {
	t := torchTensors{input: r.array("input", dtype), weight: r.array("weight", dtype)}
	if r.err == nil && r.has("bias") {
		if t.bias = r.array("bias", dtype); r.err == nil && len(t.bias.Shape) != 1 {
			r.fail("bias has rank %d, must have 1", len(t.bias.Shape))
		}
	}
	return t
}
