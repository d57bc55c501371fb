package kernel

import (
	"fmt"
	"testing"
)

// TestElementwiseSlices runs all short lengths, and up to 10 frames, at all alignments, in place and not, with guards on
// both sides.
func TestElementwiseSlices(t *testing.T) {
	const guard = 0x1.23456p-40
	values := make([]float32, 500)
	for i := range values {
		values[i] = float32(i%80-40) * 0.173
	}
	values[3], values[11] = special[0], special[len(special)-1]
	for _, f := range elementwises() {
		for n := 0; n <= max(4*lanes+9, 10*f.channels); n += f.channels {
			src := values[:n]
			want := make([]float32, n)
			f.run(Generic, want, src)
			for _, l := range Levels() {
				for offset := range 81 {
					from, to := offset%9, offset/9
					in, out := fenced(src, from, guard), fenced(make([]float32, n), to, guard)
					f.run(l, out[lanes+to:][:n:n], in[lanes+from:][:n:n])
					checkFenced(t, fmt.Sprintf("%s, %s, %d from %d to %d", f.name, l, n, from, to), out, want, to, guard)
					checkFenced(t, fmt.Sprintf("%s, %s, %d: source", f.name, l, n), in, src, from, guard)
					if from == to {
						f.run(l, in[lanes+from:][:n:n], in[lanes+from:][:n:n])
						checkFenced(t, fmt.Sprintf("%s, %s, %d in place at %d", f.name, l, n, from), in, want, from, guard)
					}
					if t.Failed() {
						return
					}
				}
			}
		}
	}
}

// fenced returns a copy of v at lanes+offset, guards around it.
func fenced(v []float32, offset int, guard float32) []float32 {
	all := make([]float32, lanes+offset+len(v)+2*lanes)
	for i := range all {
		all[i] = guard
	}
	copy(all[lanes+offset:], v)
	return all
}

func checkFenced(t *testing.T, what string, got, want []float32, offset int, guard float32) {
	t.Helper()
	for i, v := range got {
		if at := i - lanes - offset; at < 0 || at >= len(want) {
			if v != guard {
				t.Errorf("%s: wrote at %d", what, at)
				return
			}
		} else if !alike(v, want[at]) {
			t.Errorf("%s: element %d is %x, want %x", what, at, v, want[at])
			return
		}
	}
}

// TestElementwiseAddTwo has different operands, and dst the same as either.
func TestElementwiseAddTwo(t *testing.T) {
	for _, l := range Levels() {
		for n := range 50 {
			x, y, want := rowOf(n, 1), rowOf(n, 20), make([]float32, n)
			for i := range want {
				want[i] = x[i] + y[i]
			}
			dst := make([]float32, n)
			l.Add(dst, x, y)
			left, right := append([]float32(nil), x...), append([]float32(nil), y...)
			l.Add(left, left, y)
			l.Add(right, x, right)
			for i, v := range want {
				if dst[i] != v || left[i] != v || right[i] != v {
					t.Fatalf("%s: %d elements: %v, %v, %v at %d, want %v", l, n, dst[i], left[i], right[i], i, v)
				}
			}
		}
	}
}

func TestElementwiseAllocations(t *testing.T) {
	src, dst := make([]float32, 41*128), make([]float32, 41*128)
	for _, f := range elementwises() {
		n := len(src) - len(src)%f.channels
		for _, l := range Levels() {
			if a := testing.AllocsPerRun(5, func() { f.run(l, dst[:n], src[:n]) }); a != 0 {
				t.Errorf("%s, %s allocates %v times", f.name, l, a)
			}
		}
	}
}

func TestElementwisePanics(t *testing.T) {
	two, three, six := make([]float32, 2), make([]float32, 3), make([]float32, 6)
	for _, l := range Levels() {
		for name, f := range map[string]func(){
			"Exp":                   func() { l.Exp(two, three) },
			"Expm1":                 func() { l.Expm1(three, two) },
			"Tanh":                  func() { l.Tanh(two, three) },
			"Sigmoid":               func() { l.Sigmoid(two, three) },
			"Sin":                   func() { l.Sin(two, three) },
			"ReLU":                  func() { l.ReLU(two, three) },
			"LeakyReLU":             func() { l.LeakyReLU(two, three, 0.1) },
			"ELU":                   func() { l.ELU(two, three, 1) },
			"Add, first":            func() { l.Add(two, three, two) },
			"Add, second":           func() { l.Add(two, two, three) },
			"Scale":                 func() { l.Scale(two, nil, 1) },
			"Snake, dst":            func() { l.Snake(three, six, three, three) },
			"Snake, parameters":     func() { l.Snake(six, six, three, two) },
			"Snake, no channels":    func() { l.Snake(six, six, nil, nil) },
			"Snake, part of one":    func() { l.Snake(three, three, two, two) },
			"AddFrames, dst":        func() { l.AddFrames(three, six, three) },
			"AddFrames, empty":      func() { l.AddFrames(six, six, nil) },
			"AddFrames, part of it": func() { l.AddFrames(three, three, two) },
		} {
			if !panics(f) {
				t.Errorf("%s, %s: no panic", name, l)
			}
		}
	}
}

func panics(f func()) (did bool) {
	defer func() { did = recover() != nil }()
	f()
	return false
}
