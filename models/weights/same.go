package weights

import (
	"math"
	"slices"
	"strings"
)

// sameWithin is the largest difference between copies of a tensor, relative to its largest magnitude. Folding weight
// norm in float32 moves a number by about 1e-7.
const sameWithin = 1e-5

// Same reports whether the named tensors have the same numbers in a and b, within 1e-5 of the largest magnitude of a
// tensor. A weight-normalised layer in one set equals the folded layer in the other. Same removes the tensors that it
// compares from both sets. It fails like [Set.Take].
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

// plainNames returns the names of tensors after folding weight norm, each once.
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

// takePlain returns the numbers of a tensor of any shape, with weight norm folded. It returns nil if the set has no
// such tensor.
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

// near reports whether a and b are the same except for rounding.
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
