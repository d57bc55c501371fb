package dsp

import (
	"math"
	"testing"
)

// TestInterpolatedCoefficients compares interpolated coefficients with the filter's formula, relative to the largest.
func TestInterpolatedCoefficients(t *testing.T) {
	for level, s := range filters {
		q := Quality(level)
		total := s.at(0, tableRate)
		for m := s.half*tableRate - 1; m > 0; m-- {
			total += 2 * s.at(m, tableRate)
		}
		for _, ratio := range [][2]int{{160, 147}, {3, 1}, {1, 5}, {44101, 44100}, {31013, 100003}, {100003, 31013}} {
			up, down := ratio[0], ratio[1]
			den := max(up, down)
			scale := tableRate * float64(up) / float64(den) / total
			b := newInterpolatedBank(s, up, down)
			scratch := make([]float64, b.span())
			worst := 0.0
			for p := int64(2 * b.center()); p < int64(2*b.center()+up); p += int64(1 + up/211) {
				w := b.coefficients(p, scratch)
				first := p/int64(up) - int64(len(w)) + 1
				for k, got := range w {
					m := int(p-(first+int64(k))*int64(up)) - b.center()
					worst = max(worst, math.Abs(got-scale*s.at(m, den))/(scale*s.at(0, den)))
				}
			}
			t.Logf("%v %v: error %.1e of the largest coefficient", q, ratio, worst)
			if worst > 3e-11 {
				t.Errorf("%v %v: interpolation is off by %g of the largest coefficient", q, ratio, worst)
			}
		}
	}
}
