package lyra

import (
	"errors"
	"fmt"
	"slices"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/models/tflite"
)

// A walk follows the data through a graph, operator after operator, and checks that each operator is the one that the
// codec has at this place. After its first error, all further steps do nothing.
type walk struct {
	model *tflite.Model
	graph *tflite.Graph
	at    int     // current tensor
	users [][]int // for each tensor, the operators with this input
	maker []int   // for each tensor, the operator with this output, -1 without one
	taken []bool  // for each operator, whether the walk has checked it
	err   error   // the first one

	parameters int64 // number of weights in the layers so far
}

// newWalk returns a walk at an input of the graph.
func newWalk(m *tflite.Model, g *tflite.Graph, input int) *walk {
	w := &walk{
		model: m, graph: g, at: input,
		users: make([][]int, len(g.Tensors)),
		maker: slices.Repeat([]int{-1}, len(g.Tensors)),
		taken: make([]bool, len(g.Operators)),
	}
	for i, o := range g.Operators {
		for _, t := range o.Inputs {
			if t < 0 {
				continue
			}
			if users := w.users[t]; len(users) == 0 || users[len(users)-1] != i {
				w.users[t] = append(users, i)
			}
		}
		for _, t := range o.Outputs {
			if w.maker[t] >= 0 {
				w.fail(i, fmt.Errorf("computes tensor %d, which operator %d computes too", t, w.maker[t]))
			}
			w.maker[t] = i
		}
	}
	return w
}

// fail sets w.err to an error about an operator, unless it is set.
func (w *walk) fail(operator int, err error) {
	if w.err == nil {
		w.err = fmt.Errorf("operator %d, %v: %w", operator, w.graph.Operators[operator].Kind, err)
	}
}

// expect sets w.err unless an attribute of an operator, named by what, has the value want.
func (w *walk) expect(operator int, what string, got, want any) {
	if g, m := fmt.Sprint(got), fmt.Sprint(want); g != m {
		w.fail(operator, fmt.Errorf("%s: %s, must be %s", what, clipped(g), clipped(m)))
	}
}

// clipped returns the beginning of a text for an error: a tensor of the file can have any number of values.
func clipped(text string) string {
	const most = 80
	if len(text) <= most {
		return text
	}
	return text[:most] + "..."
}

// user returns the operator of a kind with tensor t as an input. t may pass through RESHAPE first, which moves no
// value. There must be exactly one such operator, with these numbers of inputs and outputs.
func (w *walk) user(t int, kind tflite.Kind, inputs, outputs int) (int, bool) {
	if w.err != nil {
		return 0, false
	}
	found, others := w.search(t, kind, nil)
	if len(found) != 1 {
		w.err = fmt.Errorf("tensor %d (%.100q): is used by %s, must be used by one %v",
			t, w.graph.Tensors[t].Name, clipped(fmt.Sprint(others)), kind)
		return 0, false
	}
	i := found[0]
	o := w.graph.Operators[i]
	w.expect(i, "inputs", len(o.Inputs), inputs)
	w.expect(i, "outputs", len(o.Outputs), outputs)
	w.expect(i, "fused activation", o.Options.Activation, 0)
	w.taken[i] = true
	return i, w.err == nil
}

// search returns the operators of a kind with t as an input, and the kinds of all operators with that input. It looks
// through RESHAPE. seen holds the tensors on the way, so that a cycle in the graph ends.
func (w *walk) search(t int, kind tflite.Kind, seen []int) (found []int, kinds []tflite.Kind) {
	if slices.Contains(seen, t) {
		return nil, nil
	}
	seen = append(seen, t)
	for _, i := range w.users[t] {
		o := w.graph.Operators[i]
		if o.Kind == kind {
			found = append(found, i)
		}
		if o.Kind == tflite.Reshape && len(o.Outputs) == 1 && o.Inputs[0] == t {
			w.taken[i] = true
			f, k := w.search(o.Outputs[0], kind, seen)
			found, kinds = append(found, f...), append(kinds, k...)
			continue
		}
		kinds = append(kinds, o.Kind)
	}
	return found, kinds
}

