package kernel

import (
	"flag"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"testing"
)

var all = flag.Bool("all", false, "elementwise tests take all 2^32 arguments")

// seeded returns a generator whose seed is the name of the test, so a row that runs alone has the same values.
func seeded(t *testing.T) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(t.Name()))
	return rand.New(rand.NewPCG(h.Sum64(), 0))
}

// guarded returns n values inside guard cells of NaN, which begin offset cells into an array, and a function that
// reports whether the guards are untouched.
func guarded[T Float](rng *rand.Rand, n, offset int) (values []T, intact func() bool) {
	cells := make([]T, offset+n+9)
	for i := range cells {
		cells[i] = T(math.NaN())
	}
	values = cells[offset : offset+n : offset+n]
	for i := range values {
		values[i] = T(math.Ldexp(rng.NormFloat64(), rng.IntN(12)-6))
	}
	return values, func() bool {
		for i, v := range cells {
			if (i < offset || i >= offset+n) && v == v {
				return false
			}
		}
		return true
	}
}

// equal reports whether two slices have the same bits.
func equal[T Float](a, b []T) bool {
	for i := range a {
		if math.Float64bits(float64(a[i])) != math.Float64bits(float64(b[i])) {
			return false
		}
	}
	return len(a) == len(b)
}

// oddities64 are among the values that kernels are tested with.
var oddities64 = []float64{
	0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN(), 5e-324, -1e-310, 1e300, -1e-300,
}

// rough returns n random values. About one in odd is from oddities64. If odd is 0, all are ordinary.
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

// checkSame64 reports the first difference in bits. Any NaN equals any NaN.
func checkSame64(t *testing.T, what string, got, want []float64) {
	t.Helper()
	for i, v := range want {
		if math.Float64bits(got[i]) != math.Float64bits(v) && !(v != v && got[i] != got[i]) {
			t.Errorf("%s: element %d: got %v, want %v", what, i, got[i], v)
			return
		}
	}
}

// guarded64 returns a misaligned copy of x between values that must not change, and a function that checks those.
func guarded64(x []float64) (values []float64, check func(t *testing.T, what string)) {
	const margin, guard = 9, 1.25
	b := make([]float64, margin+len(x)+margin+1)
	for i := range b {
		b[i] = guard
	}
	copy(b[margin:], x)
	return b[margin:][:len(x):len(x)], func(t *testing.T, what string) {
		t.Helper()
		for i, v := range b {
			if at := i - margin; (at < 0 || at >= len(x)) && v != guard {
				t.Errorf("%s: outside of %d elements, at %d: got %v, want %v untouched", what, len(x), at, v, guard)
				return
			}
		}
	}
}

// panics reports whether f panics.
func panics(f func()) (did bool) {
	defer func() { did = recover() != nil }()
	f()
	return false
}

// An elementwise is a function under test with its other arguments bound, as one of two slices. Lengths must be whole
// numbers of frames of the given number of channels.
type elementwise struct {
	name     string
	channels int
	run      func(l Level, dst, src []float32)
}

// elementwises lists every function. Functions of frames are listed with several numbers of channels.
func elementwises() []elementwise {
	list := []elementwise{
		{"exp", 1, Level.Exp},
		{"expm1", 1, Level.Expm1},
		{"tanh", 1, Level.Tanh},
		{"sigmoid", 1, Level.Sigmoid},
		{"sin", 1, Level.Sin},
		{"relu", 1, Level.ReLU},
		{"leaky relu", 1, func(l Level, dst, src []float32) { l.LeakyReLU(dst, src, 0.1) }},
		{"leaky relu, negative slope", 1, func(l Level, dst, src []float32) { l.LeakyReLU(dst, src, -3) }},
		{"elu", 1, func(l Level, dst, src []float32) { l.ELU(dst, src, 1) }},
		{"elu, large alpha", 1, func(l Level, dst, src []float32) { l.ELU(dst, src, 1.7e5) }},
		{"scale", 1, func(l Level, dst, src []float32) { l.Scale(dst, src, -0.3) }},
		{"double", 1, func(l Level, dst, src []float32) { l.Add(dst, src, src) }},
	}
	for _, c := range []struct {
		channels string
		n        int
	}{{"1", 1}, {"2", 2}, {"3", 3}, {"5", 5}, {"7", 7}, {"8", 8}, {"12", 12}, {"32", 32}, {"41", 41}} {
		a, b := rowOf(c.n, 0.7), rowOf(c.n, 1.3)
		list = append(list,
			elementwise{"snake " + c.channels, c.n, func(l Level, dst, src []float32) { l.Snake(dst, src, a, b) }},
			elementwise{"add frames " + c.channels, c.n, func(l Level, dst, src []float32) { l.AddFrames(dst, src, b) }},
		)
	}
	return list
}

// rowOf returns n different factors of either sign, from v up to v+1 in magnitude.
func rowOf(n int, v float32) []float32 {
	row := make([]float32, n)
	for i := range row {
		row[i] = v + float32(i)/float32(n+1)
		if i%5 == 4 {
			row[i] = -row[i]
		}
	}
	return row
}

// special holds arguments at which something changes.
var special = func() []float32 {
	inf, tiny := float32(math.Inf(1)), float32(math.SmallestNonzeroFloat32)
	list := []float32{float32(math.NaN()), math.Float32frombits(0x7f800001), math.Float32frombits(0xffc12345)}
	for _, v := range []float32{
		0, tiny, 2 * tiny, 0x1.fffffcp-127, 0x1p-126, 0x1p-75, 0x1p-24, 0x1p-12, 0.1, math.Ln2 / 2, 0.5, math.Ln2, 1, 1.5,
		math.Pi / 2, 2, math.Pi, 9, 9.1, 16.6, 17.4, 52.25, 87.33, 88.02, 88.72, 88.73, 89, 103.2, 103.97, 103.98, 104.5, 105,
		1e4, 1e9, 0x1p48, 0x1.000002p48, 0x1p51, 0x1p53, 0x1p63, 1e30, math.MaxFloat32, inf,
	} {
		list = append(list, v, -v)
	}
	return list
}()

// stride calls f with runs of arguments whose bits go up by step, over all 32 bits.
func stride(step uint64, f func(src []float32)) {
	buf := make([]float32, 0, 8*lanes*41)
	for bits := uint64(0); bits < 1<<32; bits += step {
		buf = append(buf, math.Float32frombits(uint32(bits)))
		if len(buf) == cap(buf) {
			f(buf)
			buf = buf[:0]
		}
	}
	f(buf)
}

// steps returns the distance of the arguments to test with. It is prime, so all exponents meet all kinds of fractions.
func steps() uint64 {
	switch {
	case *all:
		return 1
	case testing.Short():
		return 100_003
	}
	return 4_001
}

// alike reports whether two numbers have the same bits or are both NaN.
func alike(a, b float32) bool { return math.Float32bits(a) == math.Float32bits(b) || a != a && b != b }
