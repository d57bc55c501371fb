package resample

import (
	"fmt"
	"math"
	"math/cmplx"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp/dsptest"
)

// impulse returns the response of a Converter to twice the rate to an impulse in the middle of silence, and the output
// frame at the time of the impulse.
func impulse(t *testing.T, f Filter) (out []float64, at int) {
	t.Helper()
	src := make([]float32, 6000)
	src[3000] = 1
	out, err := newConverter(t, [2]int{22050, 44100}, 1, f).reference(src)
	if err != nil {
		t.Fatal(err)
	}
	return out, 6000
}

// levelOf returns the response at a frequency in units of the lower Nyquist frequency, in dB.
func levelOf(h []float64, f float64) float64 {
	sum := complex(0, 0)
	for k, v := range h {
		sum += complex(v, 0) * cmplx.Rect(1, -math.Pi*f*float64(k)/2)
	}
	return 20 * math.Log10(cmplx.Abs(sum)/2)
}

// delayOf returns the group delay at a frequency in units of the lower Nyquist frequency, in frames of h.
func delayOf(h []float64, f float64) float64 {
	sum, moment := complex(0, 0), complex(0, 0)
	for k, v := range h {
		turn := complex(v, 0) * cmplx.Rect(1, -math.Pi*f*float64(k)/2)
		sum, moment = sum+turn, moment+complex(float64(k), 0)*turn
	}
	return real(moment / sum)
}

// TestBandwidth: the -3 dB point is at Bandwidth, and the stop band begins at 1.005.
func TestBandwidth(t *testing.T) {
	for _, b := range []float64{0.90, 0.95, 0.98, 0.995} {
		t.Run(fmt.Sprint(b), func(t *testing.T) {
			h, _ := impulse(t, Filter{Bandwidth: b})
			if level := levelOf(h, b); !(math.Abs(level+3.01) <= 0.2) {
				t.Errorf("got %.2f dB at %g, want -3.01 within 0.2", level, b)
			}
			flat := b - 0.8*(1.005-b) // the mirror image of the stop band's edge
			for f := 0.0; f < flat; f += 0.011 {
				if level := levelOf(h, f); !(math.Abs(level) <= 1e-5) {
					t.Fatalf("got %g dB at %g, want 0 within 1e-5", level, f)
				}
			}
			for f := 1.005; f < 2; f += 0.0031 {
				if level := levelOf(h, f); !(level <= -160) {
					t.Fatalf("got %.1f dB at %g, want at most -160", level, f)
				}
			}
		})
	}
}

func TestBandwidthRejects(t *testing.T) {
	for _, b := range []float64{0.89, 0.996, -1, math.NaN(), math.Inf(1)} {
		t.Run(fmt.Sprint(b), func(t *testing.T) {
			for _, rates := range [][2]int{{44100, 48000}, {48000, 48000}} {
				_, err := New(rates[0], rates[1], 1, Filter{Bandwidth: b})
				checkArgError(t, err, "bandwidth")
			}
		})
	}
}

// TestBandwidthReplacesQuality: with a Bandwidth, Quality has no effect on the filter or its length.
func TestBandwidthReplacesQuality(t *testing.T) {
	coefficients := func(f Filter) []float64 { return newConverter(t, [2]int{32000, 48000}, 1, f).Coefficients() }
	zero, best := coefficients(Filter{}), coefficients(Filter{Quality: Best})
	if i := dsptest.FirstDifference(zero, best); i >= 0 {
		t.Errorf("the zero Filter differs from Best at tap %d", i)
	}
	want := coefficients(Filter{Bandwidth: 0.995})
	for _, q := range qualities {
		t.Run(q.String(), func(t *testing.T) {
			got := coefficients(Filter{Quality: q, Bandwidth: 0.995})
			if i := dsptest.FirstDifference(got, want); i >= 0 {
				t.Errorf("%d taps, want %d, differ at %d", len(got), len(want), i)
			}
		})
	}
	if times := float64(len(want)) / float64(len(best)); times < 4.5 || times > 5.5 {
		t.Errorf("the filter is %g times as long as that of Best, want about 5", times)
	}
}

// TestMinimumPhase: the magnitudes are those of linear phase, and most of the energy is close to the impulse.
func TestMinimumPhase(t *testing.T) {
	for _, f := range []Filter{{MinimumPhase: true}, {MinimumPhase: true, Bandwidth: 0.98}} {
		t.Run(fmt.Sprintf("%+v", f), func(t *testing.T) {
			h, at := impulse(t, f)
			linear, _ := impulse(t, Filter{Bandwidth: f.Bandwidth})
			soon, all := 0.0, 0.0
			for k, v := range h {
				if k >= at-8 && k < at+52 {
					soon += v * v
				}
				all += v * v
			}
			if !(soon >= 0.9*all) {
				t.Errorf("got %g of the energy from 8 frames before the impulse to 52 after it, want at least 0.9", soon/all)
			}
			for f := 0.0; f < 0.9; f += 0.0123 {
				if d := levelOf(h, f) - levelOf(linear, f); !(math.Abs(d) <= 1e-6) {
					t.Fatalf("got %g dB more than with linear phase at %g, want at most 1e-6", d, f)
				}
			}
			for f := 1.005; f < 2; f += 0.0031 {
				if level := levelOf(h, f); !(level <= -160) {
					t.Fatalf("got %.1f dB at %g, want at most -160", level, f)
				}
			}
			for f := 0.9; f < 1.004; f += 0.0017 {
				want := levelOf(linear, f)
				if got := levelOf(h, f); want > -100 && !(math.Abs(got-want) <= 1e-4) {
					t.Fatalf("got %g dB at %g, want %g as with linear phase, within 1e-4", got, f, want)
				}
			}
			low, edge := delayOf(h, 0.1)-float64(at), delayOf(h, 0.9605)-float64(at)
			if !(low >= -1.6 && low <= -0.8 && edge > 50) {
				t.Errorf("got a delay of %g frames at 0.1 and of %g at the edge, want -1.6 to -0.8 and more than 50", low, edge)
			}
		})
	}
}

// TestMinimumPhaseRatios: New rejects the ratios below the limit in its error, at any rates.
func TestMinimumPhaseRatios(t *testing.T) {
	for _, c := range []struct {
		most int
		f    Filter
	}{
		{37, Filter{Quality: Best}}, {46, Filter{Quality: High}}, {67, Filter{Quality: Fast}},
		{7, Filter{Quality: Best, Bandwidth: 0.995}}, {81, Filter{Quality: Fast, Bandwidth: 0.9}},
	} {
		c.f.MinimumPhase = true
		for _, scale := range []int{1, 1000, 8000} {
			t.Run(fmt.Sprintf("%+v, to %d Hz", c.f, scale), func(t *testing.T) {
				newConverter(t, [2]int{c.most * scale, scale}, 1, c.f)
				_, err := New((c.most+1)*scale, scale, 1, c.f)
				checkArgError(t, err, "ratio")
				if want := fmt.Sprintf("at least 1/%d ", c.most); err != nil && !strings.Contains(err.Error(), want) {
					t.Errorf("got error %q, want one with %q", err, want)
				}
			})
		}
	}
}
