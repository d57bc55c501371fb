package kernel

import (
	"fmt"
	"testing"
)

// TestInterleave copies signals into lanes and back, and rounds them, for every lane and length.
func TestInterleave(t *testing.T) {
	for _, level := range Levels() {
		for n := 0; n <= 24; n += 2 {
			for _, c := range []struct{ lanes, first int }{{HalfLanes, 0}, {Lanes, 0}, {Lanes, 4}} {
				t.Run(fmt.Sprintf("%v/%d values from lane %d of %d", level, n, c.first, c.lanes), func(t *testing.T) {
					checkInterleave(t, level, n, c.lanes, c.first)
				})
			}
		}
	}
}

func checkInterleave(t *testing.T, level Level, n, lanes, first int) {
	t.Helper()
	rng := seeded(t)
	var x [4][]float32
	var y [4][]float64
	for l := range x {
		x[l], y[l] = make([]float32, n), make([]float64, n)
		for i := range x[l] {
			x[l][i] = rng.Float32() - 0.5
		}
	}
	re, checkRe := guarded64(make([]float64, n/2*lanes))
	im, checkIm := guarded64(make([]float64, n/2*lanes))
	level.Interleave(re, im, lanes, first, &x)
	checkRe(t, "real")
	checkIm(t, "imaginary")
	rows := make([]float64, n*lanes) // re and im in turn
	for i := range n / 2 {
		copy(rows[2*i*lanes:], re[i*lanes:][:lanes])
		copy(rows[(2*i+1)*lanes:], im[i*lanes:][:lanes])
	}
	for i, v := range rows {
		lane, want := i%lanes, 0.0 // lanes of no signal stay untouched
		if lane >= first && lane < first+4 {
			want = float64(x[lane-first][i/lanes])
		}
		if v != want {
			t.Fatalf("lane %d, value %d: got %v, want %v", lane, i/lanes, v, want)
		}
	}
	var series [4][]float64
	for j := range series {
		series[j] = rows[min(len(rows), j*lanes):]
	}
	level.Deinterleave(&y, 4, &series, 4*lanes, first, n/4)
	for l := range y {
		out := make([]float32, n+1)
		level.Round(out[:n], 1, n, y[l], 1)
		for i := range n / 4 * 4 {
			if want := x[l][i]; y[l][i] != float64(want) || out[i] != want {
				t.Fatalf("signal %d, value %d: got back %v, rounded %v; want %v", l, i, y[l][i], out[i], want)
			}
		}
		if out[n] != 0 {
			t.Errorf("signal %d, after %d rounded values: got %v, want 0 untouched", l, n, out[n])
		}
	}
}

func TestRoundInSteps(t *testing.T) {
	for _, level := range Levels() {
		t.Run(level.String(), func(t *testing.T) {
			got := [7]float32{}
			level.Round(got[:], 3, 3, []float64{1, 2, 3, 4, 5}, 2)
			if want := [7]float32{1, 0, 0, 3, 0, 0, 5}; got != want {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}
