package weights

import (
	"fmt"
	"math"
	"slices"

	"github.com/tailwave/tailwave/dsp"
)

// A Tensor is an array of numbers, the last dimension varying fastest.
type Tensor struct {
	Shape []int // empty for a single number; nil if unknown, which happens for types that are not read

	// Type is the type of the numbers in the file: float16, int64, NumPy array, or for tensors of other kinds the
	// function that makes them, such as torch._utils._rebuild_sparse_tensor. The empty string means float32.
	Type string

	Data []float32 // nil if the numbers are still in the file, or if only the shape is known

	read func() ([]float32, error) // reads Data from a file; nil if they are not in one
}

// A Set holds tensors by name, including those of types that [Set.Take] refuses. A model takes the tensors that it
// uses, so what is left at the end is what the model does not use. A Set is not safe for concurrent use.
type Set map[string]Tensor

// Shapes returns a copy of the set without the numbers. On the copy, [Set.Take], [Set.Conv] and [Set.ConvTranspose]
// check names, types and shapes, and return nil instead of numbers. A model built from the copy shows whether a file
// fits before anything large is read.
func (s Set) Shapes() Set {
	shapes := Set{}
	for name, t := range s {
		shapes[name] = Tensor{Shape: t.Shape, Type: t.Type}
	}
	return shapes
}

// Layer returns the shape of the weights of the named layer, weight-normalised or not. It returns nil if the set has no
// such layer.
func (s Set) Layer(name string) []int {
	for _, names := range weightNorm {
		if t, ok := s[name+names.v]; ok {
			return t.Shape
		}
	}
	return s[name+".weight"].Shape
}

// Take returns the numbers of the named tensor and removes the tensor from the set. It fails, and leaves the set as it
// is, if the tensor is missing, has another shape, is not of a floating-point type, or holds NaN or infinity.
func (s Set) Take(name string, shape ...int) ([]float32, error) {
	t, ok := s[name]
	if !ok {
		return nil, fmt.Errorf("there is no tensor %s: the file holds another model, or a part of one: "+
			"use the config.json of this model", name)
	}
	if !t.Floating() {
		return nil, fmt.Errorf("tensor %s has type %s, must be float32, float16, bfloat16 or float64: "+
			"save it as float32", name, t.Type)
	}
	if !slices.Equal(t.Shape, shape) {
		return nil, fmt.Errorf("tensor %s has shape %s, must be %s: it belongs to another model", name,
			dsp.ListText(t.Shape), dsp.ListText(shape))
	}
	data, err := t.numbers()
	if err != nil {
		return nil, fmt.Errorf("tensor %s: %w", name, err)
	}
	for i, v := range data {
		if v-v != 0 {
			return nil, fmt.Errorf("tensor %s holds %v at element %d: use a checkpoint whose weights are finite",
				name, v, i)
		}
	}
	delete(s, name)
	return data, nil
}

// Floating reports whether the numbers of the tensor can be read: those of floating-point types can.
func (t Tensor) Floating() bool {
	switch t.Type {
	case "", float64s.name, float32s.name, float16s.name, bfloat16s.name:
		return true
	}
	return false
}

// numbers returns the numbers of a tensor, read from the file if need be; nil if only the shape is known.
func (t Tensor) numbers() ([]float32, error) {
	if t.read != nil {
		return t.read()
	}
	return t.Data, nil
}

// weightNorm has the suffixes of the tensors g and v of a weight-normalised layer: those of torch.nn.utils.weight_norm,
// and those of torch.nn.utils.parametrizations.weight_norm, which replaced it.
var weightNorm = [...]struct{ g, v string }{
	{".weight_g", ".weight_v"},
	{".parametrizations.weight.original0", ".parametrizations.weight.original1"},
}

// takeFolded returns name.weight, or the folded weights of a weight-normalised layer. Some files have both, which must
// agree: playing a stale one would change the sound.
func (s Set) takeFolded(name string, shape ...int) ([]float32, error) {
	for _, names := range weightNorm {
		if _, normal := s[name+names.v]; !normal {
			continue
		}
		folded, err := s.fold(name+names.g, name+names.v, shape...)
		if _, both := s[name+".weight"]; !both || err != nil {
			return folded, err
		}
		plain, err := s.Take(name+".weight", shape...)
		if err != nil {
			return nil, err
		}
		return folded, agree(name, folded, plain)
	}
	return s.Take(name+".weight", shape...)
}

