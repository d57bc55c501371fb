package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// oddities are among the values that kernels are tested with.
var oddities64 = []float64{0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN(), 5e-324, -1e-310, 1e300, -1e-300}

// rough returns n random values, of which one in so many is odd; 0 for none.
func rough(rng *rand.Rand, n, odd int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = math.Ldexp(rng.Float64()-0.5, rng.IntN(20)-10)
		if odd > 0 && rng.IntN(odd) == 0 {
			x[i] = oddities64[rng.IntN(len(oddities64))]
		}
	}
	return x
}

// same reports the first difference in bits; any NaN is any other.
func same64(t *testing.T, what string, got, want []float64) {
	t.Helper()
	for i, v := range want {
		if math.Float64bits(got[i]) != math.Float64bits(v) && !(v != v && got[i] != got[i]) {
			t.Fatalf("%s: element %d is %v, the definition has %v", what, i, got[i], v)
		}
	}
}

// guarded returns a copy of x, misaligned, between values that must not change, and a function that checks those.
func guarded64(t *testing.T, x []float64) ([]float64, func()) {
	const guard = 1.25
	b := make([]float64, len(x)+19)
	for i := range b {
		b[i] = guard
	}
	copy(b[9:], x)
	return b[9:][:len(x):len(x)], func() {
		t.Helper()
		for i := range 9 {
			if b[i] != guard || b[9+len(x)+i] != guard {
				t.Fatal("wrote outside the slice")
			}
		}
	}
}

// TestTransformSteps compares the assembly with the Go code that defines it: all sizes, odd values, outside untouched.
func TestTransformSteps(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, level := range Levels()[1:] {
		for _, m := range []int{1, 2, 4, 8, 32} {
			for _, runs := range []int{1, 2, 5} {
				for _, odd := range []int{0, 7} {
					for _, lanes := range []int{HalfLanes, Lanes} {
						name := fmt.Sprintf("%v, m %d, %d runs of %d lanes", level, m, runs, lanes)
						n := 4 * m * runs * lanes
						re, im, turns := rough(rng, n, odd), rough(rng, n, odd), rough(rng, 6*m, 0)
						wantRe, wantIm := append([]float64(nil), re...), append([]float64(nil), im...)
						Generic.Split4(wantRe, wantIm, turns, m, lanes)
						gotRe, okRe := guarded64(t, re)
						gotIm, okIm := guarded64(t, im)
						level.Split4(gotRe, gotIm, turns, m, lanes)
						same64(t, name+", split, real", gotRe, wantRe)
						same64(t, name+", split, imaginary", gotIm, wantIm)
						okRe()
						okIm()

						pairs, okPairs := guarded64(t, re)
						want := append([]float64(nil), re...)
						Generic.Pairs(want, lanes)
						level.Pairs(pairs, lanes)
						same64(t, name+", pairs", pairs, want)
						okPairs()

						wantRe, wantIm = append([]float64(nil), re...), append([]float64(nil), im...)
						Generic.Join4(wantRe, wantIm, turns, m, lanes)
						gotRe, okRe = guarded64(t, re)
						gotIm, okIm = guarded64(t, im)
						level.Join4(gotRe, gotIm, turns, m, lanes)
						same64(t, name+", join, real", gotRe, wantRe)
						same64(t, name+", join, imaginary", gotIm, wantIm)
						okRe()
						okIm()

						rows := 4 * m * runs
						mirror, weights := make([]int32, rows), rough(rng, 4*rows, 0)
						for i := range mirror {
							mirror[i] = int32(rng.IntN(rows))
						}
						wantRe, wantIm = make([]float64, n), make([]float64, n)
						Generic.Mix(wantRe, wantIm, re, im, weights, mirror, lanes)
						gotRe, okRe = guarded64(t, make([]float64, n))
						gotIm, okIm = guarded64(t, make([]float64, n))
						level.Mix(gotRe, gotIm, re, im, weights, mirror, lanes)
						same64(t, name+", mix, real", gotRe, wantRe)
						same64(t, name+", mix, imaginary", gotIm, wantIm)
						okRe()
						okIm()
					}
				}
			}
		}
	}
}

