package kernel

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/tailwave/tailwave/testdata/recorded"
)

// TestElementwiseSpecialValues has the arguments whose results the documentation states, and those next to them.
func TestElementwiseSpecialValues(t *testing.T) {
	inf, nan, zero := float32(math.Inf(1)), float32(math.NaN()), float32(math.Copysign(0, -1))
	tiny := float32(math.SmallestNonzeroFloat32)
	for _, l := range Levels() {
		for _, c := range []struct {
			name     string
			f        func(dst, src []float32)
			src, dst []float32
		}{
			{"Exp", l.Exp, []float32{nan, -inf, -104, -103.9, zero, 0, tiny, 88.8, inf},
				[]float32{nan, 0, 0, tiny, 1, 1, 1, inf, inf}},
			{"Expm1", l.Expm1, []float32{nan, -inf, -18, zero, 0, tiny, -tiny, 88.8, inf},
				[]float32{nan, -1, -1, zero, 0, tiny, -tiny, inf, inf}},
			{"Tanh", l.Tanh, []float32{nan, -inf, -10, zero, 0, tiny, -tiny, 10, math.MaxFloat32, inf},
				[]float32{nan, -1, -1, zero, 0, tiny, -tiny, 1, 1, 1}},
			{"Sigmoid", l.Sigmoid, []float32{nan, -inf, -105, -103.9, zero, 0, 18, inf},
				[]float32{nan, 0, 0, tiny, 0.5, 0.5, 1, 1}},
			{"Sin", l.Sin, []float32{nan, -inf, zero, 0, tiny, -tiny, 0x1.000002p48, -0x1.000002p48, inf},
				[]float32{nan, nan, zero, 0, tiny, -tiny, nan, nan, nan}},
			{"ReLU", l.ReLU, []float32{nan, -inf, -1, -tiny, zero, 0, tiny, inf}, []float32{nan, 0, 0, 0, 0, 0, tiny, inf}},
			{"LeakyReLU", func(dst, src []float32) { l.LeakyReLU(dst, src, 0.5) },
				[]float32{nan, -inf, -1, -2 * tiny, zero, 0, tiny, inf}, []float32{nan, -inf, -0.5, -tiny, zero, 0, tiny, inf}},
			{"ELU", func(dst, src []float32) { l.ELU(dst, src, 2) },
				[]float32{nan, -inf, -20, -tiny, zero, 0, tiny, inf}, []float32{nan, -2, -2, -2 * tiny, zero, 0, tiny, inf}},
			{"Snake", func(dst, src []float32) { l.Snake(dst, src, []float32{1}, []float32{1}) },
				[]float32{nan, -inf, zero, 0, tiny, inf}, []float32{nan, nan, 0, 0, tiny, nan}},
			{"Add", func(dst, src []float32) { l.Add(dst, src, src) },
				[]float32{nan, zero, tiny, inf}, []float32{nan, zero, 2 * tiny, inf}},
			{"Scale", func(dst, src []float32) { l.Scale(dst, src, 2) },
				[]float32{nan, zero, tiny, inf}, []float32{nan, zero, 2 * tiny, inf}},
			{"AddFrames", func(dst, src []float32) { l.AddFrames(dst, src, []float32{zero, tiny}) },
				[]float32{nan, -tiny, zero, inf}, []float32{nan, 0, zero, inf}},
		} {
			t.Run(fmt.Sprintf("%v/%s", l, c.name), func(t *testing.T) {
				got := make([]float32, len(c.src))
				c.f(got, c.src)
				for i, x := range c.src {
					if !alike(got[i], c.dst[i]) {
						t.Errorf("%g: got %g, want %g", x, got[i], c.dst[i])
					}
				}
			})
		}
	}
}

