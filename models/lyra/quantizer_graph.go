package lyra

import (
	"errors"
	"fmt"
	"slices"

	"github.com/tailwave/tailwave/models/tflite"
)

// readQuantizer returns the codebooks. There are two graphs: the one that decodes takes codes, the one that encodes takes
// latents and the number of steps.
func readQuantizer(m *tflite.Model) (*Quantizer, error) {
	if len(m.Graphs) != 2 || len(m.Graphs[0].Inputs) != 1 || len(m.Graphs[1].Inputs) != 2 || len(m.Graphs[0].Outputs) != 1 || len(m.Graphs[1].Outputs) != 2 {
		return nil, errors.New("must have two graphs: from 1 input to 1 output, and from 2 inputs to 2 outputs")
	}
	entries, err := decodeGraph(m)
	if err != nil {
		return nil, fmt.Errorf("graph 0: %w", err)
	}
	if err := encodeGraph(m, entries); err != nil {
		return nil, fmt.Errorf("graph 1: %w", err)
	}
	books := make([]*codebook, Stages)
	for i, e := range entries {
		if books[i], err = newCodebook(e); err != nil {
			return nil, err
		}
	}
	return newQuantizer(books), nil
}

// decodeGraph follows the sum of entries from its end, and returns the entries of each step, [Entries, Latents].
func decodeGraph(m *tflite.Model) ([][]float32, error) {
	g := m.Graphs[0]
	w := newWalk(m, g, g.Inputs[0])
	entries := make([][]float32, Stages)
	sum := g.Outputs[0]
	for step := Stages - 1; step >= 0; step-- {
		term := sum
		if step > 0 {
			add, ok := w.made(sum, tflite.Add, 2)
			if !ok {
				break
			}
			sum, term = w.input(add, 0), w.input(add, 1)
		}
		scaled, ok := w.made(term, tflite.Mul, 2)
		if !ok {
			break
		}
		w.stepOf(w.input(scaled, 1), []int32{int32(step)}, []int32{int32(step) + 1}, [5]int{4: 1})
		gather, ok := w.made(w.input(scaled, 0), tflite.Gather, 2)
		if !ok {
			break
		}
		w.expect(gather, "axis", w.graph.Operators[gather].Options.Axis, 0)
		entries[step] = w.floats(gather, 0, Entries, Latents)
		w.stepOf(w.input(gather, 1), []int32{int32(step), 0, 0}, []int32{int32(step) + 1, 1, 1}, [5]int{0: 6, 1: 6, 4: 1})
	}
	w.rest(map[tflite.Kind]int{tflite.Maximum: 1, tflite.StridedSlice: 1, tflite.NotEqual: 1, tflite.Cast: 1})
	return entries, w.err
}

// stepOf requires t to be one part of a tensor that has one for each step.
func (w *walk) stepOf(t int, begin, end []int32, masks [5]int) {
	i, ok := w.made(t, tflite.StridedSlice, 4)
	if !ok {
		return
	}
	w.expect(i, "masks", w.graph.Operators[i].Options.Masks, masks)
	w.ints(i, 1, begin...)
	w.ints(i, 2, end...)
}

// encodeGraph follows the steps, which must have these entries.
func encodeGraph(m *tflite.Model, entries [][]float32) error {
	g := m.Graphs[1]
	input := slices.IndexFunc(g.Inputs, func(t int) bool { return slices.Equal(g.Tensors[t].Shape, []int{1, 1, Latents}) })
	if input < 0 {
		return fmt.Errorf("no input of %d latents", Latents)
	}
	w := newWalk(m, g, g.Inputs[input])
	for step, want := range entries {
		if w.err != nil {
			return fmt.Errorf("step %d: %w", step-1, w.err)
		}
		w.quantize(step, want)
	}
	w.rest(map[tflite.Kind]int{tflite.Less: 1, tflite.Cast: 2, tflite.Sub: 1, tflite.Pack: 1, tflite.ArgMax: 1, tflite.Add: 1})
	return w.err
}

// quantize takes a step: the entry nearest to what is left, and what that leaves.
func (w *walk) quantize(step int, want []float32) {
	rest := w.at
	difference, ok := w.step(tflite.SquaredDifference, 2)
	if !ok {
		return
	}
	if !slices.Equal(w.floats(difference, 1, 1, Entries, Latents), want) {
		w.fail(difference, errors.New("has other entries than the graph that decodes"))
	}
	sum, _ := w.step(tflite.Sum, 2)
	w.ints(sum, 1, -1)
	nearest, _ := w.step(tflite.ArgMin, 2)
	w.ints(nearest, 1, -1)
	code := w.at
	w.chosen(step, code)
	if step == Stages-1 {
		return
	}
	gather, ok := w.user(code, tflite.Gather, 2, 1)
	if !ok {
		return
	}
	w.expect(gather, "axis", w.graph.Operators[gather].Options.Axis, 0)
	if !slices.Equal(w.floats(gather, 0, Entries, Latents), want) {
		w.fail(gather, errors.New("has other entries than the graph that decodes"))
	}
	// What is left of r for the entry q is r - (r + (q - r)).
	back, ok := w.user(w.graph.Operators[gather].Outputs[0], tflite.Sub, 2, 1)
	if !ok {
		return
	}
	w.expect(back, "input 1", w.input(back, 1), rest)
	add, ok := w.user(w.graph.Operators[back].Outputs[0], tflite.Add, 2, 1)
	if !ok {
		return
	}
	w.expect(add, "inputs", w.graph.Operators[add].Inputs, []int{rest, w.graph.Operators[back].Outputs[0]})
	left, ok := w.user(w.graph.Operators[add].Outputs[0], tflite.Sub, 2, 1)
	if !ok {
		return
	}
	w.expect(left, "inputs", w.graph.Operators[left].Inputs, []int{rest, w.graph.Operators[add].Outputs[0]})
	w.at = w.graph.Operators[left].Outputs[0]
}

// chosen takes what makes an output of a code: one of as many numbers is 1, unless the step is beyond those asked for.
func (w *walk) chosen(step, code int) {
	w.at = code
	oneHot, ok := w.step(tflite.OneHot, 4)
	if !ok {
		return
	}
	w.ints(oneHot, 1, Entries)
	scaled, ok := w.step(tflite.Mul, 2)
	if !ok {
		return
	}
	w.stepOf(w.input(scaled, 1), []int32{int32(step)}, []int32{int32(step) + 1}, [5]int{4: 1})
	pack, ok := w.user(w.at, tflite.Pack, Stages, 1)
	if !ok {
		return
	}
	w.expect(pack, "place of the step", slices.Index(w.graph.Operators[pack].Inputs, w.at), step)
}

// rest requires what has not been taken to be so many operators of these kinds: they make a number of steps into ones and
// zeros, and codes beyond it into -1.
func (w *walk) rest(kinds map[tflite.Kind]int) {
	for i, o := range w.graph.Operators {
		if w.taken[i] || o.Kind == tflite.Reshape {
			continue
		}
		if kinds[o.Kind]--; kinds[o.Kind] < 0 {
			w.fail(i, errors.New("is no part of this codec"))
		}
	}
}
