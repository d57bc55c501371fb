package resample

import (
	"fmt"
	"math"
	"testing"
)

// TestInterpolatedCoefficients compares interpolated coefficients with the filter's formula, relative to the largest.
func TestInterpolatedCoefficients(t *testing.T) {
	for level, s := range filters {
		q := Quality(level)
		total := s.At(0, tableRate)
		for m := s.Half*tableRate - 1; m > 0; m-- {
			total += 2 * s.At(m, tableRate)
		}
		for _, ratio := range [][2]int{{160, 147}, {3, 1}, {1, 5}, {44101, 44100}, {31013, 100003}, {100003, 31013}} {
			t.Run(fmt.Sprintf("%v, %d/%d", q, ratio[0], ratio[1]), func(t *testing.T) {
				up, down := ratio[0], ratio[1]
				den := max(up, down)
				scale := tableRate * float64(up) / float64(den) / total
				b := newInterpolatedPolyphase(s, up, down)
				scratch := make([]float64, b.span())
				most := 0.0
				for p := int64(2 * b.center()); p < int64(2*b.center()+up); p += int64(1 + up/211) {
					w := b.coefficients(p, scratch)
					first := p/int64(up) - int64(len(w)) + 1
					for k, got := range w {
						m := int(p-(first+int64(k))*int64(up)) - b.center()
						most = max(most, math.Abs(got-scale*s.At(m, den))/(scale*s.At(0, den)))
					}
				}
				t.Logf("error %.1e of the largest coefficient", most)
				if !(most <= 3e-11) {
					t.Errorf("off by %g of the largest coefficient, want at most 3e-11", most)
				}
			})
		}
	}
}
