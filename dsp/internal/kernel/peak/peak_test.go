package peak

import (
	"fmt"
	"testing"
	"time"

	"github.com/tailwave/tailwave/dsp/internal/kernel"
)

// TestFLOPS: a level with a loop of its own has a rate, and Go has none.
func TestFLOPS(t *testing.T) {
	for _, l := range kernel.Levels() {
		t.Run(l.String(), func(t *testing.T) {
			got := FLOPS(l, time.Millisecond)
			if want := l != kernel.Generic; got > 0 != want {
				t.Errorf("got %v operations per second, want more than 0: %v", got, want)
			}
		})
	}
}

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   float64
	}{{[]float64{3}, 3}, {[]float64{9, 1, 5}, 5}, {[]float64{4, 2, 3, 1}, 3}} {
		t.Run(fmt.Sprint(c.values), func(t *testing.T) {
			if got := median(c.values); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// TestRepetitions: a function that takes a millisecond is called often enough for the time asked for, and not far more.
func TestRepetitions(t *testing.T) {
	const d = 8 * time.Millisecond
	n := repetitions(func() { time.Sleep(time.Millisecond) }, d)
	if n < 1 || n > 8 {
		t.Errorf("got %d calls, want 1 to 8: each takes a millisecond at least", n)
	}
}
