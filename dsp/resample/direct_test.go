package resample

import (
	"math"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/internal/ratio"
)

// newDirectConverter returns a Converter with a directEngine, at any ratio.
func newDirectConverter(up, down, channels int, b polyphase) *Converter {
	return &Converter{
		channels: channels, up: int64(up), down: int64(down),
		engine: newDirectEngine(b, up, down, channels, nil),
	}
}

// plainSums converts a whole input by the sums of the definition, with the coefficients of b.
func plainSums(up, down, channels int, b polyphase, src []float32) []float32 {
	n := len(src) / channels
	frames := ratio.CeilMul(int64(n), int64(up), int64(down))
	out := make([]float32, 0, int(frames)*channels)
	scratch := make([]float64, b.span())
	for k := range frames {
		p := k*int64(down) + int64(b.center())
		w := b.coefficients(p, scratch)
		first := int(p/int64(up)) - len(w) + 1
		for c := range channels {
			acc := 0.0
			for j, v := range w {
				if i := first + j; i >= 0 && i < n {
					acc = math.FMA(float64(src[i*channels+c]), v, acc)
				}
			}
			out = append(out, float32(acc))
		}
	}
	return out
}

func TestDirectEngineContract(t *testing.T) {
	for _, c := range []struct {
		name             string
		up, down         int
		channels, frames int
		interpolated     bool
	}{
		{"all coefficients, 160/147", 160, 147, 3, 1500, false},
		{"all coefficients, 1/7", 1, 7, 2, 5000, false},
		{"interpolated, 160/147", 160, 147, 1, 1500, true},
		{"interpolated, 44101/44100", 44101, 44100, 2, 1500, true},
		{"interpolated, 1001/10007", 1001, 10007, 1, 6000, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := filters[Fast]
			var b polyphase = newInterpolatedPolyphase(s, c.up, c.down)
			if !c.interpolated {
				b = newDirectPolyphase(s, c.up, c.down)
			}
			dsptest.Check(t, dsptest.Contract[float32]{
				New: func() dsptest.Streamer[float32] { return newDirectConverter(c.up, c.down, c.channels, b) },
				Reference: func(src []float32) []float32 {
					return plainSums(c.up, c.down, c.channels, b, src)
				},
				Frames: c.frames,
				Blocks: []int{b.span()},
			})
		})
	}
}

// TestPolyphases compares streams with the two kinds of coefficients, at ratios for which both exist.
func TestPolyphases(t *testing.T) {
	for _, rates := range [][2]int{{44100, 96000}, {48000, 44100}, {1000, 7000}, {7000, 1000}} {
		t.Run(pair(rates), func(t *testing.T) {
			up, down := ratio.Reduce(rates[1], rates[0])
			s := filters[Best]
			src := dsptest.Noise[float32](9, 2500)
			want := whole(newDirectConverter(up, down, 1, newDirectPolyphase(s, up, down)), src)
			got := whole(newDirectConverter(up, down, 1, newInterpolatedPolyphase(s, up, down)), src)
			// Two ulp of float32 near 1; TestInterpolatedCoefficients compares the coefficients themselves.
			if d := worst(t, got, want); !(d <= 2.5e-7) {
				t.Errorf("interpolation differs by %g, want at most 2.5e-7", d)
			}
		})
	}
}

// TestEngines: New chooses blocks unless the filter is too long for them, or the rates are equal.
func TestEngines(t *testing.T) {
	for _, rates := range planRates {
		t.Run(pair(rates), func(t *testing.T) { newBlockConverter(t, rates, 1, Filter{Quality: Fast}) })
	}
	for _, rates := range directRates {
		t.Run(pair(rates), func(t *testing.T) {
			r := newConverter(t, rates, 1, Filter{Quality: Fast})
			if _, ok := r.engine.(*directEngine); !ok {
				t.Errorf("got %T, want a *directEngine", r.engine)
			}
		})
	}
	for _, rates := range equalRates {
		t.Run(pair(rates), func(t *testing.T) {
			if r := newConverter(t, rates, 1, Filter{MinimumPhase: true}); r.engine != (copyEngine{}) {
				t.Errorf("got %T, want a copyEngine", r.engine)
			}
		})
	}
}

var _ dsp.Referencer = (*Converter)(nil)
var _ dsp.Sizer = (*Converter)(nil)
var _ dsp.Processor = (*Converter)(nil)
