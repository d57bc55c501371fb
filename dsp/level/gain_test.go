package level_test

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/level"
)

// TestGainContract: a gain is a processor, and each of its results is the exact product rounded once.
func TestGainContract(t *testing.T) {
	for _, factor := range []float32{1, 0.7079458, -3, 0, 1e-30, 3e38} {
		t.Run(fmt.Sprint(factor), func(t *testing.T) {
			dsptest.Check(t, dsptest.Contract[float32]{
				New: func() dsptest.Streamer[float32] { return newGain(t, 3, factor) },
				Reference: func(src []float32) (out []float32) {
					for _, v := range src {
						out = append(out, float32(float64(v)*float64(factor))) // the product of float64 is exact
					}
					return out
				},
				Frames: 50,
			})
		})
	}
}

func newGain(t *testing.T, channels int, factor float32) dsp.Processor {
	t.Helper()
	g, err := level.NewGain(channels, factor)
	if err != nil {
		t.Fatalf("NewGain(%d, %v): got error %v, want none", channels, factor, err)
	}
	return g
}

// TestGainValues: a factor of 1 keeps every bit of numbers, subnormal and infinite ones included. NaN stays NaN.
func TestGainValues(t *testing.T) {
	inf := float32(math.Inf(1))
	for _, v := range []float32{0, float32(math.Copysign(0, -1)), 1e-45, -1.1754942e-38, 1, -math.MaxFloat32, inf, -inf} {
		t.Run(fmt.Sprint(v), func(t *testing.T) {
			got := newGain(t, 1, 1).Process(nil, []float32{v})[0]
			if math.Float32bits(got) != math.Float32bits(v) {
				t.Errorf("got %#x, want %#x", math.Float32bits(got), math.Float32bits(v))
			}
		})
	}
	nan := float32(math.NaN())
	for name, c := range map[string]struct{ factor, in, want float32 }{
		"NaN": {0.5, nan, nan}, "infinity": {-0.5, inf, -inf}, "infinity by 0": {0, inf, nan}, "overflow": {4, 3e38, inf},
	} {
		t.Run(name, func(t *testing.T) {
			got := newGain(t, 1, c.factor).Process(nil, []float32{c.in})[0]
			if got != c.want && !(got != got && c.want != c.want) {
				t.Errorf("%v times %v: got %v, want %v", c.in, c.factor, got, c.want)
			}
		})
	}
}

// TestGainErrors: arguments out of range are errors that name them.
func TestGainErrors(t *testing.T) {
	for _, c := range []struct {
		channels int
		factor   float64
		want     string
	}{
		{0, 1, "channels is 0, must be from 1 to 1073741824"},
		{1<<30 + 1, 1, "channels is 1073741825, must be from 1 to 1073741824"},
		{1, math.NaN(), "factor is NaN, must be finite"},
		{1, math.Inf(-1), "factor is -Inf, must be finite"},
	} {
		t.Run(c.want, func(t *testing.T) {
			g, err := level.NewGain(c.channels, float32(c.factor))
			if a, ok := errors.AsType[*dsp.ArgError](err); g != nil || !ok || a.Error() != c.want {
				t.Errorf("got %v and error %v, want none and %s", g, err, c.want)
			}
		})
	}
}

// TestFromDecibels compares factors, to the 20th power, with powers of ten in 400 bits: each is the float32 nearest to
// 10^(db/20).
func TestFromDecibels(t *testing.T) {
	for db := -120; db <= 60; db++ {
		t.Run(fmt.Sprint(db), func(t *testing.T) {
			ten := power(new(big.Float).SetPrec(400).SetInt64(10), max(db, -db))
			if db < 0 {
				ten.Quo(new(big.Float).SetPrec(400).SetInt64(1), ten)
			}
			got := level.FromDecibels(float64(db))
			half := func(to float32) *big.Float { // between got and the next float32
				next := math.Nextafter32(got, to)
				return power(new(big.Float).SetPrec(400).SetFloat64((float64(got)+float64(next))/2), 20)
			}
			if half(0).Cmp(ten) > 0 || half(2*got).Cmp(ten) < 0 {
				t.Errorf("got %v, want the float32 nearest to 10^(%d/20)", got, db)
			}
		})
	}
	if got := level.FromDecibels(0); got != 1 {
		t.Errorf("0 dB: got %v, want 1", got)
	}
	if got := level.FromDecibels(math.Inf(-1)); got != 0 {
		t.Errorf("-Inf dB: got %v, want 0", got)
	}
	if got, want := level.FromDecibels(-2.5), float32(0.74989421); got != want {
		t.Errorf("-2.5 dB: got %v, want %v", got, want)
	}
}

// power returns x^n.
func power(x *big.Float, n int) *big.Float {
	y := new(big.Float).SetPrec(400).SetInt64(1)
	for range n {
		y.Mul(y, x)
	}
	return y
}

// TestToFit: the factor is the largest one that brings a peak within a limit.
func TestToFit(t *testing.T) {
	for _, limit := range []float32{1, 32766.0 / 32768, 126.0 / 128, 8388606.0 / 8388608} {
		t.Run(fmt.Sprint(limit), func(t *testing.T) {
			for peak := limit; peak < 1e30; peak *= 1.0371 {
				factor := level.ToFit(peak, limit)
				if factor > 1 || factor*peak > limit {
					t.Fatalf("peak %v: got %v, which makes it %v, want at most %v", peak, factor, factor*peak, limit)
				}
				if more := math.Nextafter32(factor, 2); factor < 1 && more*peak <= limit {
					t.Fatalf("peak %v: got %v, want at least %v", peak, factor, more)
				}
			}
		})
	}
	for _, peak := range []float32{0, 0.25, 1} {
		if got := level.ToFit(peak, 1); got != 1 {
			t.Errorf("peak %v within 1: got %v, want 1", peak, got)
		}
	}
	if got := level.ToFit(math.MaxFloat32, 1); !(got > 0 && got*math.MaxFloat32 <= 1) {
		t.Errorf("largest peak: got %v, want a positive factor", got)
	}
}
