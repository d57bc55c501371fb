package kernel

import (
	"fmt"
	"slices"
	"testing"
)

// TestElementwiseSlices runs all short lengths, and up to 10 frames, at all alignments, in place and not, with guards
// on both sides.
func TestElementwiseSlices(t *testing.T) {
	const guard = 0x1.23456p-40
	values := make([]float32, 500)
	for i := range values {
		values[i] = float32(i%80-40) * 0.173
	}
	values[3], values[11] = special[0], special[len(special)-1]
	for _, f := range elementwises() {
		for _, l := range Levels() {
			t.Run(fmt.Sprintf("%s/%v", f.name, l), func(t *testing.T) {
				for n := 0; n <= max(4*lanes+9, 10*f.channels); n += f.channels {
					src := values[:n]
					want := make([]float32, n)
					f.run(Generic, want, src)
					for offset := range 81 {
						from, to := offset%9, offset/9
						in, out := fenced(src, from, guard), fenced(make([]float32, n), to, guard)
						f.run(l, out[lanes+to:][:n:n], in[lanes+from:][:n:n])
						checkFenced(t, fmt.Sprintf("%d from %d to %d", n, from, to), out, want, to, guard)
						checkFenced(t, fmt.Sprintf("source of %d from %d to %d", n, from, to), in, src, from, guard)
						if from == to {
							f.run(l, in[lanes+from:][:n:n], in[lanes+from:][:n:n])
							checkFenced(t, fmt.Sprintf("%d in place at %d", n, from), in, want, from, guard)
						}
					}
				}
			})
		}
	}
}

// fenced returns a copy of v at lanes+offset with guards around it.
func fenced(v []float32, offset int, guard float32) []float32 {
	all := make([]float32, lanes+offset+len(v)+2*lanes)
	for i := range all {
		all[i] = guard
	}
	copy(all[lanes+offset:], v)
	return all
}

// checkFenced compares a slice of fenced with what it must hold, guards included.
func checkFenced(t *testing.T, what string, got, want []float32, offset int, guard float32) {
	t.Helper()
	for i, v := range got {
		if at := i - lanes - offset; at < 0 || at >= len(want) {
			if v != guard {
				t.Fatalf("%s: outside of %d elements, at %d: got %x, want %x untouched", what, len(want), at, v, guard)
			}
		} else if !alike(v, want[at]) {
			t.Fatalf("%s: element %d: got %x, want %x", what, at, v, want[at])
		}
	}
}

// TestElementwiseAddTwo has different operands, and dst the same as either.
func TestElementwiseAddTwo(t *testing.T) {
	for _, l := range Levels() {
		t.Run(l.String(), func(t *testing.T) {
			for n := range 50 {
				x, y, want := rowOf(n, 1), rowOf(n, 20), make([]float32, n)
				for i := range want {
					want[i] = x[i] + y[i]
				}
				dst := make([]float32, n)
				l.Add(dst, x, y)
				left, right := slices.Clone(x), slices.Clone(y)
				l.Add(left, left, y)
				l.Add(right, x, right)
				for _, c := range []struct {
					name string
					got  []float32
				}{{"another slice", dst}, {"the first operand", left}, {"the second operand", right}} {
					if !slices.Equal(c.got, want) {
						t.Errorf("%d elements into %s: got %v, want %v", n, c.name, c.got, want)
					}
				}
			}
		})
	}
}

func TestElementwiseAllocations(t *testing.T) {
	src, dst := make([]float32, 41*128), make([]float32, 41*128)
	for _, f := range elementwises() {
		n := len(src) - len(src)%f.channels
		for _, l := range Levels() {
			t.Run(fmt.Sprintf("%s/%v", f.name, l), func(t *testing.T) {
				if a := testing.AllocsPerRun(5, func() { f.run(l, dst[:n], src[:n]) }); a != 0 {
					t.Errorf("got %v allocations, want 0", a)
				}
			})
		}
	}
}

// TestElementwisePanics: slices that do not fit each other are a programming error.
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
			t.Run(fmt.Sprintf("%v/%s", l, name), func(t *testing.T) {
				if !panics(f) {
					t.Error("got no panic, want one")
				}
			})
		}
	}
}
