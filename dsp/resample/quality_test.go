package resample

import (
	"fmt"
	"math"
	"testing"
)

// responses are the parameters of the filters and the bounds of their measured responses: the ripple up to the edge of
// the pass band, the largest level from 1.005 on, and the -3 dB point. Frequencies are in units of the lower Nyquist
// frequency.
var responses = map[Quality]struct {
	half         int
	cutoff, beta float64
	edge         float64
	ripple, stop float64 // dB
	minus3       float64
}{
	Best: {144, 0.9655, 17.2, 0.90, 1e-6, -164, 0.9605},
	High: {117, 0.9525, 18.4, 0.90, 1e-6, -164, 0.9459},
	Fast: {81, 0.9275, 18.7, 0.85, 1e-6, -164, 0.9178},
}

func TestQualityResponse(t *testing.T) {
	for q, c := range responses {
		for _, rates := range [][2]int{{1000, 3000}, {3000, 1000}, {2000, 3000}} {
			t.Run(fmt.Sprintf("%v, %s", q, pair(rates)), func(t *testing.T) {
				r := newConverter(t, rates, 1, Filter{Quality: q})
				up, down := r.Shape().Up, r.Shape().Down
				h := r.Coefficients()
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
						t.Fatalf("tap %d is %g, want its mirror image %g", m, h[m], h[len(h)-1-m])
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
				t.Logf("ripple %.1e dB up to %.2f, stop band %.1f dB, -3 dB at %.4f", ripple, c.edge, stop, lo)
				if ripple > c.ripple {
					t.Errorf("got ripple %g dB, want at most %g", ripple, c.ripple)
				}
				if stop > c.stop {
					t.Errorf("got stop band at %g dB, want at most %g", stop, c.stop)
				}
				if math.Abs(lo-c.minus3) > 0.001 {
					t.Errorf("got -3 dB at %g, want %g", lo, c.minus3)
				}
			})
		}
	}
}

// kaiserSinc is the filter that the documentation of window.Sinc describes, up to a factor. It uses package math, and
// computes the Bessel function from its integral, 1/pi times the integral of exp(x*cos(a)) over a from 0 to pi.
func kaiserSinc(q Quality, x float64) float64 {
	c := responses[q]
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
func kaiserGain(q Quality, den int) float64 {
	sum := 0.0
	for m := responses[q].half * den; m > 0; m-- {
		sum += 2 * kaiserSinc(q, float64(m)/float64(den))
	}
	return sum + kaiserSinc(q, 0)
}

// TestCoefficients compares Coefficients with the documented filter.
func TestCoefficients(t *testing.T) {
	for q, c := range responses {
		for _, rates := range [][2]int{{1000, 3000}, {3000, 1000}, {2000, 3000}, {44100, 48000}, {48000, 44100}} {
			t.Run(fmt.Sprintf("%v, %s", q, pair(rates)), func(t *testing.T) {
				r := newConverter(t, rates, 1, Filter{Quality: q})
				up, down := r.Shape().Up, r.Shape().Down
				den := max(up, down)
				h := r.Coefficients()
				if len(h) != 2*c.half*den-1 {
					t.Fatalf("got %d taps, want %d", len(h), 2*c.half*den-1)
				}
				scale := float64(up) / kaiserGain(q, den)
				want := make([]float64, len(h))
				for i := range want {
					want[i] = scale * kaiserSinc(q, float64(i-len(h)/2)/float64(den))
				}
				if d := worst(t, h, want) / want[len(h)/2]; !(d <= 1e-13) {
					t.Errorf("a tap is off by %g of the largest, want at most 1e-13", d)
				}
			})
		}
	}
}

func TestQualityNames(t *testing.T) {
	for q, name := range map[Quality]string{Best: "best", High: "high", Fast: "fast"} {
		t.Run(name, func(t *testing.T) {
			if got := q.String(); got != name {
				t.Errorf("String: got %q, want %q", got, name)
			}
			if got, err := ParseQuality(name); got != q || err != nil {
				t.Errorf("ParseQuality: got %v and error %v, want %v", got, err, q)
			}
		})
	}
	t.Run("none", func(t *testing.T) {
		if got := Quality(7).String(); got != "Quality(7)" {
			t.Errorf("String: got %q, want %q", got, "Quality(7)")
		}
		_, err := ParseQuality("Best")
		checkArgError(t, err, "quality")
	})
}