// TestElementwiseDefinitions compares the simple functions with their definitions, written out once more. Products
// stand alone, so nothing can be fused.
func TestElementwiseDefinitions(t *testing.T) {
	const slope, s = -0.3, 1.7
	a, b := rowOf(5, 0.4), rowOf(5, 2)
	for _, c := range []struct {
		name string
		run  func(l Level, dst, src []float32)
		want func(i int, x float32) float32
	}{
		{"ReLU", Level.ReLU, func(_ int, x float32) float32 {
			if x > 0 || x != x {
				return x
			}
			return 0
		}},
		{"LeakyReLU", func(l Level, dst, src []float32) { l.LeakyReLU(dst, src, slope) }, func(_ int, x float32) float32 {
			if x >= 0 || x != x {
				return x
			}
			return x * slope
		}},
		{"Scale", func(l Level, dst, src []float32) { l.Scale(dst, src, s) }, func(_ int, x float32) float32 {
			return x * s
		}},
		{"Add", func(l Level, dst, src []float32) { l.Add(dst, src, src) }, func(_ int, x float32) float32 { return x + x }},
		{"AddFrames", func(l Level, dst, src []float32) { l.AddFrames(dst, src, b) }, func(i int, x float32) float32 {
			return x + b[i%5]
		}},
		{"Snake", func(l Level, dst, src []float32) { l.Snake(dst, src, a, b) }, func(i int, x float32) float32 {
			sine := []float32{x * a[i%5]}
			Generic.Sin(sine, sine)
			square := sine[0] * sine[0]
			return x + square/b[i%5]
		}},
	} {
		for _, l := range Levels() {
			t.Run(fmt.Sprintf("%s/%v", c.name, l), func(t *testing.T) {
				check := func(src []float32) {
					src = src[:len(src)-len(src)%5]
					dst := make([]float32, len(src))
					c.run(l, dst, src)
					for i, x := range src {
						if want := c.want(i, x); !alike(dst[i], want) {
							t.Fatalf("%x: got %x, want %x", x, dst[i], want)
						}
					}
				}
				stride(1_000_003, check)
				check(special)
			})
		}
	}
}

// accuracies holds the bounds that the documentation states, and functions to compare with.
var accuracies = []struct {
	name  string
	bound float64 // in ulp
	limit float64 // of the magnitude of arguments
	run   func(l Level, dst, src []float32)
	want  func(x float64) float64
}{
	{"exp", 0.5001, math.Inf(1), Level.Exp, math.Exp},
	{"expm1", 0.5002, math.Inf(1), Level.Expm1, math.Expm1},
	{"tanh", 0.5002, math.Inf(1), Level.Tanh, math.Tanh},
	{"sigmoid", 0.5001, math.Inf(1), Level.Sigmoid, func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }},
	{"sin", 0.5001, sinLimit, Level.Sin, math.Sin},
	{"elu", 0.5002, math.Inf(1), func(l Level, dst, src []float32) { l.ELU(dst, src, 1.3) }, func(x float64) float64 {
		if x > 0 {
			return x
		}
		return float64(float32(1.3)) * math.Expm1(x)
	}},
}

// ulps returns the distance of got from want in units in the last place of float32 at want.
func ulps(got float32, want float64) float64 {
	if math.IsNaN(want) {
		if got != got {
			return 0
		}
		return math.Inf(1)
	}
	g := float64(got)
	g = math.Copysign(min(math.Abs(g), 0x1p128), g) // what infinity stands for in rounding
	want = math.Copysign(min(math.Abs(want), 0x1p128), want)
	if g == want {
		return 0
	}
	_, e := math.Frexp(want)
	return math.Abs(g-want) / math.Ldexp(1, min(max(e, -125), 128)-24)
}

