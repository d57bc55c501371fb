// Package weights reads the tensors of trained models from the files that people have them in, and brings the weights
// of layers into the order that package layer takes.
//
// [Open] reads the header of a file alone, and [Recognize] says what a file is that Open does not read. A [Set] knows
// names and shapes, and reads the numbers of a tensor when a model takes it, so that a file can be compared with a
// model before any weights are read.
package weights

import (
	"fmt"
	"math"
	"slices"
)

// A Tensor is an array of float32, the last dimension varying fastest.
type Tensor struct {
	Shape []int     // nil also if it is unknown, for some types that are not read
	Type  string    // of the numbers in the file, such as float16, or what makes them; "" stands for float32
	Data  []float32 // nil if the numbers are still in a file, or if only the shape is known

	read func() ([]float32, error) // reads Data from a file; nil if they are not in one
}

// A Set holds tensors by name, also those of types that are not read, which Take refuses. A model takes those that it
// uses; the rest are what it does not use. One goroutine may use a Set at a time.
type Set map[string]Tensor

// Shapes returns a set in which only the shapes of the tensors are known. There, Take, Conv and ConvTranspose make the
// checks that names and shapes allow, and return nil in place of numbers.
func (s Set) Shapes() Set {
	shapes := Set{}
	for name, t := range s {
		shapes[name] = Tensor{Shape: t.Shape, Type: t.Type}
	}
	return shapes
}

// Layer returns the shape of the weights of a layer, weight-normalised or not; nil if there is none of that name.
func (s Set) Layer(name string) []int {
	for _, names := range weightNorm {
		if t, ok := s[name+names.v]; ok {
			return t.Shape
		}
	}
	return s[name+".weight"].Shape
}

// Take returns the numbers of the tensor of that name, which must have the given shape, and removes it from the set.
// Numbers that are not finite are refused.
func (s Set) Take(name string, shape ...int) ([]float32, error) {
	t, ok := s[name]
	if !ok {
		return nil, fmt.Errorf("there is no tensor %s", name)
	}
	if !t.Floating() {
		return nil, fmt.Errorf("tensor %s is of %s, must be of float32, float16, bfloat16 or float64", name, t.Type)
	}
	if !slices.Equal(t.Shape, shape) {
		return nil, fmt.Errorf("tensor %s has shape %v, must be %v", name, t.Shape, shape)
	}
	data, err := t.numbers()
	if err != nil {
		return nil, fmt.Errorf("tensor %s: %w", name, err)
	}
	for i, v := range data {
		if v-v != 0 {
			return nil, fmt.Errorf("tensor %s holds %v, element %d", name, v, i)
		}
	}
	delete(s, name)
	return data, nil
}

// Floating reports whether the numbers of a tensor are read: those of floating-point types are.
func (t Tensor) Floating() bool {
	switch t.Type {
	case "", float64s.name, float32s.name, float16s.name, bfloat16s.name:
		return true
	}
	return false
}

// numbers returns the numbers of a tensor, from the file if they are there; nil if only the shape is known.
func (t Tensor) numbers() ([]float32, error) {
	if t.read != nil {
		return t.read()
	}
	return t.Data, nil
}

// weightNorm are what follows the name of a layer in the names of its g and v: those of torch.nn.utils.weight_norm, and
// those of torch.nn.utils.parametrizations.weight_norm, which took its place.
var weightNorm = [...]struct{ g, v string }{
	{".weight_g", ".weight_v"},
	{".parametrizations.weight.original0", ".parametrizations.weight.original1"},
}

// takeFolded returns name.weight, or what a weight-normalised layer has instead. Some files have both, and they must
// agree.
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

// agree requires the weight of a layer to be its folded weight norm, except for the rounding of either.
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

// fold returns g*v/|v|, with the norm over all dimensions but the first (Salimans and Kingma, "Weight Normalization",
// 2016). The quotient is taken in float64 and rounded once.
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
			return nil, fmt.Errorf("tensor %s has norm 0 at %d", nameV, i)
		}
		for k, x := range v[i*row:][:row] {
			f := float32(float64(float64(gi)*float64(x)) / norm)
			if f-f != 0 {
				return nil, fmt.Errorf("tensor %s, normalised, times %s is %v, element %d", nameV, nameG, f, i*row+k)
			}
			w[i*row+k] = f
		}
	}
	return w, nil
}

// Conv returns the filters, [taps, out, in/groups], and the bias, [out], of a torch.nn.Conv1d: name.weight
// [out, in/groups, taps] or its weight-normalised form, and name.bias. If both forms are there, they must agree within
// 1e-4 of the largest weight.
func (s Set) Conv(name string, out, in, taps int) (filters, bias []float32, err error) {
	w, err := s.takeFolded(name, out, in, taps)
	if err != nil {
		return nil, nil, err
	}
	filters = reorder(w, out, in, taps, in, 1)
	bias, err = s.Take(name+".bias", out)
	return filters, bias, err
}

// ConvTranspose returns the filters, [taps, out, in], and the bias, [out], of a torch.nn.ConvTranspose1d without
// groups: name.weight [in, out, taps] or its weight-normalised form, and name.bias. If both forms are there, they must
// agree as those of Conv.
func (s Set) ConvTranspose(name string, in, out, taps int) (filters, bias []float32, err error) {
	w, err := s.takeFolded(name, in, out, taps)
	if err != nil {
		return nil, nil, err
	}
	filters = reorder(w, out, in, taps, 1, out)
	bias, err = s.Take(name+".bias", out)
	return filters, bias, err
}

// reorder returns filters [taps, out, in] of weights w, in which the taps of output o and input i begin at
// (o*outStep + i*inStep)*taps; nil for nil.
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

// Elements returns how many numbers the tensors of the set hold, by their shapes.
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
