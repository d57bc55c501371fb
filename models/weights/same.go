package weights

import (
	"math"
	"slices"
	"strings"
)

// sameWithin is by how much of the largest magnitude of a tensor the numbers of its copies differ at most: folding
// weight normalisation in float32 moves a number by some 1e-7.
const sameWithin = 1e-5

// Same reports whether the tensors of the given names in a, or the layers that they are weights of, have the same
// numbers in b, weight-normalised or not. It removes them from both sets. It fails if they cannot be read.
func Same(a, b Set, names []string) (bool, error) {
	for _, name := range plainNames(names) {
		x, err := a.takePlain(name)
		if err != nil {
			return false, err
		}
		y, err := b.takePlain(name)
		if err != nil {
			return false, err
		}
		if !near(x, y) {
			return false, nil
		}
	}
	return true, nil
}

// plainNames returns the names that tensors have without weight normalisation, each once.
func plainNames(names []string) []string {
	var plain []string
	for _, name := range names {
		for _, n := range weightNorm {
			for _, suffix := range []string{n.g, n.v} {
				if layer, ok := strings.CutSuffix(name, suffix); ok {
					name = layer + ".weight"
				}
			}
		}
		plain = append(plain, name)
	}
	slices.Sort(plain)
	return slices.Compact(plain)
}

// takePlain returns the numbers of a tensor by its name without weight normalisation, whatever its shape; nil if there
// is none.
func (s Set) takePlain(name string) ([]float32, error) {
	layer, isWeight := strings.CutSuffix(name, ".weight")
	if shape := s.Layer(layer); isWeight && len(shape) > 0 {
		return s.takeFolded(layer, shape...)
	}
	if t, ok := s[name]; ok {
		return s.Take(name, t.Shape...)
	}
	return nil, nil
}

// near reports whether numbers are the same but for rounding.
func near(a, b []float32) bool {
	if len(a) != len(b) {
		return false
	}
	largest, difference := 0.0, 0.0
	for i, x := range a {
		largest = max(largest, math.Abs(float64(x)))
		difference = max(difference, math.Abs(float64(x)-float64(b[i])))
	}
	return difference <= sameWithin*largest
}
