package opcase

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/tensor"
)

// decodeTF reads a case of tf.nn.conv1d_transpose.
func (c *Case) decodeTF(r *reader) error {
	input, filters := r.array("input", c.DType), r.array("filters", c.DType)
	strides, dilations := r.oneOf("strides_as_passed", "strides", "stride"), r.oneOf("dilations", "dilation")
	args := tfArgs(r, strides, dilations)
	groups := r.integer("groups", 0)
	hasGroups := r.has("groups")
	if r.err != nil {
		return r.err
	}
	var err error
	if c.Call, err = args.Resolve(input.Shape, filters.Shape); err != nil {
		return inField(err, strides, dilations)
	}
	if err := c.checkAliases(r, args, input.Shape, filters.Shape); err != nil {
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

// checkAliases returns an error if a stride or a dilation under another of its names differs from that of the case.
func (c *Case) checkAliases(r *reader, args tensor.TFArgs, input, filters []int) error {
	for _, name := range []string{"stride", "strides", "strides_as_passed", "dilation", "dilations"} {
		if !r.has(name) {
			continue
		}
		other := args
		if strings.HasPrefix(name, "stride") {
			other.Strides = r.intOrInts(name)
		} else {
			other.Dilations = r.intOrInts(name)
		}
		call, err := other.Resolve(input, filters)
		switch {
		case r.err != nil:
			return r.err
		case err != nil:
			if named := inField(err, name, name); named != err {
				return named
			}
			return fmt.Errorf("%s: %w", name, err)
		case call.Geometry != c.Call.Geometry:
			return fmt.Errorf("%s is %s, must be as under the other name of the field", name, excerpt(r.fields[name]))
		}
	}
	return nil
}

// inField adds the name of the field to an error about the argument strides or dilations, if the case has the argument
// under another name. It returns other errors as they are.
func inField(err error, strides, dilations string) error {
	e, ok := errors.AsType[*dsp.ArgError](err)
	if !ok {
		return err
	}
	for arg, field := range map[string]string{"strides": strides, "dilations": dilations} {
		if !strings.HasSuffix(e.Arg, arg) {
			continue
		}
		named := *e
		if field != arg {
			named.Arg = fmt.Sprintf("%s (field %s)", e.Arg, field)
		}
		return &named
	}
	return err
}

// tfArgs reads the arguments. strides and dilations are the names of their fields.
func tfArgs(r *reader, strides, dilations string) tensor.TFArgs {
	a := tensor.TFArgs{
		OutputShape: r.ints("output_shape"),
		Strides:     r.intOrInts(strides),
		Padding:     r.text("padding", "SAME"),
		DataFormat:  r.text("data_format", "NWC"),
	}
	// In Go, the zero value means the default. In a case, a value that is present must be legal.
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
	r := readObject(raw, formArgs)
	if r.err != nil {
		return fmt.Errorf("args %w", r.err)
	}
	r.checkFilters(c.DType)
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
	// In Go, the zero value means the default. In a case, a value that is present must be legal.
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
	var attrs reader
	if r.has("attrs") {
		if attrs = readObject(r.fields["attrs"], formAttrs); attrs.err != nil {
			r.fail("attrs %w", attrs.err)
		}
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

// torchTensors are the tensors of a case for PyTorch or ONNX.
type torchTensors struct {
	input, weight, bias Array // bias is the zero Array if the case has no bias
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
