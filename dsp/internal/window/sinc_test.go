package window

import (
	"fmt"
	"math"
	"testing"
)

var sincs = []Sinc{
	{Half: 144, Cutoff: 0.9655, Beta: 17.2}, {Half: 8, Cutoff: 0.5, Beta: 9}, {Half: 3, Cutoff: 1, Beta: 0},
}

// formula computes h of the documentation of Sinc with package math, and I0 as the integral of exp(x*cos(a))/pi over a
// from 0 to pi.
func formula(s Sinc, x float64) float64 {
	bessel := 0.0
	const steps = 64 // the trapezoidal rule converges geometrically for a periodic integrand
	arg := s.Beta * math.Sqrt(1-x*x/float64(s.Half*s.Half))
	for k := range 2 * steps {
		bessel += math.Exp(arg*math.Cos(math.Pi*float64(k)/steps)) / (2 * steps)
	}
	if x == 0 {
		return s.Cutoff * bessel
	}
	return math.Sin(math.Pi*s.Cutoff*x) / (math.Pi * x) * bessel
}

func near(got, want, largest float64) bool { return math.Abs(got-want) <= 1e-13*largest }

func TestAt(t *testing.T) {
	for _, s := range sincs {
		t.Run(fmt.Sprintf("%+v", s), func(t *testing.T) {
			const den = 7
			for num := -s.Half*den + 1; num < s.Half*den; num++ {
				want := formula(s, float64(num)/den)
				if got := s.At(num, den); !near(got, want, formula(s, 0)) {
					t.Errorf("At(%d, %d): got %g, want %g", num, den, got, want)
				}
			}
		})
	}
}

func TestSample(t *testing.T) {
	const den, sum, margin = 5, 3.0, 2
	for _, s := range sincs {
		t.Run(fmt.Sprintf("%+v", s), func(t *testing.T) {
			side := s.Half*den - 1
			h := s.Sample(den, sum, margin)
			if want := 2*(side+margin) + 1; len(h) != want {
				t.Fatalf("got %d values, want %d", len(h), want)
			}
			middle, total := side+margin, 0.0
			for m := -side; m <= side; m++ {
				total += h[middle+m]
				want := formula(s, float64(m)/den) / formula(s, 0) * h[middle]
				if !near(h[middle+m], want, h[middle]) {
					t.Errorf("value at %d: got %g, want %g", m, h[middle+m], want)
				}
			}
			if !near(total, sum, sum) {
				t.Errorf("got sum %g without the margins, want %g", total, sum)
			}
			for i, v := range h {
				if v != h[len(h)-1-i] {
					t.Errorf("value %d is %g, want its mirror image %g", i, v, h[len(h)-1-i])
				}
			}
		})
	}
}

func TestSpread(t *testing.T) {
	const num, den, sum = 3, 7, 2.0
	for _, s := range sincs {
		t.Run(fmt.Sprintf("%+v", s), func(t *testing.T) {
			side := s.Half*den/num + 2 // beyond the filter
			h := s.Spread(side, num, den, sum)
			if want := 2*side + 1; len(h) != want {
				t.Fatalf("got %d values, want %d", len(h), want)
			}
			total := 0.0
			for j := -side; j <= side; j++ {
				got, want := h[side+j], 0.0
				total += got
				if x := math.Abs(float64(j) * num / den); x < float64(s.Half) {
					want = formula(s, x) / formula(s, 0) * h[side]
				}
				if !near(got, want, h[side]) || want == 0 && got != 0 {
					t.Errorf("value at %d*%d/%d: got %g, want %g", j, num, den, got, want)
				}
			}
			if !near(total, sum, sum) {
				t.Errorf("got sum %g, want %g", total, sum)
			}
		})
	}
}
