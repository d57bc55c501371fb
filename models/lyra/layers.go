package lyra

import (
	"errors"
	"fmt"
	"slices"

	"github.com/tailwave/tailwave/dsp/layer"
	"github.com/tailwave/tailwave/models/internal/network"
	"github.com/tailwave/tailwave/models/tflite"
)

// slope is the slope of every leaky ReLU for negative inputs.
const slope float32 = 0.3

// activation follows a leaky ReLU.
func (w *walk) activation() {
	if i, ok := w.step(tflite.LeakyReLU, 1); ok {
		w.expect(i, "slope", w.graph.Operators[i].Options.Alpha, slope)
	}
}

// remember follows causal padding: operators that put frames remembered in a variable in front of the new frames, and
// remember the last frames of both for the next call of the graph.
func (w *walk) remember(frames, channels int) {
	i, ok := w.user(w.at, tflite.Concatenation, 2, 1)
	if !ok {
		return
	}
	w.expect(i, "axis", w.graph.Operators[i].Options.Axis, 1)
	if !w.isAt(w.input(i, 1), w.at) {
		w.fail(i, fmt.Errorf("input 1: must be the new frames, tensor %d", w.at))
	}
	variable := w.variable(w.input(i, 0), frames, channels)
	w.at = w.graph.Operators[i].Outputs[0]
	if last, ok := w.slice(w.at, []int32{0, -int32(frames), 0}, []int32{0, 0, 0}, [5]int{0: 5, 1: 7}); ok {
		w.assign(last, variable)
	}
}

// variable returns the handle of the variable whose value is tensor t, which must have the shape [1, frames, channels].
func (w *walk) variable(t, frames, channels int) int {
	i, ok := w.made(t, tflite.ReadVariable, 1)
	if !ok {
		return 0
	}
	w.expect(i, "shape", w.graph.Tensors[t].Shape, []int{1, frames, channels})
	handle := w.input(i, 0)
	w.made(handle, tflite.VarHandle, 0)
	return handle
}

// slice returns the output of the STRIDED_SLICE of t from begin to end with these masks.
func (w *walk) slice(t int, begin, end []int32, masks [5]int) (int, bool) {
	if w.err != nil {
		return 0, false
	}
	for _, i := range w.users[t] {
		o := w.graph.Operators[i]
		if o.Kind != tflite.StridedSlice || len(o.Inputs) != 4 || o.Inputs[0] != t || len(o.Outputs) != 1 || o.Options.Masks != masks {
			continue
		}
		var values [3][]int32
		for k := range values {
			if at := o.Inputs[k+1]; at >= 0 {
				values[k], _ = w.graph.Tensors[at].Int32s()
			}
		}
		if slices.Equal(values[0], begin) && slices.Equal(values[1], end) && slices.Equal(values[2], []int32{1, 1, 1}) {
			w.taken[i] = true
			return o.Outputs[0], true
		}
	}
	w.err = fmt.Errorf("tensor %d (%.100q): must be sliced from %v to %v", t, w.graph.Tensors[t].Name, begin, end)
	return 0, false
}

// assign requires that t is assigned to a variable.
func (w *walk) assign(t, handle int) {
	if w.err != nil {
		return
	}
	for _, i := range w.users[t] {
		if o := w.graph.Operators[i]; o.Kind == tflite.AssignVariable && slices.Equal(o.Inputs, []int{handle, t}) {
			w.taken[i] = true
			return
		}
	}
	w.err = fmt.Errorf("tensor %d (%.100q): must be assigned to the variable of tensor %d",
		t, w.graph.Tensors[t].Name, handle)
}

// initial follows the CALL_ONCE that calls another graph, which must set all variables to zeros. Streams begin with
// zeros, so any other initial value would be lost.
func (w *walk) initial() {
	i := slices.IndexFunc(w.graph.Operators, func(o tflite.Operator) bool { return o.Kind == tflite.CallOnce })
	if i < 0 {
		w.err = errors.New("has no operator CALL_ONCE, which sets the initial values of the variables")
		return
	}
	w.taken[i] = true
	n := w.graph.Operators[i].Options.Graph
	if n < 1 || n >= len(w.model.Graphs) {
		w.fail(i, fmt.Errorf("calls graph %d, must be from 1 to %d", n, len(w.model.Graphs)-1))
		return
	}
	g := w.model.Graphs[n]
	set := map[string]bool{}
	for k, o := range g.Operators {
		if o.Kind == tflite.VarHandle {
			continue
		}
		if o.Kind != tflite.AssignVariable || len(o.Inputs) != 2 || o.Inputs[0] < 0 || o.Inputs[1] < 0 {
			w.fail(i, fmt.Errorf("in graph %d, operator %d is %v, must be ASSIGN_VARIABLE", n, k, o.Kind))
			return
		}
		values, err := g.Tensors[o.Inputs[1]].Float32s()
		if err != nil || slices.ContainsFunc(values, func(v float32) bool { return v != 0 }) {
			w.fail(i, fmt.Errorf("in graph %d, operator %d sets a variable to other values than zeros", n, k))
			return
		}
		for _, h := range g.Operators {
			if h.Kind == tflite.VarHandle && slices.Equal(h.Outputs, o.Inputs[:1]) {
				set[h.Options.Variable] = true
			}
		}
	}
	for _, h := range w.graph.Operators {
		if h.Kind == tflite.VarHandle && !set[h.Options.Variable] {
			w.fail(i, fmt.Errorf("graph %d does not set variable %.100q to zeros", n, h.Options.Variable))
		}
	}
}

// convolution follows a convolution, which must have the geometry g, and returns it as a layer.
func (w *walk) convolution(g layer.ConvGeometry, options ...layer.Option) network.Node {
	depthwise := g.Groups > 1 && g.Groups == g.In && g.Groups == g.Out
	kind, each := tflite.Conv2D, g.In/g.Groups
	if depthwise {
		kind = tflite.DepthwiseConv2D
	}
	i, ok := w.step(kind, 3)
	if !ok {
		return nil
	}
	o := w.graph.Operators[i].Options
	w.expect(i, "padding, stride and dilation", []int{o.Padding, o.StrideW, o.StrideH, o.DilationW, o.DilationH}, []int{tflite.Valid, g.Stride, 1, g.Dilation, 1})
	var filters []float32
	if depthwise {
		w.expect(i, "multiplier", o.Multiplier, 1)
		filters = w.floats(i, 1, 1, 1, g.Kernel, g.Out)
	} else {
		filters = tapsFirst(w.floats(i, 1, g.Out, 1, g.Kernel, each), g.Out, g.Kernel, each)
	}
	bias := w.floats(i, 2, g.Out)
	if w.err != nil {
		return nil
	}
	w.parameters += int64(len(filters) + len(bias))
	c, err := layer.NewConv1D(g, filters, bias, options...)
	if err != nil {
		w.fail(i, err)
		return nil
	}
	return network.Conv{Layer: c}
}

// tapsFirst returns filters [out, taps, in] in the order [taps, out, in].
func tapsFirst(filters []float32, out, taps, in int) []float32 {
	if len(filters) != out*taps*in {
		return nil // w.floats failed
	}
	to := make([]float32, 0, len(filters))
	for t := range taps {
		for o := range out {
			to = append(to, filters[(o*taps+t)*in:][:in]...)
		}
	}
	return to
}