// agree requires plain to equal folded, except for rounding in either.
func agree(name string, folded, plain []float32) error {
	largest := 0.0
	for _, w := range folded {
		largest = max(largest, math.Abs(float64(w)))
	}
	for i, w := range folded {
		if math.Abs(float64(w)-float64(plain[i])) > 1e-4*largest {
			return fmt.Errorf("layer %s has a weight and a weight norm that disagree, element %d is %g and %g: "+
				"remove the one that is out of date", name, i, plain[i], w)
		}
	}
	return nil
}

// fold returns g*v/|v|, with the norm over all dimensions except the first (Salimans and Kingma, "Weight
// Normalization", 2016). It computes in float64 and rounds the quotient once.
func (s Set) fold(nameG, nameV string, shape ...int) ([]float32, error) {
	v, err := s.Take(nameV, shape...)
	if err != nil {
		return nil, err
	}
	g, err := s.Take(nameG, append([]int{shape[0]}, slices.Repeat([]int{1}, len(shape)-1)...)...)
	if err != nil {
		return nil, err
	}
	if v == nil || g == nil {
		return nil, nil
	}
	w := make([]float32, len(v))
	row := len(v) / shape[0]
	for i, gi := range g {
		norm := 0.0
		for _, x := range v[i*row:][:row] {
			norm += float64(float64(x) * float64(x))
		}
		if norm = math.Sqrt(norm); norm == 0 {
			return nil, fmt.Errorf("tensor %s has norm 0 in row %d, which weight norm divides by: "+
				"use another checkpoint", nameV, i)
		}
		for k, x := range v[i*row:][:row] {
			f := float32(float64(float64(gi)*float64(x)) / norm)
			if f-f != 0 {
				return nil, fmt.Errorf("tensor %s, normalised and scaled by %s, is %v at element %d: use a checkpoint "+
					"whose weights are finite", nameV, nameG, f, i*row+k)
			}
			w[i*row+k] = f
		}
	}
	return w, nil
}

// Conv takes the tensors of a torch.nn.Conv1d: name.weight [out, in, taps], plain or weight-normalised, and name.bias.
// It returns the filters, [taps, out, in], and the bias, [out], in the order of layer.NewConv1D. For a convolution with
// groups, in is the channels of one group. A file with the plain and the weight-normalised form is accepted if they
// agree within 1e-4 of the largest weight. Conv fails like [Set.Take].
func (s Set) Conv(name string, out, in, taps int) (filters, bias []float32, err error) {
	w, err := s.takeFolded(name, out, in, taps)
	if err != nil {
		return nil, nil, err
	}
	filters = reorder(w, out, in, taps, in, 1)
	bias, err = s.Take(name+".bias", out)
	return filters, bias, err
}

// ConvTranspose takes the tensors of a torch.nn.ConvTranspose1d without groups: name.weight [in, out, taps], plain or
// weight-normalised, and name.bias. It returns the filters, [taps, out, in], and the bias, [out], in the order of
// layer.NewConvTranspose1D. It fails like [Set.Conv].
func (s Set) ConvTranspose(name string, in, out, taps int) (filters, bias []float32, err error) {
	w, err := s.takeFolded(name, in, out, taps)
	if err != nil {
		return nil, nil, err
	}
	filters = reorder(w, out, in, taps, 1, out)
	bias, err = s.Take(name+".bias", out)
	return filters, bias, err
}

// reorder returns the weights w as filters [taps, out, in]. In w, the taps of output o and input i begin at
// (o*outStep + i*inStep)*taps. It returns nil for nil.
func reorder(w []float32, out, in, taps, outStep, inStep int) []float32 {
	if w == nil {
		return nil
	}
	filters := make([]float32, len(w))
	for o := range out {
		for i := range in {
			for j := range taps {
				filters[(j*out+o)*in+i] = w[(o*outStep+i*inStep)*taps+j]
			}
		}
	}
	return filters
}

// Elements returns the count of numbers in all tensors of the set, computed from their shapes.
func (s Set) Elements() int64 {
	var total int64
	for _, t := range s {
		n := int64(1)
		for _, d := range t.Shape {
			n *= int64(d)
		}
		total += n
	}
	return total
}
