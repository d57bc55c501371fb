package kernel

import (
	"fmt"
	"slices"
	"testing"
)

// TestInterpolate compares with the definition, one result at a time, for walks of all kinds.
func TestInterpolate(t *testing.T) {
	for _, level := range Levels() {
		for of := 1; of <= 9; of++ {
			t.Run(fmt.Sprintf("%v/phases in %d", level, of), func(t *testing.T) {
				rng := seeded(t)
				for range 34 {
					w := Walk{At: rng.IntN(3), Phase: rng.IntN(of), Whole: rng.IntN(4), Part: rng.IntN(of), Of: of}
					n, stride := rng.IntN(20), 1+rng.IntN(3)
					x, table := rough(rng, 3+n*5+Taps, 50), rough(rng, of*Taps, 0)
					checkInterpolate(t, level, w, n, stride, x, table)
				}
			})
		}
	}
}

// checkInterpolate compares n results, the values between and after them, and the end of the walk.
func checkInterpolate(t *testing.T, level Level, w Walk, n, stride int, x, table []float64) {
	t.Helper()
	dst := make([]float32, n*stride+5)
	got := w
	level.Interpolate(dst, stride, n, x, table, &got)
	for i, v := range dst {
		want := float32(0)
		if i < n*stride && i%stride == 0 {
			place := w.At*w.Of + w.Phase + i/stride*(w.Whole*w.Of+w.Part)
			want = float32(InterpolateOne(x[place/w.Of:], table[place%w.Of*Taps:]))
		}
		if !alike(v, want) {
			t.Errorf("%d results in steps of %d from %+v: element %d: got %v, want %v", n, stride, w, i, v, want)
			break
		}
	}
	end := w.At*w.Of + w.Phase + n*(w.Whole*w.Of+w.Part)
	want := w
	want.At, want.Phase = end/w.Of, end%w.Of
	if got != want {
		t.Errorf("walk after %d results from %+v: got %+v, want %+v", n, w, got, want)
	}
}

// TestInterpolateOrder has terms that cancel, so that the sum is 1 in the documented order alone.
func TestInterpolateOrder(t *testing.T) {
	const large = 1 << 60
	for name, x := range map[string][Taps]float64{
		"first and third sum":   {0: large, 1: 1, 2: -large},
		"second and fourth sum": {0: 1, 1: large, 3: -large},
		"products of a sum":     {0: large, 4: -large, 8: 1},
	} {
		for _, level := range Levels() {
			t.Run(fmt.Sprintf("%s/%v", name, level), func(t *testing.T) {
				dst := make([]float32, 1)
				level.Interpolate(dst, 1, 1, x[:], slices.Repeat([]float64{1}, Taps), &Walk{Of: 1})
				if dst[0] != 1 {
					t.Errorf("got %v, want 1", dst[0])
				}
			})
		}
	}
}

// TestInterpolateRefusals: a walk with fields out of range, or outside of the signal or the table, panics.
func TestInterpolateRefusals(t *testing.T) {
	for _, level := range Levels() {
		for _, w := range []Walk{
			{At: -1, Of: 1}, {Whole: -1, Of: 2}, {Part: -1, Of: 2}, {Part: 2, Of: 2}, {Phase: 2, Of: 2}, {Whole: 8, Of: 2},
			{Of: 3},
		} {
			t.Run(fmt.Sprintf("%v/%+v", level, w), func(t *testing.T) {
				if !panics(func() {
					level.Interpolate(make([]float32, 2), 1, 2, make([]float64, Taps+7), make([]float64, 2*Taps), &w)
				}) {
					t.Error("got no panic, want one")
				}
			})
		}
	}
}