// step follows the operator of a kind whose first input is the current tensor. The output becomes the current tensor.
func (w *walk) step(kind tflite.Kind, inputs int) (int, bool) {
	i, ok := w.user(w.at, kind, inputs, 1)
	if !ok {
		return 0, false
	}
	if !w.isAt(w.graph.Operators[i].Inputs[0], w.at) {
		w.fail(i, fmt.Errorf("input 0: tensor %d, must be tensor %d", w.graph.Operators[i].Inputs[0], w.at))
		return 0, false
	}
	w.at = w.graph.Operators[i].Outputs[0]
	return i, true
}

// isAt reports whether t is the tensor origin, perhaps reshaped.
func (w *walk) isAt(t, origin int) bool {
	for range len(w.graph.Operators) {
		if t == origin {
			return true
		}
		i := w.maker[t]
		if i < 0 || w.graph.Operators[i].Kind != tflite.Reshape || len(w.graph.Operators[i].Inputs) == 0 {
			return false
		}
		t = w.graph.Operators[i].Inputs[0]
		if t < 0 {
			return false
		}
	}
	return false
}

// made returns the operator that computes t. It must be of a kind and have a number of inputs.
func (w *walk) made(t int, kind tflite.Kind, inputs int) (int, bool) {
	if w.err != nil {
		return 0, false
	}
	if t < 0 || w.maker[t] < 0 {
		w.err = fmt.Errorf("tensor %d: no operator computes it, must be computed by %v", t, kind)
		return 0, false
	}
	i := w.maker[t]
	if o := w.graph.Operators[i]; o.Kind != kind || len(o.Inputs) != inputs {
		w.fail(i, fmt.Errorf("%d inputs, must be %v with %d", len(o.Inputs), kind, inputs))
		return 0, false
	}
	w.taken[i] = true
	return i, true
}

// input returns input i of an operator. It fails if that is absent, and always returns the index of an existing tensor.
func (w *walk) input(operator, i int) int {
	t := w.graph.Operators[operator].Inputs[i]
	if t < 0 && w.err == nil {
		w.fail(operator, fmt.Errorf("has no input %d", i))
	}
	return max(t, 0)
}

// floats returns the values of input i of an operator, which must be a constant of float32 with this shape and only
// finite values.
func (w *walk) floats(operator, i int, shape ...int) []float32 {
	if w.err != nil {
		return nil
	}
	t := w.graph.Tensors[w.input(operator, i)]
	values, err := t.Float32s()
	if err == nil && !slices.Equal(t.Shape, shape) {
		err = fmt.Errorf("%v, must be float32 %s", t, dsp.ListText(shape))
	}
	if i := slices.IndexFunc(values, func(v float32) bool { return v-v != 0 }); err == nil && i >= 0 {
		err = fmt.Errorf("%v: element %d is %v, must be finite", t, i, values[i])
	}
	if err != nil && w.err == nil {
		w.fail(operator, fmt.Errorf("input %d: %w", i, err))
	}
	return values
}

// ints requires that input i of an operator is a constant with these values.
func (w *walk) ints(operator, i int, want ...int32) {
	if w.err != nil {
		return
	}
	values, err := w.graph.Tensors[w.input(operator, i)].Int32s()
	if err != nil {
		w.fail(operator, fmt.Errorf("input %d: %w", i, err))
		return
	}
	w.expect(operator, fmt.Sprintf("input %d", i), values, want)
}

// end requires that the current tensor is the output of the graph and that the walk has checked every operator.
// Otherwise the file could hold layers that are silently left out. RESHAPE is exempt: it changes no value, and
// operators after it are checked.
func (w *walk) end(output int) error {
	if w.err == nil && !w.isAt(output, w.at) {
		w.err = fmt.Errorf("tensor %d (%.100q): must be the output, which is %d (%.100q)",
			w.at, w.graph.Tensors[w.at].Name, output, w.graph.Tensors[output].Name)
	}
	for i, o := range w.graph.Operators {
		if !w.taken[i] && o.Kind != tflite.Reshape {
			w.fail(i, errors.New("is not part of this codec"))
		}
	}
	return w.err
}
