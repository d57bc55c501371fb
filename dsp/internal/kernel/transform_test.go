package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// A step is a step of the transform under test, on n values, with its other arguments bound.
type step struct {
	name  string
	n     []int // numbers of values to test
	turns func(n int) int
	run   func(l Level, re, im, turns []float64, x []float32)
}

// transformSteps lists all steps of the transform and of its inverse.
func transformSteps() []step {
	single := func(values int) func(int) int { return func(int) int { return values } }
	groups := func(n int) int { return n / 64 * RowTurns }
	list := []step{
		{"load and split by 4", []int{32, 64, 128, 160}, single(6), func(l Level, re, im, turns []float64, x []float32) {
			l.LoadSplit4(re, im, x, turns)
		}},
		{"load and split by 2", []int{16, 32, 64, 80}, single(2), func(l Level, re, im, turns []float64, x []float32) {
			l.LoadSplit2(re, im, x, turns)
		}},
		{"load and split by 8", []int{64, 128, 320}, single(14), func(l Level, re, im, turns []float64, x []float32) {
			l.LoadSplit8(re, im, x, turns, turns[2:])
		}},
		{"join 8", []int{64, 128, 320}, single(14), func(l Level, re, im, turns []float64, _ []float32) {
			l.Join8(re, im, turns, turns[2:])
		}},
		{"join 2", []int{16, 32, 64, 80}, single(2), func(l Level, re, im, turns []float64, _ []float32) {
			l.Join2(re, im, turns)
		}},
		{"split rows", []int{64, 128, 320}, groups, func(l Level, re, im, turns []float64, _ []float32) {
			l.SplitRows(re, im, turns)
		}},
	}
	for count := 1; count <= 3; count++ {
		turns := func(n int) int { return groups(n) + 2*count*(n+8) }
		list = append(list, step{fmt.Sprintf("join rows of %d products", count), []int{64, 128, 320}, turns,
			func(l Level, re, im, turns []float64, x []float32) {
				const at = 8
				n := len(re) + at
				products, signal := make([]SpectrumProduct, count), make([]float64, 2*n)
				for i := range re {
					signal[at+i], signal[n+at+i] = float64(x[i]), float64(x[len(re)+i])
				}
				for i := range products {
					w := turns[groups(len(re))+2*i*n:]
					products[i] = SpectrumProduct{signal[:n], signal[n:], w[:n], w[n : 2*n]}
				}
				l.JoinRows(re, im, turns[:groups(len(re))], products, at)
			}})
	}
	for _, m := range []int{8, 16, 24} {
		turns := func(n int) int { return n / (4 * m) * 6 }
		lengths := []int{4 * m, 8 * m, 20 * m}
		list = append(list, step{fmt.Sprintf("split by 4, quarters of %d", m), lengths, turns,
			func(l Level, re, im, turns []float64, _ []float32) { l.Split4(re, im, turns, m) }},
			step{fmt.Sprintf("join 4, quarters of %d", m), lengths, turns,
				func(l Level, re, im, turns []float64, _ []float32) { l.Join4(re, im, turns, m) }})
	}
	return list
}

// TestTransformSteps compares the assembly with the Go code that defines it, for several sizes and odd values. Nothing
// is written outside the slices.
func TestTransformSteps(t *testing.T) {
	for _, level := range Levels()[1:] {
		for _, s := range transformSteps() {
			for _, n := range s.n {
				for _, odd := range []int{0, 7, onlyZeros} {
					t.Run(fmt.Sprintf("%v/%s/%d values, one odd in %d", level, s.name, n, odd), func(t *testing.T) {
						checkStepBits(t, level, s, n, odd)
					})
				}
			}
		}
	}
}

// onlyZeros makes all values +0 or -0, whose sums show the sign of each term.
const onlyZeros = -1

func checkStepBits(t *testing.T, level Level, s step, n, odd int) {
	t.Helper()
	rng := seeded(t)
	values := func(n int) []float64 {
		x := rough(rng, n, max(0, odd))
		for i := range x {
			if odd == onlyZeros {
				x[i] = math.Copysign(0, rng.Float64()-0.5)
			}
		}
		return x
	}
	re, im, turns := values(n), values(n), rough(rng, s.turns(n), 0)
	x := make([]float32, 2*n)
	for i, v := range values(2 * n) {
		x[i] = float32(v)
	}
	wantRe, wantIm := slices.Clone(re), slices.Clone(im)
	s.run(Generic, wantRe, wantIm, turns, x)
	gotRe, checkRe := guarded64(re)
	gotIm, checkIm := guarded64(im)
	s.run(level, gotRe, gotIm, turns, x)
	checkSame64(t, "real", gotRe, wantRe)
	checkSame64(t, "imaginary", gotIm, wantIm)
	checkRe(t, "real")
	checkIm(t, "imaginary")
}

