package lyra

import (
	"errors"
	"fmt"
	"slices"

	"github.com/tailwave/tailwave/models/tflite"
)

// readCodebooks returns the codebooks of a model. It must have two graphs: the first one decodes codes, the second one
// encodes latents with a number of codebooks. Both must hold the same entries.
func readCodebooks(m *tflite.Model) ([]*codebook, error) {
	if n := len(m.Graphs); n != 2 {
		return nil, fmt.Errorf("number of graphs: %d, must be 2, the first to decode and the second to encode", n)
	}
	for i, want := range [][2]int{{1, 1}, {2, 2}} {
		if g := m.Graphs[i]; len(g.Inputs) != want[0] || len(g.Outputs) != want[1] {
			return nil, fmt.Errorf("graph %d: has %d inputs and %d outputs, must have %d and %d",
				i, len(g.Inputs), len(g.Outputs), want[0], want[1])
		}
	}
	entries, err := decodeGraph(m)
	if err != nil {
		return nil, fmt.Errorf("graph 0: %w", err)
	}
	if err := encodeGraph(m, entries); err != nil {
		return nil, fmt.Errorf("graph 1: %w", err)
	}
	books := make([]*codebook, Codebooks)
	for i, e := range entries {
		if books[i], err = newCodebook(e); err != nil {
			return nil, err
		}
	}
	return books, nil
}

