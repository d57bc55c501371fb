package resample

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
)

// patterns are bits of float32 values that arithmetic would change: zeros of either sign, subnormals, infinities, and
// quiet and signalling NaN of either sign with payloads.
var patterns = []uint32{
	0, 0x80000000, 1, 0x80000001, 0x007FFFFF, 0x3F800000, 0x7F7FFFFF, 0x7F800000, 0xFF800000, 0x7FC00000, 0xFFC00000,
	0x7F800001, 0xFF800001, 0x7FC12345, 0xFFA54321,
}

// patternFrames returns n frames that repeat the patterns.
func patternFrames(n, channels int) []float32 {
	src := make([]float32, n*channels)
	for i := range src {
		src[i] = math.Float32frombits(patterns[i%len(patterns)])
	}
	return src
}

// bits returns the bit patterns of x.
func sampleBits(x []float32) []uint32 {
	b := make([]uint32, len(x))
	for i, v := range x {
		b[i] = math.Float32bits(v)
	}
	return b
}

// TestEqualRatesCopy compares every bit, including those of NaN, with the input.
func TestEqualRatesCopy(t *testing.T) {
	for _, rates := range equalRates {
		for _, f := range []Filter{{}, {Quality: Fast}, {MinimumPhase: true, Bandwidth: 0.995}} {
			for _, channels := range []int{1, 2, 7} {
				t.Run(fmt.Sprintf("%s, %+v, %d channels", pair(rates), f, channels), func(t *testing.T) {
					r := newConverter(t, rates, channels, f, dsp.WithWorkers(serial(4)))
					src := patternFrames(500, channels)
					want := sampleBits(src)
					if got := sampleBits(whole(r, src)); !slices.Equal(got, want) {
						t.Error("stream: got other bits than those of the input, want the same")
					}
					reference, err := r.Reference(src)
					if err != nil {
						t.Fatal(err)
					}
					if !slices.Equal(sampleBits(reference), want) {
						t.Error("Reference: got other bits than those of the input, want the same")
					}
					reference[0] = 42
					if !slices.Equal(sampleBits(src), want) {
						t.Error("Reference: got a slice that aliases the input, want a copy")
					}
				})
			}
		}
	}
}

// TestEqualRatesShape: every count and size is that of a copy.
func TestEqualRatesShape(t *testing.T) {
	for _, f := range []Filter{{}, {MinimumPhase: true, Bandwidth: 0.97}} {
		t.Run(fmt.Sprintf("%+v", f), func(t *testing.T) {
			r := newConverter(t, equalRates[0], 2, f)
			if got, want := r.Shape(), (dsp.Shape{In: 2, Out: 2, Up: 1, Down: 1, Period: 1, MinFrames: 1}); got != want {
				t.Errorf("Shape: got %+v, want %+v", got, want)
			}
			for _, n := range []int{0, 1, 2, 12345, math.MaxInt} {
				if got := r.OutFrames(int64(n)); got != int64(n) {
					t.Errorf("OutFrames: got %d, want %d", got, n)
				}
				if got := r.Emitted(int64(n)); got != int64(n) {
					t.Errorf("Emitted: got %d, want %d", got, n)
				}
				if got := r.MaxOutFrames(n); got != n {
					t.Errorf("MaxOutFrames: got %d, want %d", got, n)
				}
			}
			for _, n := range []int64{-1, math.MinInt64} {
				if out, emitted := r.OutFrames(n), r.Emitted(n); out != 0 || emitted != 0 {
					t.Errorf("OutFrames and Emitted of %d frames: got %d and %d, want 0", n, out, emitted)
				}
			}
			if got := r.Taps(); got != 1 {
				t.Errorf("Taps: got %d, want 1", got)
			}
			if got := r.Coefficients(); !slices.Equal(got, []float64{1}) {
				t.Errorf("Coefficients: got %v, want [1]", got)
			}
			if weights, state := r.Memory(); weights != 0 || state != 0 {
				t.Errorf("Memory: got %d and %d bytes, want 0", weights, state)
			}
		})
	}
}

// TestEqualRatesDirect: Direct widens the input, and keeps the sign of zeros.
func TestEqualRatesDirect(t *testing.T) {
	src := patternFrames(30, 2)
	got, err := newConverter(t, equalRates[0], 2, Filter{MinimumPhase: true}).Direct(src)
	if err != nil {
		t.Fatal(err)
	}
	want := make([]float64, len(src))
	for i, v := range src {
		want[i] = float64(v)
	}
	if i := dsptest.FirstDifference(got, want); i >= 0 {
		t.Errorf("got %d values that differ at %d, want the %d of the input", len(got), i, len(want))
	}
}