// TestTransformInverse: each step of the inverse undoes its step of the transform, except for the radix.
func TestTransformInverse(t *testing.T) {
	const n, m = 640, 16
	rng := seeded(t)
	unit := func(groups, each, row int) []float64 { // turns of absolute value 1: each complex values in groups, in rows
		turns := make([]float64, groups*each*2*row)
		for g := range groups * each {
			for k := range row {
				c := rng.Float64()
				turns[2*g*row+k], turns[(2*g+1)*row+k] = c, math.Sqrt(1-c*c)
			}
		}
		return turns
	}
	four, rows := unit(n/(4*m), 3, 1), unit(n/64, 6, Row)
	for g := 0; g < len(rows); g += RowTurns {
		copy(rows[g+10*Row:], unit(2, 3, 1)) // of two runs of rows
	}
	x := make([]float32, 2*n)
	for i := range x {
		x[i] = rng.Float32() - 0.5
	}
	two, ones, zeros := unit(1, 1, 1), slices.Repeat([]float64{1}, n), make([]float64, n)
	re, im := make([]float64, n), make([]float64, n)
	for _, level := range Levels() {
		t.Run(level.String(), func(t *testing.T) {
			level.LoadSplit2(re, im, x, two)
			level.Split4(re, im, four, m)
			level.SplitRows(re, im, rows)
			level.JoinRows(re, im, rows, []SpectrumProduct{{re, im, ones, zeros}}, 0)
			level.Join4(re, im, four, m)
			level.Join2(re, im, two)
			for i := range n {
				if d := max(math.Abs(re[i]/256-float64(x[i])), math.Abs(im[i]/256-float64(x[i+n]))); !(d < 1e-14) {
					t.Fatalf("value %d: got %v%+vi, want %v%+vi", i, re[i]/256, im[i]/256, x[i], x[i+n])
				}
			}
		})
	}
}

