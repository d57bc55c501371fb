package peak

import (
	"fmt"
	"testing"
	"time"

	"github.com/tailwave/tailwave/dsp/internal/kernel"
)

// TestFLOPS: a level with assembly has a rate, and the rate of Generic is 0.
func TestFLOPS(t *testing.T) {
	for _, l := range kernel.Levels() {
		t.Run(l.String(), func(t *testing.T) {
			got := FLOPS(l, 50*time.Millisecond)
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

// TestRepetitions: the repetitions last for the given time, and there are no more than calls of a millisecond need.
func TestRepetitions(t *testing.T) {
	const d = 8 * time.Millisecond
	var ends []time.Time
	n := repetitions(func() {
		time.Sleep(time.Millisecond)
		ends = append(ends, time.Now())
	}, d)
	if n > 8 {
		t.Errorf("got %d calls, want at most 8", n)
	}
	last := len(ends) - 1
	if n > last {
		t.Fatalf("got %d repetitions after %d calls, want a measurement after the first call", n, len(ends))
	}
	if took := ends[last].Sub(ends[last-n]); took < d-time.Millisecond/2 {
		t.Errorf("%d calls: got %v, want at least %v", n, took, d)
	}
}
