package dsp_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
)

// qualities are the filters' parameters and what they are measured to reach: ripple up to the edge of the pass band, the
// largest level from 1.005 on, and the -3 dB point. Frequencies are in units of the lower Nyquist frequency.
var qualities = map[dsp.Quality]struct {
	half         int
	cutoff, beta float64
	edge         float64
	ripple, stop float64 // dB
	minus3       float64
}{
	dsp.Best: {144, 0.9655, 17.2, 0.90, 1e-6, -164, 0.9605},
	dsp.High: {117, 0.9525, 18.4, 0.90, 1e-6, -164, 0.9459},
	dsp.Fast: {81, 0.9275, 18.7, 0.85, 1e-6, -164, 0.9178},
}

func TestQualityResponse(t *testing.T) {
	for q, c := range qualities {
		for _, rates := range [][2]int{{1000, 3000}, {3000, 1000}, {2000, 3000}} {
			r, err := dsp.NewResampler(rates[0], rates[1], 1, q, nil)
			if err != nil {
				t.Fatal(err)
			}
			up, down := r.Ratio()
			h := r.Filter()
			// The filter runs at max(up, down) times the lower rate.
			level := func(f float64) float64 {
				sum := h[len(h)/2]
				for m := len(h) / 2; m > 0; m-- {
					sum += 2 * h[len(h)/2+m] * math.Cos(math.Pi*f*float64(m)/float64(max(up, down)))
				}
				return 20 * math.Log10(math.Abs(sum)/float64(up))
			}
			for m := range h {
				if h[m] != h[len(h)-1-m] {
					t.Fatalf("%v %v: tap %d is not its mirror image", q, rates, m)
				}
			}
			ripple, stop := 0.0, math.Inf(-1)
			for f := 0.0; f <= c.edge; f += 0.001 {
				ripple = max(ripple, math.Abs(level(f)))
			}
			for f := 1.005; f <= float64(max(up, down)); f += 0.0005 {
				stop = max(stop, level(f))
			}
			lo, hi := c.edge, 1.0
			for range 40 {
				if mid := (lo + hi) / 2; level(mid) > 20*math.Log10(math.Sqrt(0.5)) {
					lo = mid
				} else {
					hi = mid
				}
			}
			t.Logf("%v %v: ripple %.1e dB up to %.2f, stop band %.1f dB, -3 dB at %.4f", q, rates, ripple, c.edge, stop, lo)
			if ripple > c.ripple {
				t.Errorf("%v %v: ripple %g dB, want at most %g", q, rates, ripple, c.ripple)
			}
			if stop > c.stop {
				t.Errorf("%v %v: stop band at %g dB, want at most %g", q, rates, stop, c.stop)
			}
			if math.Abs(lo-c.minus3) > 0.001 {
				t.Errorf("%v %v: -3 dB at %g, want %g", q, rates, lo, c.minus3)
			}
		}
	}
}

// TestResamplerPhase measures when output frames are by the phase of a slow sine.
func TestResamplerPhase(t *testing.T) {
	for _, rates := range [][2]int{{44100, 96000}, {96000, 44100}, {1000, 3000}, {3000, 1000}, {44100, 44101}, {44101, 44100}} {
		r, err := dsp.NewResampler(rates[0], rates[1], 1, dsp.Best, nil)
		if err != nil {
			t.Fatal(err)
		}
		// 200 output frames per period.
		step := 2 * math.Pi * float64(rates[1]) / 200 / float64(rates[0])
		src := make([]float32, 4000*rates[0]/rates[1])
		for i := range src {
			src[i] = float32(math.Sin(step * float64(i)))
		}
		out := r.Flush(r.Process(nil, src))
		re, im := 0.0, 0.0
		for k := 1000; k < 3000; k++ { // whole periods, out of reach of the ends
			phase := 2 * math.Pi * float64(k) / 200
			re += float64(out[k]) * math.Sin(phase)
			im += float64(out[k]) * math.Cos(phase)
		}
		if late := -math.Atan2(im, re) / (2 * math.Pi) * 200; math.Abs(late) > 1e-6 {
			t.Errorf("%v: output is late by %g frames", rates, late)
		}
		if gain := math.Hypot(re, im) / 1000; math.Abs(gain-1) > 1e-7 {
			t.Errorf("%v: a slow sine is scaled by %g", rates, gain)
		}
	}
}

