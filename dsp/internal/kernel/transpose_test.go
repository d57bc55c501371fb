package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// guarded returns n values inside guard cells of NaN, beginning offset cells into an array, and a check that the guards
// are untouched.
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

func equal[T Float](a, b []T) bool {
	for i := range a {
		if math.Float64bits(float64(a[i])) != math.Float64bits(float64(b[i])) {
			return false
		}
	}
	return len(a) == len(b)
}

// TestDot runs every length around the widths of vector registers at every misalignment.
func TestDot(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 0))
	for n := 0; n <= 67; n++ {
		for offset := range 9 {
			checkDot(t, rng, n, offset, FMA32)
			checkDot(t, rng, n, offset, math.FMA)
			x, _ := guarded[float64](rng, n+offset, offset) // longer than w
			y, _ := guarded[float64](rng, n, 8-offset)
			w, _ := guarded[float64](rng, n, 3)
			if a, b := Dot64x2(x, y, w); !equal([]float64{a, b}, []float64{Dot64(0, x, w), Dot64(0, y, w)}) {
				t.Fatalf("Dot64x2 of %d at offset %d is not two times Dot64", n, offset)
			}
		}
	}
}

func checkDot[T Float](t *testing.T, rng *rand.Rand, n, offset int, fma func(x, y, z T) T) {
	t.Helper()
	x, _ := guarded[T](rng, n+offset%3, offset)
	w, _ := guarded[T](rng, n, 8-offset)
	start := T(rng.NormFloat64())
	if n == 0 {
		start = T(math.Copysign(0, -1)) // no product, no sum: even -0 comes back
	}
	want := start
	for c := range w {
		want = fma(x[c], w[c], want)
	}
	if got := Dot(start, x, w); !equal([]T{got}, []T{want}) {
		t.Fatalf("Dot of %d %T at offset %d: %x, want %x", n, got, offset, got, want)
	}
}

func TestScatterAdd(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 0))
	for round := range 600 {
		s := Transpose{Groups: 1 + rng.IntN(3), Kernel: 1 + rng.IntN(9), Stride: 1 + rng.IntN(6), Dilation: 1 + rng.IntN(4)}
		s.In, s.Out = s.Groups*(1+rng.IntN(6)), s.Groups*(1+rng.IntN(6))
		frames := round % 7
		checkScatterAdd(t, rng, s, frames, round%9, FMA32)
		checkScatterAdd(t, rng, s, frames, round%9, math.FMA)
	}
	wide := Transpose{In: 33, Out: 35, Groups: 1, Kernel: 4, Stride: 2, Dilation: 1}
	checkScatterAdd(t, rng, wide, 3, 1, FMA32)
	checkScatterAdd(t, rng, wide, 3, 1, math.FMA)
}

// checkScatterAdd compares with the loop in the doc, over accumulators longer than needed whose rest must not change.
func checkScatterAdd[T Float](t *testing.T, rng *rand.Rand, s Transpose, frames, offset int, fma func(x, y, z T) T) {
	t.Helper()
	cin, cout := s.In/s.Groups, s.Out/s.Groups
	span := (s.Kernel-1)*s.Dilation + 1
	rows := max(0, frames-1)*s.Stride + span
	if frames == 0 {
		rows = rng.IntN(3) // nothing is asked of acc
	} else {
		rows += rng.IntN(3)
	}
	acc, intactAcc := guarded[T](rng, rows*s.Out, offset)
	x, intactX := guarded[T](rng, frames*s.In, 8-offset)
	w, intactW := guarded[T](rng, s.Kernel*s.Out*cin, offset/2)
	want := append([]T(nil), acc...)
	oldX, oldW := append([]T(nil), x...), append([]T(nil), w...)
	for i := range frames {
		for j := range s.Kernel {
			for o := range s.Out {
				a := &want[(i*s.Stride+j*s.Dilation)*s.Out+o]
				for c := range cin {
					*a = fma(x[i*s.In+o/cout*cin+c], w[(j*s.Out+o)*cin+c], *a)
				}
			}
		}
	}
	ScatterAdd(acc, x, w, s)
	name := fmt.Sprintf("%+v, %d frames of %T at offset %d", s, frames, acc, offset)
	if !equal(acc, want) {
		t.Fatalf("%s: not the loop of the doc", name)
	}
	if !intactAcc() || !intactX() || !intactW() || !equal(x, oldX) || !equal(w, oldW) {
		t.Fatalf("%s: wrote where it must not", name)
	}
}
