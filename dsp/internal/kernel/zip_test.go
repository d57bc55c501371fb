package kernel

import (
	"fmt"
	"testing"
)

// TestZip compares every number of signals and every length with the loops in the documentation. Nothing outside of the
// values is written.
func TestZip(t *testing.T) {
	for _, level := range Levels() {
		for count := 1; count <= maxZipped+2; count++ {
			for _, n := range []int{0, 1, 3, 7, 8, 9, 15, 16, 24, 31} {
				t.Run(fmt.Sprintf("%v/%d signals of %d values", level, count, n), func(t *testing.T) {
					checkZipped(t, level, count, n)
				})
			}
		}
	}
}

func checkZipped(t *testing.T, level Level, count, n int) {
	t.Helper()
	rng := seeded(t)
	var wide [][]float64
	var narrow [][]float32
	for range count {
		x := rough(rng, n, 6)
		y := make([]float32, n)
		for i, v := range x {
			y[i] = float32(v)
		}
		wide, narrow = append(wide, x), append(narrow, y)
	}
	const guard = 1.25
	values := func() ([]float32, []float64) {
		a, b := make([]float32, n*count+1), make([]float64, n*count+1)
		a[n*count], b[n*count] = guard, guard
		return a, b
	}
	want := make([]float64, n*count)
	for i := range n {
		for s := range count {
			want[i*count+s] = wide[s][i]
		}
	}
	zipped, zippedWide := values()
	rounded, _ := values()
	level.Zip(zipped, narrow, n)
	level.ZipRound(rounded, wide, n)
	level.ZipWide(zippedWide, wide, n)
	checkSame64(t, "wide", zippedWide[:n*count], want)
	for i, v := range want {
		for what, got := range map[string]float32{"zipped": zipped[i], "rounded": rounded[i]} {
			if got != float32(v) && v == v {
				t.Fatalf("%s: value %d: got %v, want %v", what, i, got, float32(v))
			}
		}
	}
	if zipped[n*count] != guard || rounded[n*count] != guard || zippedWide[n*count] != guard {
		t.Errorf("got a value written after the last, %v, %v or %v; want %v", zipped[n*count], rounded[n*count],
			zippedWide[n*count], guard)
	}
	for s := range count {
		back := make([]float32, n+1)
		back[n] = guard
		var from []float32 // ends with the last value of the signal
		if n > 0 {
			from = zipped[s : (n-1)*count+s+1]
		}
		level.Unzip(back[:n], from, count)
		for i, want := range narrow[s] {
			if back[i] != want && want == want {
				t.Fatalf("unzipped signal %d, value %d: got %v, want %v", s, i, back[i], want)
			}
		}
		if back[n] != guard {
			t.Errorf("unzipped signal %d: got a value written after the last, %v, want %v", s, back[n], guard)
		}
	}
}

// TestZipRefusals: a slice that is too short panics before anything is written.
func TestZipRefusals(t *testing.T) {
	const n = 16
	for _, level := range Levels() {
		for name, call := range map[string]func(x []float32, y []float64){
			"unzip": func(x []float32, _ []float64) { level.Unzip(x, make([]float32, 2*n-2), 2) },
			"copy":  func(x []float32, _ []float64) { level.Unzip(x, make([]float32, n-1), 1) },
			"zip":   func(x []float32, _ []float64) { level.Zip(x, [][]float32{make([]float32, 8), make([]float32, 7)}, 8) },
			"zip to": func(x []float32, _ []float64) {
				level.Zip(x[:15], [][]float32{make([]float32, 8), make([]float32, 8)}, 8)
			},
			"round":     func(x []float32, y []float64) { level.ZipRound(x, [][]float64{y[:n-1]}, n) },
			"round to":  func(x []float32, y []float64) { level.ZipRound(x[:n-1], [][]float64{y}, n) },
			"wide":      func(_ []float32, y []float64) { level.ZipWide(y, [][]float64{y[:8], y[:7]}, 8) },
			"wide to":   func(_ []float32, y []float64) { level.ZipWide(y[:15], [][]float64{y[:8], y[:8]}, 8) },
			"wide copy": func(_ []float32, y []float64) { level.ZipWide(y[:15], [][]float64{y}, n) },
		} {
			t.Run(fmt.Sprintf("%v/%s", level, name), func(t *testing.T) {
				x, y := make([]float32, n), make([]float64, n)
				for i := range n {
					x[i], y[i] = 1, 1
				}
				if !panics(func() { call(x, y) }) {
					t.Error("got no panic, want one")
				}
				for i := range n {
					if x[i] != 1 || y[i] != 1 {
						t.Fatalf("value %d: got %v and %v, want 1 untouched", i, x[i], y[i])
					}
				}
			})
		}
	}
}