// kaiserSinc is the filter that the documentation gives, up to a factor, by package math and a Bessel function by its
// integral, 1/pi times that of exp(x*cos(a)) over 0 to pi.
func kaiserSinc(q dsp.Quality, x float64) float64 {
	c := qualities[q]
	bessel := func(x float64) float64 {
		const steps = 64 // the trapezoidal rule converges geometrically for a periodic integrand
		sum := math.Cosh(x)
		for k := 1; k < steps; k++ {
			sum += math.Exp(x * math.Cos(math.Pi*float64(k)/steps))
		}
		return sum / steps
	}
	inside := 1 - x*x/float64(c.half)/float64(c.half)
	if inside <= 0 {
		return 0
	}
	window := bessel(c.beta * math.Sqrt(inside))
	if x == 0 {
		return c.cutoff * window
	}
	return math.Sin(math.Pi*c.cutoff*x) / (math.Pi * x) * window
}

// kaiserGain is the sum of kaiserSinc over the multiples of 1/den.
func kaiserGain(q dsp.Quality, den int) float64 {
	sum := 0.0
	for m := qualities[q].half * den; m > 0; m-- {
		sum += 2 * kaiserSinc(q, float64(m)/float64(den))
	}
	return sum + kaiserSinc(q, 0)
}

func TestFilterTaps(t *testing.T) {
	for q, c := range qualities {
		for _, rates := range [][2]int{{1000, 3000}, {3000, 1000}, {2000, 3000}, {44100, 48000}, {48000, 44100}} {
			r, err := dsp.NewResampler(rates[0], rates[1], 1, q, nil)
			if err != nil {
				t.Fatal(err)
			}
			up, down := r.Ratio()
			den := max(up, down)
			h := r.Filter()
			if len(h) != 2*c.half*den-1 {
				t.Fatalf("%v %v: %d taps, want %d", q, rates, len(h), 2*c.half*den-1)
			}
			scale := float64(up) / kaiserGain(q, den)
			largest := scale * kaiserSinc(q, 0)
			worst := 0.0
			for i, v := range h {
				worst = max(worst, math.Abs(v-scale*kaiserSinc(q, float64(i-len(h)/2)/float64(den))))
			}
			if worst > 1e-13*largest {
				t.Errorf("%v %v: a tap is off by %g of the largest", q, rates, worst/largest)
			}
		}
	}
}

// TestInterpolatedResampler compares resamplers whose coefficients are interpolated with direct sums.
func TestInterpolatedResampler(t *testing.T) {
	for q, c := range qualities {
		gain := kaiserGain(q, 512)
		for _, rates := range [][2]int{{44100, 44101}, {48000, 47999}, {31013, 100003}, {100003, 31013}} {
			t.Run(fmt.Sprint(q, rates), func(t *testing.T) {
				const n = 400
				src := dsptest.Noise[float32](9, n)
				r, err := dsp.NewResampler(rates[0], rates[1], 1, q, nil)
				if err != nil {
					t.Fatal(err)
				}
				if r.Filter() != nil {
					t.Fatal("not interpolated")
				}
				got := r.Flush(r.Process(nil, src))
				up, down := r.Ratio()
				den := max(up, down)
				scale := float64(up) / float64(den) * 512 / gain
				frames := (n*up + down - 1) / down
				if len(got) != frames {
					t.Fatalf("%d frames, want %d", len(got), frames)
				}
				for k := 0; k < frames; k += 1 + frames/100 {
					want := 0.0
					for i, v := range src {
						if m := k*down - i*up; m > -c.half*den && m < c.half*den {
							want += float64(v) * scale * kaiserSinc(q, float64(m)/float64(den))
						}
					}
					// 1e-9 on top of the rounding to float32.
					ulp := math.Nextafter32(float32(math.Abs(want)), 10) - float32(math.Abs(want))
					if d := math.Abs(float64(got[k]) - want); d > float64(ulp)/2+1e-9 {
						t.Fatalf("frame %d is %g, want %g", k, got[k], want)
					}
				}
			})
		}
	}
}
