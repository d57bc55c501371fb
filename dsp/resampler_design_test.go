package dsp_test

import (
	"fmt"
	"math"
	"math/cmplx"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
)

// impulse returns what a Resampler to twice the rate makes of an impulse in the middle of silence, and where it was.
func impulse(t *testing.T, q dsp.Quality, options ...dsp.ResamplerOption) (out []float64, at int) {
	t.Helper()
	r, err := dsp.NewResampler(22050, 44100, 1, q, nil, options...)
	if err != nil {
		t.Fatal(err)
	}
	src := make([]float32, 6000)
	src[3000] = 1
	out, err = r.Middle(src)
	if err != nil {
		t.Fatal(err)
	}
	return out, 6000
}

// levels returns the response at a frequency in units of the lower Nyquist frequency, in dB.
func levelOf(h []float64, f float64) float64 {
	sum := complex(0, 0)
	for k, v := range h {
		sum += complex(v, 0) * cmplx.Rect(1, -math.Pi*f*float64(k)/2)
	}
	return 20 * math.Log10(cmplx.Abs(sum)/2)
}

// TestResamplerBandwidth: the -3 dB point is where it is asked for, and the stop band begins where it always does.
func TestResamplerBandwidth(t *testing.T) {
	for _, b := range []float64{0.90, 0.95, 0.98, 0.995} {
		h, _ := impulse(t, dsp.Best, dsp.Bandwidth(b))
		if level := levelOf(h, b); math.Abs(level+3.01) > 0.2 {
			t.Errorf("bandwidth %g: %.2f dB there", b, level)
		}
		flat := b - 0.8*(1.005-b) // the mirror image of the stop band's edge
		for f := 0.0; f < flat; f += 0.011 {
			if level := levelOf(h, f); math.Abs(level) > 1e-5 {
				t.Fatalf("bandwidth %g: %g dB at %g", b, level, f)
			}
		}
		for f := 1.005; f < 2; f += 0.0031 {
			if level := levelOf(h, f); level > -160 {
				t.Fatalf("bandwidth %g: %.1f dB at %g", b, level, f)
			}
		}
	}
	for _, b := range []float64{0, 0.89, 0.996, -1, math.NaN()} {
		_, err := dsp.NewResampler(44100, 48000, 1, dsp.Best, nil, dsp.Bandwidth(b))
		wantArgError(t, "bandwidth out of range", "bandwidth", err)
	}
}

// TestResamplerMinimumPhase: the magnitudes are those of linear phase, nothing comes before its time, and most comes soon.
func TestResamplerMinimumPhase(t *testing.T) {
	for _, options := range [][]dsp.ResamplerOption{{dsp.MinimumPhase()}, {dsp.MinimumPhase(), dsp.Bandwidth(0.98)}} {
		h, at := impulse(t, dsp.Best, options...)
		linear, _ := impulse(t, dsp.Best, options[1:]...)
		before, soon, all := 0.0, 0.0, 0.0
		for k, v := range h {
			switch {
			case k < at:
				before = max(before, math.Abs(v))
			case k < at+60:
				soon += v * v
			}
			all += v * v
		}
		if before > 1e-14 {
			t.Errorf("%g before the impulse", before)
		}
		if soon < 0.9*all {
			t.Errorf("only %g of the energy comes soon", soon/all)
		}
		for f := 0.0; f < 0.9; f += 0.0123 {
			if d := levelOf(h, f) - levelOf(linear, f); math.Abs(d) > 1e-6 {
				t.Fatalf("at %g %g dB more than with linear phase", f, d)
			}
		}
		for f := 1.005; f < 2; f += 0.0031 {
			if level := levelOf(h, f); level > -155 {
				t.Fatalf("%.1f dB at %g", level, f)
			}
		}
	}
}

// TestMinimumPhaseBegins: how much comes early where values are interpolated.
func TestMinimumPhaseBegins(t *testing.T) {
	for _, rates := range [][2]int{{44100, 48000}, {44100, 768000}, {48000, 44100}, {96000, 44100}, {44100, 44101}} {
		r, err := dsp.NewResampler(rates[0], rates[1], 1, dsp.Best, nil, dsp.MinimumPhase())
		if err != nil {
			t.Fatal(err)
		}
		src := make([]float32, 3000)
		src[2000] = 1
		out, err := r.Middle(src)
		if err != nil {
			t.Fatal(err)
		}
		peak := 0.0
		for _, v := range out {
			peak = max(peak, math.Abs(v))
		}
		for k, v := range out {
			most := 1e-14
			switch early := 2000 - float64(k)*float64(rates[0])/float64(rates[1]); {
			case early <= 0:
				continue
			case early <= 2:
				most = 1e-4
			case early <= 30:
				most = 1e-8
			}
			if math.Abs(v) > most*peak {
				t.Fatalf("%v: %g of %g in frame %d is before the impulse", rates, v, peak, k)
			}
		}
	}
}

// TestMinimumPhaseRatios: the ratios that are refused are those that the error says, at any rates.
func TestMinimumPhaseRatios(t *testing.T) {
	for _, c := range []struct {
		q       dsp.Quality
		most    int
		options []dsp.ResamplerOption
	}{
		{dsp.Best, 37, nil}, {dsp.High, 46, nil}, {dsp.Fast, 67, nil},
		{dsp.Best, 7, []dsp.ResamplerOption{dsp.Bandwidth(0.995)}}, {dsp.Fast, 81, []dsp.ResamplerOption{dsp.Bandwidth(0.9)}},
	} {
		options := append(c.options, dsp.MinimumPhase())
		for _, scale := range []int{1, 1000, 8000} {
			if _, err := dsp.NewResampler(c.most*scale, scale, 1, c.q, nil, options...); err != nil {
				t.Errorf("%v, %d to %d: %v", c.q, c.most*scale, scale, err)
			}
			_, err := dsp.NewResampler((c.most+1)*scale, scale, 1, c.q, nil, options...)
			wantArgError(t, "minimum phase with a long filter", "ratio", err)
			if want := fmt.Sprintf("at least 1/%d ", c.most); err != nil && !strings.Contains(err.Error(), want) {
				t.Errorf("%v: error %q does not say %q", c.q, err, want)
			}
		}
	}
}

// TestResamplerDesignContract: streams with other filters keep the contract, interpolated ones among them.
func TestResamplerDesignContract(t *testing.T) {
	for _, options := range [][]dsp.ResamplerOption{{dsp.MinimumPhase()}, {dsp.MinimumPhase(), dsp.Bandwidth(0.97)}, {dsp.Bandwidth(0.97)}} {
		create := func() *dsp.Resampler {
			r, err := dsp.NewResampler(44100, 48000, 2, dsp.Fast, nil, options...)
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		reference := create()
		dsptest.Check(t, dsptest.Contract[float32]{
			New: func() dsptest.Streamer[float32] { return create() },
			OneShot: func(src []float32) []float32 {
				out, err := reference.OneShot(src)
				if err != nil {
					t.Fatal(err)
				}
				return out
			},
			Frames: 5000, Blocks: []int{reference.Taps()}, Waits: true, LagRare: true,
		})
	}
}
