package main

import (
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"time"

	"github.com/tailwave/tailwave/dsp/resample"
)

// testdata/bench-soxr.c has the same two constants.
const (
	chunk = 4096                   // frames of a call
	least = 100 * time.Millisecond // duration of a run, from the first call to the end of the last
)

// compareSpeed prints a line for each case, and the smallest ratio. The rounds of a case share one stream of each.
func compareSpeed(out io.Writer, theirs *soxr, cases []benchCase, rounds int) error {
	smallest := math.Inf(1)
	for _, c := range cases {
		ours, err := newStream(c)
		if err != nil {
			return err
		}
		var a, b, ratios []float64
		for range rounds {
			x := ours.speed()
			y, err := theirs.ask("speed", c)
			if err != nil {
				return err
			}
			a, b, ratios = append(a, x), append(b, y), append(ratios, x/y)
		}
		ratio := median(ratios)
		smallest = min(smallest, ratio)
		if _, err := fmt.Fprintln(out, speedLine(c, median(a), median(b), ratio)); err != nil {
			return err
		}
	}
	// Rounded down, so that the last line never shows a loss as a tie.
	_, err := fmt.Fprintf(out, "smallest %.2f\n", math.Floor(100*smallest)/100)
	return err
}

func speedLine(c benchCase, ours, theirs, ratio float64) string {
	return fmt.Sprintf("%d %d %d %s %.0f %.0f %.2f", c.in, c.out, c.channels, c.quality, ours, theirs, ratio)
}

// A stream is a converter in steady state.
type stream struct {
	converter *resample.Converter
	rate      float64 // Hz of the input
	src, dst  []float32
}

// newStream creates a converter and performs the first calls. It also collects the garbage of the case before, because
// the collector is off.
func newStream(c benchCase) (*stream, error) {
	runtime.GC()
	r, err := c.converter()
	if err != nil {
		return nil, err
	}
	s := &stream{converter: r, rate: float64(c.in), src: noise(chunk * c.channels)}
	s.dst = make([]float32, 0, r.MaxOutFrames(chunk)*c.channels)
	s.speed()
	return s, nil
}

// speed returns the multiples of real time of one run. A run ends after a call that emitted frames, so that it consists
// of whole blocks.
func (s *stream) speed() float64 {
	start := time.Now()
	for frames := chunk; ; frames += chunk {
		out := s.converter.Process(s.dst, s.src)
		if d := time.Since(start); d >= least && len(out) > 0 {
			return float64(frames) / s.rate / d.Seconds()
		}
	}
}

// noise returns n samples of white noise between -0.5 and 0.5, the same as in testdata/bench-soxr.c.
func noise(n int) []float32 {
	x := make([]float32, n)
	state := uint32(1)
	for i := range x {
		state = state*1664525 + 1013904223
		x[i] = float32(int32(state)) / (1 << 32)
	}
	return x
}

// median returns the median of at least one value, for an even number the mean of the two in the middle.
func median(values []float64) float64 {
	v := slices.Sorted(slices.Values(values))
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}