// TestTransformRefusals: a step whose slices do not fit it, empty ones among them, panics and touches nothing.
func TestTransformRefusals(t *testing.T) {
	fit := func(x []float64) []SpectrumProduct { return []SpectrumProduct{{x, x, x, x}} }
	short := func(x []float64, slice int) []SpectrumProduct { // the second product has a short slice
		parts := [4][]float64{x, x, x, x}
		parts[slice] = x[:len(x)-1]
		return []SpectrumProduct{{x, x, x, x}, {parts[0], parts[1], parts[2], parts[3]}}
	}
	for _, level := range Levels() {
		for name, call := range map[string]func(re, im []float64){
			"no values":                 func(re, im []float64) { level.Split4(re[:0], im[:0], make([]float64, 6), 8) },
			"half a run":                func(re, im []float64) { level.Split4(re[:16], im[:16], make([]float64, 6), 8) },
			"a run and a half":          func(re, im []float64) { level.Join4(re[:48], im[:48], make([]float64, 12), 8) },
			"quarters of 4":             func(re, im []float64) { level.Join4(re[:16], im[:16], make([]float64, 6), 4) },
			"quarters of 12":            func(re, im []float64) { level.Split4(re[:48], im[:48], make([]float64, 6), 12) },
			"quarters of -8":            func(re, im []float64) { level.Split4(re, im, make([]float64, 6), -8) },
			"quarters of 2^62":          func(re, im []float64) { level.Split4(re[:32], im[:32], make([]float64, 6), 1<<62) },
			"quarters of 2^62+8":        func(re, im []float64) { level.Join4(re[:32], im[:32], make([]float64, 6), 1<<62+8) },
			"a long signal":             func(re, im []float64) { level.LoadSplit4(re[:32], im[:32], make([]float32, 65), make([]float64, 6)) },
			"eighths of 4":              func(re, im []float64) { level.Join8(re[:32], im[:32], make([]float64, 2), make([]float64, 12)) },
			"no turn of radix 2":        func(re, im []float64) { level.Join8(re, im, nil, make([]float64, 12)) },
			"turns of half the eighths": func(re, im []float64) { level.Join8(re, im, make([]float64, 2), make([]float64, 6)) },
			"a short signal of eighths": func(re, im []float64) {
				level.LoadSplit8(re, im, make([]float32, 127), make([]float64, 2), make([]float64, 12))
			},
			"a signal without its turn":     func(re, im []float64) { level.LoadSplit8(re, im, make([]float32, 128), nil, make([]float64, 12)) },
			"eighths of a signal, no turns": func(re, im []float64) { level.LoadSplit8(re, im, make([]float32, 128), make([]float64, 2), nil) },
			"no rows":                       func(re, im []float64) { level.SplitRows(re[:0], im[:0], make([]float64, RowTurns)) },
			"rows of different length":      func(re, im []float64) { level.SplitRows(re, im[:0], make([]float64, RowTurns)) },
			"quarters of 0":                 func(re, im []float64) { level.Split4(re, im, make([]float64, 6), 0) },
			"parts of different length":     func(re, im []float64) { level.Split4(re[:32], im[:64], make([]float64, 6), 8) },
			"turns of one run for two":      func(re, im []float64) { level.Split4(re[:64], im[:64], make([]float64, 6), 8) },
			"a short signal":                func(re, im []float64) { level.LoadSplit4(re[:32], im[:32], make([]float32, 63), make([]float64, 6)) },
			"a signal without turns":        func(re, im []float64) { level.LoadSplit2(re[:32], im[:32], make([]float32, 64), nil) },
			"a join without turns":          func(re, im []float64) { level.Join2(re, im, make([]float64, 1)) },
			"a row that is no group":        func(re, im []float64) { level.SplitRows(re[:8], im[:8], make([]float64, RowTurns)) },
			"turns that are too few":        func(re, im []float64) { level.SplitRows(re, im, make([]float64, RowTurns-1)) },
			"no product":                    func(re, im []float64) { level.JoinRows(re, im, make([]float64, RowTurns), nil, 0) },
			"a short real part":             func(re, im []float64) { level.JoinRows(re, im, make([]float64, RowTurns), short(re, 0), 0) },
			"a short imaginary part":        func(re, im []float64) { level.JoinRows(re, im, make([]float64, RowTurns), short(re, 1), 0) },
			"a short filter":                func(re, im []float64) { level.JoinRows(re, im, make([]float64, RowTurns), short(re, 2), 0) },
			"a short imaginary filter":      func(re, im []float64) { level.JoinRows(re, im, make([]float64, RowTurns), short(re, 3), 0) },
			"a place outside of a product":  func(re, im []float64) { level.JoinRows(re, im, make([]float64, RowTurns), fit(re), 1) },
			"a place before a product":      func(re, im []float64) { level.JoinRows(re, im, make([]float64, RowTurns), fit(re), -1) },
		} {
			t.Run(fmt.Sprintf("%v/%s", level, name), func(t *testing.T) {
				ones := slices.Repeat([]float64{1}, 64)
				re, im := slices.Clone(ones), slices.Clone(ones)
				if !panics(func() { call(re, im) }) {
					t.Error("got no panic, want one")
				}
				checkSame64(t, "real", re, ones)
				checkSame64(t, "imaginary", im, ones)
			})
		}
	}
}

func BenchmarkTransform(b *testing.B) {
	const n = 512
	rng := rand.New(rand.NewPCG(1, 2))
	re, im, x := make([]float64, n), make([]float64, n), make([]float32, 2*n)
	turns, w, x2 := make([]float64, n/64*RowTurns), rough(rng, 2*n, 0), rough(rng, 2*n, 0)
	for _, level := range Levels() {
		for name, run := range map[string]func(){
			"load4":  func() { level.LoadSplit4(re, im, x, turns) },
			"split4": func() { level.Split4(re, im, turns, n/16) },
			"rows4":  func() { level.Split4(re, im, turns, 8) },
			"join4":  func() { level.Join4(re, im, turns, n/16) },
			"rows":   func() { level.SplitRows(re, im, turns) },
			"join rows": func() {
				level.JoinRows(re, im, turns, []SpectrumProduct{{x2[:n], x2[n : 2*n], w[:n], w[n:]}}, 0)
			},
		} {
			b.Run(fmt.Sprintf("%s/%v", name, level), func(b *testing.B) {
				for b.Loop() {
					run()
				}
			})
		}
	}
}