// TestTransformRefusals: nothing is touched by a step whose slices do not fit it, empty ones among them.
func TestTransformRefusals(t *testing.T) {
	for _, level := range Levels() {
		for _, c := range []struct{ re, im, turns, m int }{
			{0, 0, 6, 1}, {2, 2, 6, 1}, {4, 8, 6, 1}, {12, 12, 12, 2}, {4, 4, 5, 1}, {4, 4, 6, 0}, // rows
		} {
			for name, step := range map[string]func(re, im, turns []float64, m, lanes int){"split": level.Split4, "join": level.Join4} {
				for _, lanes := range []int{HalfLanes, Lanes} {
					ones := make([]float64, 64*Lanes)
					for i := range ones {
						ones[i] = 1
					}
					re, im := append([]float64(nil), ones...), append([]float64(nil), ones...)
					if !panics(func() { step(re[:c.re*lanes], im[:c.im*lanes], make([]float64, c.turns), c.m, lanes) }) {
						t.Errorf("%v, %s of %+v: not refused", level, name, c)
					}
					same64(t, name, re, ones)
					same64(t, name, im, ones)
				}
			}
		}
		for _, j := range []int32{-1, 4, math.MaxInt32, math.MinInt32} {
			x := make([]float64, 4*Lanes)
			if !panics(func() { level.Mix(x, x, x, x, make([]float64, 16), []int32{0, j, 3, 1}, Lanes) }) {
				t.Errorf("%v: mirror image in row %d of 4: not refused", level, j)
			}
		}
		for _, w := range []Walk{{At: -1, Of: 1}, {Whole: -1, Of: 2}, {Part: -1, Of: 2}, {Part: 2, Of: 2}, {Phase: 2, Of: 2}, {Whole: 8, Of: 2}, {Of: 3}} {
			if !panics(func() {
				level.Interpolate(make([]float32, 2), 1, 2, make([]float64, Taps+7), make([]float64, 2*Taps), &w)
			}) {
				t.Errorf("%v, %+v: not refused", level, w)
			}
		}
	}
}

// TestInterleave: every lane and length, there and back, and rounding.
func TestInterleave(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, level := range Levels() {
		for n := 0; n <= 24; n += 2 {
			for _, c := range [][2]int{{HalfLanes, 0}, {Lanes, 0}, {Lanes, 4}} {
				lanes, first := c[0], c[1]
				var x [4][]float32
				var y [4][]float64
				for l := range x {
					x[l], y[l] = make([]float32, n), make([]float64, n)
					for i := range x[l] {
						x[l][i] = rng.Float32() - 0.5
					}
				}
				re, okRe := guarded64(t, make([]float64, n/2*lanes))
				im, okIm := guarded64(t, make([]float64, n/2*lanes))
				level.Interleave(re, im, lanes, first, &x)
				okRe()
				okIm()
				rows := make([]float64, n*lanes) // re and im in turn
				for i := range n / 2 {
					copy(rows[2*i*lanes:], re[i*lanes:][:lanes])
					copy(rows[(2*i+1)*lanes:], im[i*lanes:][:lanes])
				}
				for i, v := range rows {
					lane := i % lanes
					if want := lane >= first && lane < first+4; !want && v != 0 {
						t.Fatalf("%v, %d values: lane %d was touched", level, n, lane)
					} else if want && v != float64(x[lane-first][i/lanes]) {
						t.Fatalf("%v, %d values: lane %d has %v at %d", level, n, lane, v, i/lanes)
					}
				}
				level.Deinterleave(&y, 4, &[4][]float64{rows, rows[min(len(rows), lanes):], rows[min(len(rows), 2*lanes):], rows[min(len(rows), 3*lanes):]}, 4*lanes, first, n/4)
				out, okOut := make([]float32, n+1), 0
				for l := range y {
					level.Round(out[:n], 1, n, y[l], 1)
					for i := range n / 4 * 4 {
						if y[l][i] != float64(x[l][i]) || out[i] != x[l][i] {
							t.Fatalf("%v, %d values: signal %d comes back as %v", level, n, l, y[l][i])
						}
						okOut++
					}
				}
				if out[n] != 0 || okOut != n/4*16 {
					t.Fatal("rounding went too far")
				}
			}
		}
	}
	dst := make([]float32, 7)
	Generic.Round(dst, 3, 3, []float64{1, 2, 3, 4, 5}, 2)
	if want := [7]float32{1, 0, 0, 3, 0, 0, 5}; [7]float32(dst) != want {
		t.Errorf("rounded in steps: %v", dst)
	}
}

// TestInterpolate compares with the definition, one result at a time, for walks of all kinds.
func TestInterpolate(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for _, level := range Levels() {
		for range 300 {
			of := 1 + rng.IntN(9)
			w := Walk{At: rng.IntN(3), Phase: rng.IntN(of), Whole: rng.IntN(4), Part: rng.IntN(of), Of: of}
			n, stride := rng.IntN(20), 1+rng.IntN(3)
			x, table := rough(rng, 3+n*5+Taps, 50), rough(rng, of*Taps, 0)
			dst := make([]float32, n*stride+5)
			got := w
			level.Interpolate(dst, stride, n, x, table, &got)
			for i := range n * stride {
				want := float32(0)
				if i%stride == 0 {
					place := w.At*of + w.Phase + i/stride*(w.Whole*of+w.Part)
					want = float32(InterpolateOne(x[place/of:], table[place%of*Taps:]))
				}
				if math.Float32bits(dst[i]) != math.Float32bits(want) && !(dst[i] != dst[i] && want != want) {
					t.Fatalf("%v, %+v: result %d is %v, want %v", level, w, i, dst[i], want)
				}
			}
			end := w.At*of + w.Phase + n*(w.Whole*of+w.Part)
			if got.At != end/of || got.Phase != end%of || dst[n*stride] != 0 {
				t.Fatalf("%v: %d steps from %+v lead to %+v", level, n, w, got)
			}
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
