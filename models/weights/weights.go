// Package weights reads the tensors of trained models from the files that people have them in, and brings the weights of
// layers into the order that package dsp takes.
package weights

import (
	"fmt"
	"math"
	"slices"
)

// A Tensor is an array of float32, the last dimension varying fastest.
type Tensor struct {
	Shape []int
	Data  []float32
}

// A Set holds tensors by name.
type Set map[string]Tensor

// Take returns the tensor of that name, which must have the given shape, and removes it from the set: what is left in the
// end is what a model does not use. Values that are not finite are refused.
func (s Set) Take(name string, shape ...int) ([]float32, error) {
	t, ok := s[name]
	if !ok {
		return nil, fmt.Errorf("there is no tensor %s", name)
	}
	if !slices.Equal(t.Shape, shape) {
		return nil, fmt.Errorf("tensor %s has shape %v, must be %v", name, t.Shape, shape)
	}
	for i, v := range t.Data {
		if v-v != 0 {
			return nil, fmt.Errorf("tensor %s holds %v, element %d", name, v, i)
		}
	}
	delete(s, name)
	return t.Data, nil
}

// weightNorm are the names of g and v behind a layer's: those of torch.nn.utils.weight_norm, and those of
// torch.nn.utils.parametrizations.weight_norm, which took its place.
var weightNorm = [...]struct{ g, v string }{
	{".weight_g", ".weight_v"},
	{".parametrizations.weight.original0", ".parametrizations.weight.original1"},
}

// takeFolded returns name.weight, or what a weight-normalised layer has instead.
func (s Set) takeFolded(name string, shape ...int) ([]float32, error) {
	for _, names := range weightNorm {
		if _, normal := s[name+names.v]; normal {
			return s.fold(name+names.g, name+names.v, shape...)
		}
	}
	return s.Take(name+".weight", shape...)
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
// [out, in/groups, taps] or its weight-normalised form, and name.bias.
func (s Set) Conv(name string, out, in, taps int) (filters, bias []float32, err error) {
	w, err := s.takeFolded(name, out, in, taps)
	if err != nil {
		return nil, nil, err
	}
	filters = reorder(w, out, in, taps, in, 1)
	bias, err = s.Take(name+".bias", out)
	return filters, bias, err
}

// ConvTranspose returns the filters, [taps, out, in], and the bias, [out], of a torch.nn.ConvTranspose1d without groups:
// name.weight [in, out, taps] or its weight-normalised form, and name.bias.
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
// (o*outStep + i*inStep)*taps.
func reorder(w []float32, out, in, taps, outStep, inStep int) []float32 {
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

// Elements returns how many numbers the tensors of the set hold.
func (s Set) Elements() int64 {
	var n int64
	for _, t := range s {
		n += int64(len(t.Data))
	}
	return n
}
