package lyra

import (
	"errors"
	"fmt"
	"slices"

	"github.com/tailwave/tailwave/dsp/layer"
	"github.com/tailwave/tailwave/models/internal/network"
	"github.com/tailwave/tailwave/models/tflite"
)

// transposed follows a causal transposed convolution and returns it as a layer. The graph computes each group
// separately, for this number of frames at a time, and keeps the tail of the overlap-add without the bias in a
// variable. The layer keeps the accumulators themselves.
func (w *walk) transposed(g layer.TransposeGeometry, frames int, options ...layer.Option) network.Node {
	in, out := g.In/g.Groups, g.Out/g.Groups
	parts := []int{w.at}
	if g.Groups > 1 {
		i, ok := w.user(w.at, tflite.Split, 2, g.Groups)
		if !ok {
			return nil
		}
		w.ints(i, 0, -1)
		parts = w.graph.Operators[i].Outputs
	}
	filters := make([]float32, g.Kernel*g.Out*in)
	var bias []float32
	var ends []int
	for group, part := range parts {
		w.at = part
		f, b := w.overlapAdd(g, frames, in, out)
		if w.err != nil {
			return nil
		}
		for t := range g.Kernel {
			copy(filters[(t*g.Out+group*out)*in:], f[t*out*in:][:out*in])
		}
		bias = append(bias, b...)
		ends = append(ends, w.at)
	}
	if g.Groups > 1 {
		w.join(ends)
	}
	if w.err != nil {
		return nil
	}
	w.parameters += int64(len(filters) + len(bias))
	u, err := layer.NewConvTranspose1D(g, filters, bias, options...)
	if err != nil {
		w.err = err
		return nil
	}
	return network.Transposed{Layer: u}
}

// overlapAdd follows the operators of one group, and returns its filters [taps, out, in] and its bias.
func (w *walk) overlapAdd(g layer.TransposeGeometry, frames, in, out int) (filters, bias []float32) {
	i, ok := w.user(w.at, tflite.TransposeConv, 4, 1)
	if !ok {
		return nil, nil
	}
	o := w.graph.Operators[i]
	width, tail := (frames-1)*g.Stride+g.Kernel, g.Kernel-g.Stride
	w.expect(i, "padding and stride", []int{o.Options.Padding, o.Options.StrideW, o.Options.StrideH}, []int{tflite.Valid, g.Stride, 1})
	w.ints(i, 0, 1, 1, int32(width), int32(out))
	filters = tapsFirst(w.floats(i, 1, out, 1, g.Kernel, in), out, g.Kernel, in)
	if !w.isAt(w.input(i, 2), w.at) {
		w.fail(i, fmt.Errorf("input 2: must be the frames, tensor %d", w.at))
	}
	bias = w.floats(i, 3, out)
	w.at = o.Outputs[0]

	add, ok := w.user(w.at, tflite.Add, 2, 1)
	if !ok {
		return nil, nil
	}
	padded, ok := w.made(w.other(add, w.at), tflite.Concatenation, 2)
	if !ok {
		return nil, nil
	}
	w.expect(padded, "axis", w.graph.Operators[padded].Options.Axis, 1)
	variable := w.variable(w.input(padded, 0), tail, out)
	if slices.ContainsFunc(w.floats(padded, 1, 1, frames*g.Stride, out), func(v float32) bool { return v != 0 }) {
		w.fail(padded, errors.New("must append zeros"))
	}
	w.at = w.graph.Operators[add].Outputs[0]

	rest, ok := w.slice(w.at, []int32{0, -int32(tail), 0}, []int32{0, 0, 0}, [5]int{0: 5, 1: 7})
	if !ok {
		return nil, nil
	}
	sub, ok := w.user(rest, tflite.Sub, 2, 1)
	if !ok {
		return nil, nil
	}
	w.expect(sub, "inputs", w.graph.Operators[sub].Inputs, []int{rest, o.Inputs[3]})
	w.assign(w.graph.Operators[sub].Outputs[0], variable)
	w.at, _ = w.slice(w.at, []int32{0, 0, 0}, []int32{0, int32(frames * g.Stride), 0}, [5]int{0: 5, 1: 5})
	return filters, bias
}

// other returns the input of an operator with two inputs that is not t.
func (w *walk) other(operator, t int) int {
	inputs := w.graph.Operators[operator].Inputs
	for i := range inputs {
		if w.isAt(inputs[i], t) {
			return w.input(operator, 1-i)
		}
	}
	w.fail(operator, fmt.Errorf("inputs: %s, must include tensor %d", clipped(fmt.Sprint(inputs)), t))
	return 0
}

// join follows the CONCATENATION of the channels of all groups.
func (w *walk) join(parts []int) {
	i, ok := w.user(parts[0], tflite.Concatenation, len(parts), 1)
	if !ok {
		return
	}
	o := w.graph.Operators[i]
	if o.Options.Axis != -1 && o.Options.Axis != 2 {
		w.expect(i, "axis", o.Options.Axis, 2)
	}
	w.expect(i, "inputs", o.Inputs, parts)
	w.at = o.Outputs[0]
}