// TestElementwiseAccuracy compares with package math, whose float64 results are good to about 2^-52.
func TestElementwiseAccuracy(t *testing.T) {
	levels := Levels()
	l := levels[len(levels)-1] // the others have the same bits
	for _, a := range accuracies {
		t.Run(a.name, func(t *testing.T) {
			var worst float64
			var at float32
			var dst []float32
			check := func(src []float32) {
				dst = append(dst[:0], src...)
				a.run(l, dst, dst)
				for i, x := range src {
					if math.Abs(float64(x)) > a.limit {
						continue
					}
					if e := ulps(dst[i], a.want(float64(x))); !(e <= worst) {
						worst, at = e, x
					}
				}
			}
			stride(steps(), check)
			check(special)
			t.Logf("largest error %.6f ulp, at %x", worst, at)
			if !(worst <= a.bound) {
				t.Errorf("error at %x: got %.6f ulp, want at most %g", at, worst, a.bound)
			}
		})
	}
}

// TestElementwiseLevels compares every level with the definition.
func TestElementwiseLevels(t *testing.T) {
	for _, f := range elementwises() {
		t.Run(f.name, func(t *testing.T) {
			var want, got []float32
			failed := map[Level]bool{} // one failure is reported for each level
			check := func(src []float32) {
				src = src[:len(src)-len(src)%f.channels]
				want, got = append(want[:0], src...), append(got[:0], src...)
				f.run(Generic, want, src)
				for _, l := range Levels()[1:] {
					f.run(l, got, src)
					for i := range src {
						if !alike(got[i], want[i]) && !failed[l] {
							failed[l] = true
							t.Errorf("%v: %x: got %x, want %x", l, src[i], got[i], want[i])
						}
					}
				}
			}
			stride(steps(), check)
			check(special)
		})
	}
}

// TestElementwiseBits compares the SHA-256 of results with the recorded ones, for every target and processor feature at
// hand. They never change.
func TestElementwiseBits(t *testing.T) {
	var grid []float32
	for bits := uint64(0); bits < 1<<32; bits += 214_759 {
		grid = append(grid, math.Float32frombits(uint32(bits)))
	}
	grid = append(grid, special...)
	hashes := map[string]string{}
	for _, l := range Levels() {
		for _, f := range elementwises() {
			src := grid[:len(grid)-len(grid)%f.channels]
			dst := make([]float32, len(src))
			f.run(l, dst, src)
			h := sha256.New()
			for _, v := range dst {
				if v != v {
					v = math.Float32frombits(0x7fc00000)
				}
				h.Write(binary.LittleEndian.AppendUint32(nil, math.Float32bits(v)))
			}
			sum := hex.EncodeToString(h.Sum(nil))
			if first, ok := hashes[f.name]; ok && sum != first {
				t.Errorf("%s, %v: got hash %.12s, want %.12s of level %v", f.name, l, sum, first, Levels()[0])
			} else {
				hashes[f.name] = sum
			}
		}
	}
	recorded.Check(t, "elementwise", hashes)
}

// BenchmarkElementwise runs each function over 2048 numbers of a size that activations see, from and to the first-level
// cache, and over 64.
func BenchmarkElementwise(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	src := make([]float32, 2048)
	for i := range src {
		src[i] = float32(4 * rng.NormFloat64())
	}
	dst := make([]float32, len(src))
	functions := elementwises()
	for _, c := range []int{24, 20, 4} {
		p, q, name := rowOf(c, 0.7), rowOf(c, 1.3), fmt.Sprintf(", %d channels", c)
		functions = append(functions,
			elementwise{"snake" + name, c, func(l Level, dst, src []float32) { l.Snake(dst, src, p, q) }},
			elementwise{"add frames" + name, c, func(l Level, dst, src []float32) { l.AddFrames(dst, src, p) }})
	}
	for _, f := range functions {
		for _, l := range Levels() {
			for _, n := range []int{64, 2048} {
				n -= n % f.channels
				b.Run(fmt.Sprintf("%s/%s/%d", f.name, l, n), func(b *testing.B) {
					b.SetBytes(int64(4 * n))
					for b.Loop() {
						f.run(l, dst[:n], src[:n])
					}
					b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/element")
				})
			}
		}
	}
}
