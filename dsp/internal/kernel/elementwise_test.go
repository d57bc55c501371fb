package kernel

import (
	"flag"
	"math"
	"testing"
)

var all = flag.Bool("all", false, "elementwise tests take all 2^32 arguments")

// An elementwise is a function under test with its other arguments bound, as one of two slices. Lengths must be whole
// numbers of frames of so many channels.
type elementwise struct {
	name     string
	channels int
	run      func(l Level, dst, src []float32)
}

// elementwises lists every function; those of frames with several numbers of channels.
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

// rowOf returns n different factors about v, of either sign.
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
			got := make([]float32, len(c.src))
			c.f(got, c.src)
			for i, x := range c.src {
				if !alike(got[i], c.dst[i]) {
					t.Errorf("%s.%s(%g) = %g, want %g", l, c.name, x, got[i], c.dst[i])
				}
			}
		}
	}
}

// alike says that two numbers have the same bits or are both NaN.
func alike(a, b float32) bool { return math.Float32bits(a) == math.Float32bits(b) || a != a && b != b }