// decodeGraph follows the decoding graph from its output, a sum of entries, back to its input, and returns the entries
// of each codebook, [Entries, Latents]. A code of -1 adds nothing to the sum.
func decodeGraph(m *tflite.Model) ([][]float32, error) {
	g := m.Graphs[0]
	w := newWalk(m, g, g.Inputs[0])
	entries := make([][]float32, Codebooks)
	codes, ones := -1, -1
	sum := g.Outputs[0]
	for stage := Codebooks - 1; stage >= 0; stage-- {
		term := sum
		if stage > 0 {
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
		w.partOf(&ones, w.input(scaled, 1), []int32{int32(stage)}, []int32{int32(stage) + 1}, [5]int{4: 1})
		gather, ok := w.made(w.input(scaled, 0), tflite.Gather, 2)
		if !ok {
			break
		}
		w.expect(gather, "axis", w.graph.Operators[gather].Options.Axis, 0)
		entries[stage] = w.floats(gather, 0, Entries, Latents)
		first, end := []int32{int32(stage), 0, 0}, []int32{int32(stage) + 1, 1, 1}
		w.partOf(&codes, w.input(gather, 1), first, end, [5]int{0: 6, 1: 6, 4: 1})
	}
	// codes must be max(code, 0), and ones must be 1 where the code is not -1, else 0.
	if positive, ok := w.made(codes, tflite.Maximum, 2); ok {
		w.expect(positive, "input 0", w.input(positive, 0), w.at)
		w.ints(positive, 1, 0)
	}
	cast, _ := w.made(ones, tflite.Cast, 1)
	different, ok := w.made(w.from(cast), tflite.NotEqual, 2)
	if ok {
		w.ints(different, 1, -1)
		w.partOf(&w.at, w.from(different), []int32{0, 0, 0}, []int32{0, 1, 1}, [5]int{0: 1, 1: 1, 4: 6})
	}
	return entries, w.end(w.at)
}

// from returns the first input of an operator, or 0 after an error.
func (w *walk) from(operator int) int {
	if w.err != nil {
		return 0
	}
	return w.input(operator, 0)
}

// partOf requires that t is the part from begin to end of the tensor *whole. If *whole is -1, partOf sets it, so that
// further calls require the same tensor.
func (w *walk) partOf(whole *int, t int, begin, end []int32, masks [5]int) {
	i, ok := w.made(t, tflite.StridedSlice, 4)
	if !ok {
		return
	}
	if *whole < 0 {
		*whole = w.input(i, 0)
	}
	w.expect(i, "input 0", w.input(i, 0), *whole)
	w.expect(i, "masks", w.graph.Operators[i].Options.Masks, masks)
	w.ints(i, 1, begin...)
	w.ints(i, 2, end...)
	w.ints(i, 3, slices.Repeat([]int32{1}, len(begin))...)
}

// encodeGraph follows the encoding graph through all codebooks, which must have these entries.
func encodeGraph(m *tflite.Model, entries [][]float32) error {
	g := m.Graphs[1]
	input := slices.IndexFunc(g.Inputs, func(t int) bool { return slices.Equal(g.Tensors[t].Shape, []int{1, 1, Latents}) })
	if input < 0 {
		return fmt.Errorf("has no input of %d latents", Latents)
	}
	w := newWalk(m, g, g.Inputs[input])
	ones, packed := -1, 0
	for stage, want := range entries {
		if w.err != nil {
			return fmt.Errorf("codebook %d: %w", stage-1, w.err)
		}
		packed = w.quantize(stage, want, &ones)
	}
	// ones must be 1 for each requested codebook and 0 for the others.
	cast, _ := w.made(ones, tflite.Cast, 1)
	if less, ok := w.made(w.from(cast), tflite.Less, 2); ok {
		var stages []int32
		for i := range Codebooks {
			stages = append(stages, int32(i))
		}
		w.ints(less, 0, stages...)
		w.expect(less, "input 1", w.input(less, 1), g.Inputs[1-input])
	}
	// The code is the index of the 1 in a one-hot vector. If the codebook is not requested, the vector and ones are 0,
	// and adding ones-1 makes the code -1.
	w.at = packed
	most, _ := w.step(tflite.ArgMax, 2)
	w.ints(most, 1, -1)
	less, ok := w.user(ones, tflite.Sub, 2, 1)
	if !ok {
		return w.err
	}
	w.expect(less, "input 0", w.input(less, 0), ones)
	w.scalar(less, 1, 1)
	whole, ok := w.user(w.graph.Operators[less].Outputs[0], tflite.Cast, 1, 1)
	if !ok {
		return w.err
	}
	add, ok := w.user(w.at, tflite.Add, 2, 1)
	if !ok {
		return w.err
	}
	if !w.isAt(w.other(add, w.at), w.graph.Operators[whole].Outputs[0]) {
		w.fail(add, errors.New("must add -1 for codebooks that are not requested"))
	}
	w.at = w.graph.Operators[add].Outputs[0]
	return w.end(g.Outputs[1])
}

// scalar requires that input i of an operator is a constant scalar of this value.
func (w *walk) scalar(operator, i int, want float32) {
	if v := w.floats(operator, i); len(v) == 1 {
		w.expect(operator, fmt.Sprintf("input %d", i), v[0], want)
	}
}

// quantize follows one stage: the choice of the entry nearest to the residual, and the computation of the next
// residual. It returns the tensor in which all codes are packed.
func (w *walk) quantize(stage int, want []float32, ones *int) (packed int) {
	rest := w.at
	difference, ok := w.step(tflite.SquaredDifference, 2)
	if !ok {
		return 0
	}
	if !slices.Equal(w.floats(difference, 1, 1, Entries, Latents), want) {
		w.fail(difference, errors.New("has other entries than the decoding graph"))
	}
	sum, _ := w.step(tflite.Sum, 2)
	w.ints(sum, 1, -1)
	nearest, _ := w.step(tflite.ArgMin, 2)
	w.ints(nearest, 1, -1)
	code := w.at
	packed = w.chosen(stage, code, ones)
	if stage == Codebooks-1 {
		return packed
	}
	gather, ok := w.user(code, tflite.Gather, 2, 1)
	if !ok {
		return 0
	}
	w.expect(gather, "axis", w.graph.Operators[gather].Options.Axis, 0)
	if !slices.Equal(w.floats(gather, 0, Entries, Latents), want) {
		w.fail(gather, errors.New("has other entries than the decoding graph"))
	}
	// The next residual, for the residual r and the entry q, is r - (r + (q - r)).
	back, ok := w.user(w.graph.Operators[gather].Outputs[0], tflite.Sub, 2, 1)
	if !ok {
		return 0
	}
	if !w.isAt(w.input(back, 0), w.graph.Operators[gather].Outputs[0]) || w.input(back, 1) != rest {
		w.fail(back, fmt.Errorf("must subtract the residual, tensor %d, from the entry", rest))
	}
	add, ok := w.user(w.graph.Operators[back].Outputs[0], tflite.Add, 2, 1)
	if !ok {
		return 0
	}
	w.expect(add, "inputs", w.graph.Operators[add].Inputs, []int{rest, w.graph.Operators[back].Outputs[0]})
	left, ok := w.user(w.graph.Operators[add].Outputs[0], tflite.Sub, 2, 1)
	if !ok {
		return 0
	}
	w.expect(left, "inputs", w.graph.Operators[left].Inputs, []int{rest, w.graph.Operators[add].Outputs[0]})
	w.at = w.graph.Operators[left].Outputs[0]
	return packed
}

// chosen follows the operators that turn a code into a one-hot vector, which is all zeros if the codebook is not
// requested.
func (w *walk) chosen(stage, code int, ones *int) (packed int) {
	w.at = code
	oneHot, ok := w.step(tflite.OneHot, 4)
	if !ok {
		return 0
	}
	w.ints(oneHot, 1, Entries)
	w.scalar(oneHot, 2, 1)
	w.scalar(oneHot, 3, 0)
	scaled, ok := w.step(tflite.Mul, 2)
	if !ok {
		return 0
	}
	w.partOf(ones, w.input(scaled, 1), []int32{int32(stage)}, []int32{int32(stage) + 1}, [5]int{4: 1})
	pack, ok := w.user(w.at, tflite.Pack, Codebooks, 1)
	if !ok {
		return 0
	}
	w.expect(pack, "place of the codebook", slices.Index(w.graph.Operators[pack].Inputs, w.at), stage)
	return w.graph.Operators[pack].Outputs[0]
}
