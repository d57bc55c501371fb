package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestTransformSteps compares the assembly with the Go code that defines it, for all sizes and odd values. Nothing is
// written outside the slices.
func TestTransformSteps(t *testing.T) {
	for _, level := range Levels()[1:] {
		for _, m := range []int{1, 2, 4, 8, 32} {
			for _, runs := range []int{1, 2, 5} {
				for _, odd := range []int{0, 7} {
					for _, lanes := range []int{HalfLanes, Lanes} {
						name := fmt.Sprintf("%v/m %d, %d runs of %d lanes", level, m, runs, lanes)
						if odd > 0 {
							name += ", odd values"
						}
						t.Run(name, func(t *testing.T) { checkSteps(t, level, m, runs, odd, lanes) })
					}
				}
			}
		}
	}
}

// checkSteps compares each step of a level with Go, on rows with about one odd value in the given number.
func checkSteps(t *testing.T, level Level, m, runs, odd, lanes int) {
	t.Helper()
	rng := seeded(t)
	rows := 4 * m * runs
	n := rows * lanes
	re, im, turns := rough(rng, n, odd), rough(rng, n, odd), rough(rng, 6*m, 0)
	weights, mirror := rough(rng, 4*rows, 0), make([]int32, rows)
	for i := range mirror {
		mirror[i] = int32(rng.IntN(rows))
	}
	for _, c := range []struct {
		name   string
		re, im []float64 // before the step
		step   func(l Level, re, im []float64)
	}{
		{"split", re, im, func(l Level, re, im []float64) { l.Split4(re, im, turns, m, lanes) }},
		{"join", re, im, func(l Level, re, im []float64) { l.Join4(re, im, turns, m, lanes) }},
		{"pairs", re, im, func(l Level, re, im []float64) { l.Pairs(re, lanes); l.Pairs(im, lanes) }},
		{"mix", make([]float64, n), make([]float64, n), func(l Level, dstRe, dstIm []float64) {
			l.Mix(dstRe, dstIm, re, im, weights, mirror, lanes)
		}},
	} {
		wantRe, wantIm := slices.Clone(c.re), slices.Clone(c.im)
		c.step(Generic, wantRe, wantIm)
		gotRe, checkRe := guarded64(c.re)
		gotIm, checkIm := guarded64(c.im)
		c.step(level, gotRe, gotIm)
		checkSame64(t, c.name+", real", gotRe, wantRe)
		checkSame64(t, c.name+", imaginary", gotIm, wantIm)
		checkRe(t, c.name+", real")
		checkIm(t, c.name+", imaginary")
	}
}

// TestTransformRefusals: a step whose slices do not fit it, empty ones among them, panics and touches nothing.
func TestTransformRefusals(t *testing.T) {
	ones := slices.Repeat([]float64{1}, 64*Lanes)
	for _, level := range Levels() {
		for _, c := range []struct{ re, im, turns, m int }{ // re and im in rows
			{0, 0, 6, 1}, {2, 2, 6, 1}, {4, 8, 6, 1}, {12, 12, 12, 2}, {4, 4, 5, 1}, {4, 4, 6, 0},
		} {
			for name, step := range map[string]func(re, im, turns []float64, m, lanes int){
				"split": level.Split4, "join": level.Join4,
			} {
				for _, lanes := range []int{HalfLanes, Lanes} {
					t.Run(fmt.Sprintf("%v/%s/%+v of %d lanes", level, name, c, lanes), func(t *testing.T) {
						re, im := slices.Clone(ones), slices.Clone(ones)
						if !panics(func() { step(re[:c.re*lanes], im[:c.im*lanes], make([]float64, c.turns), c.m, lanes) }) {
							t.Error("got no panic, want one")
						}
						checkSame64(t, "real", re, ones)
						checkSame64(t, "imaginary", im, ones)
					})
				}
			}
		}
		for _, row := range []int32{-1, 4, math.MaxInt32, math.MinInt32} {
			t.Run(fmt.Sprintf("%v/mix/mirror image in row %d of 4", level, row), func(t *testing.T) {
				x := make([]float64, 4*Lanes)
				if !panics(func() { level.Mix(x, x, x, x, make([]float64, 16), []int32{0, row, 3, 1}, Lanes) }) {
					t.Error("got no panic, want one")
				}
			})
		}
	}
}

func BenchmarkTransform(b *testing.B) {
	const m, rows = 128, 512
	rng := rand.New(rand.NewPCG(1, 2))
	all := rough(rng, 4*(rows*Lanes+160), 0)
	part := func(i int) []float64 { return all[i*(rows*Lanes+160):][:rows*Lanes] }
	re, im, turns := part(0), part(1), rough(rng, 6*m, 0)
	for i := range turns {
		turns[i] = 0.25
	}
	mirror, weights := make([]int32, rows), make([]float64, 4*rows)
	for i := range mirror {
		mirror[i] = int32(rows - 1 - i)
	}
	out, out2 := part(2), part(3)
	for _, level := range Levels() {
		b.Run("split/"+level.String(), func(b *testing.B) {
			for b.Loop() {
				level.Split4(re, im, turns, m, Lanes)
			}
		})
		b.Run("join/"+level.String(), func(b *testing.B) {
			for b.Loop() {
				level.Join4(re, im, turns, m, Lanes)
			}
		})
		b.Run("mix/"+level.String(), func(b *testing.B) {
			for b.Loop() {
				level.Mix(out, out2, re, im, weights, mirror, Lanes)
			}
		})
	}
}
