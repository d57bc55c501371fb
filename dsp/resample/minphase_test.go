package resample

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/tailwave/tailwave/dsp/internal/ratio"
)

// peakRates are ratios up and down, with and without interpolation, and with large terms.
var peakRates = [][2]int{
	{44100, 96000}, {44100, 48000}, {48000, 44100}, {96000, 44100}, {22050, 44100}, {8000, 48000}, {48000, 8000},
	{16000, 24000}, {24000, 16000}, {48000, 192000}, {48000, 47999}, {44100, 44101}, {1001, 1009}, {100003, 31013},
	{48000, 4099}, {1001, 767999}, {44100, 768000},
}

// peakFilters are filters of minimum phase of every quality, and of the bandwidths at both ends.
var peakFilters = []Filter{
	{Quality: Best, MinimumPhase: true}, {Quality: High, MinimumPhase: true}, {Quality: Fast, MinimumPhase: true},
	{Bandwidth: 0.90, MinimumPhase: true}, {Bandwidth: 0.98, MinimumPhase: true}, {Bandwidth: 0.995, MinimumPhase: true},
}

// peakOf returns the frame of out with the largest absolute value. Among equal values, it returns the frame nearest to
// the time near.
func peakOf(out []float32, near float64) int {
	largest, peak := float32(0), 0
	for _, v := range out {
		largest = max(largest, v, -v)
	}
	for k, v := range out {
		if max(v, -v) < largest {
			continue
		}
		if max(out[peak], -out[peak]) < largest || math.Abs(float64(k)-near) < math.Abs(float64(peak)-near) {
			peak = k
		}
	}
	return peak
}

// checkPeak converts frames silent frames except for an impulse at frame p. It expects the largest output sample within
// half an output frame of the impulse, or in the last output frame if the impulse is later.
func checkPeak(t *testing.T, r *Converter, frames, p int) {
	t.Helper()
	src := make([]float32, frames)
	src[p] = -0.5
	out, s := whole(r, src), r.Shape()
	if want := ratio.CeilDiv(frames*s.Up, s.Down); len(out) != want {
		t.Fatalf("frames: got %d, want %d", len(out), want)
	}
	at := float64(p*s.Up) / float64(s.Down)
	peak, last := peakOf(out, at), len(out)-1
	if at > float64(last)+0.5 {
		if peak != last {
			t.Errorf("impulse after the last output frame, at %.3f: got the peak in frame %d, want %d", at, peak, last)
		}
		return
	}
	// The numerator is exact, and so is a distance of a half.
	if d := float64(peak*s.Down-p*s.Up) / float64(s.Down); d < -0.5 || d > 0.5 {
		t.Errorf("impulse at %.3f output frames: got the peak in frame %d, want it within 0.5 frames", at, peak)
	}
	if want := -0.2 * min(1, float32(s.Up)/float32(s.Down)); !(out[peak] < want) {
		t.Errorf("impulse of -0.5 at %.3f output frames: got a peak of %g, want it below %g", at, out[peak], want)
	}
}

// TestMinimumPhasePeak: the largest output sample is within half an output frame of an impulse at any position: at both
// ends, and in the middle at every phase, or at some phases if there are many. An input of one frame has its peak in
// output frame 0.
func TestMinimumPhasePeak(t *testing.T) {
	for _, rates := range peakRates {
		for i, f := range peakFilters {
			if f.Bandwidth == 0.995 && rates[0] > 7*rates[1] || testing.Short() && i%3 != 0 {
				continue // refused, or slow
			}
			t.Run(fmt.Sprintf("%s, %+v", pair(rates), f), func(t *testing.T) {
				r := newConverter(t, rates, 1, f)
				most := 30
				if i == 0 && !testing.Short() {
					most = 700
				}
				phases := min(r.Shape().Down, most, 1+100000*r.Shape().Down/r.Shape().Up)
				n := 200 + phases
				for _, p := range []int{0, 1, 2, 5, n - 2, n - 1} {
					checkPeak(t, r, n, p)
				}
				for phase := range phases {
					checkPeak(t, r, n, 100+phase)
				}
				checkPeak(t, r, 1, 0)
			})
		}
	}
}

// TestMinimumPhaseBegins measures how early the response begins, in frames of the lower rate, and checks that it does
// not ring before its peak.
func TestMinimumPhaseBegins(t *testing.T) {
	for _, rates := range peakRates {
		for i, f := range []Filter{{}, {Bandwidth: 0.90}, {Bandwidth: 0.98}} {
			if testing.Short() && i > 0 {
				break
			}
			f.MinimumPhase = true
			t.Run(fmt.Sprintf("%s, %+v", pair(rates), f), func(t *testing.T) {
				const p = 1000
				src := make([]float32, p+100)
				src[p] = 1
				out, err := newConverter(t, rates, 1, f).reference(src)
				if err != nil {
					t.Fatal(err)
				}
				peak := slices.Max(out)
				for k, v := range out {
					early := (float64(p)/float64(rates[0]) - float64(k)/float64(rates[1])) * float64(min(rates[0], rates[1]))
					for _, c := range []struct{ early, most float64 }{{6, 1e-8}, {4.5, 1e-4}} {
						if early > c.early && !(math.Abs(v) <= c.most*peak) {
							t.Fatalf("%.2f frames before the impulse: got %g of the peak, want at most %g after more than %g",
								early, v/peak, c.most, c.early)
						}
					}
					if v == peak {
						break
					}
					if fall := v - out[k+1]; fall > 1e-6*peak {
						t.Fatalf("%.2f frames before the impulse: the response falls by %g of the peak, want at most 1e-6",
							early, fall/peak)
					}
				}
			})
		}
	}
}

// TestMinimumPhaseBetweenFrames: an impulse in the middle between two output frames has equal values in both. Times in
// units of 2^-25 taps leave a difference of up to 1e-7 of the peak.
func TestMinimumPhaseBetweenFrames(t *testing.T) {
	for _, c := range []struct {
		rates [2]int
		p     int
	}{
		{[2]int{48000, 24000}, 501}, {[2]int{48000, 8000}, 501}, {[2]int{16000, 24000}, 501}, {[2]int{1010, 1009}, 505},
		{[2]int{96000, 44100}, 160}, {[2]int{2, 1535}, 501},
	} {
		for i, f := range peakFilters {
			if testing.Short() && i%3 != 0 {
				continue
			}
			t.Run(fmt.Sprintf("%s, %+v", pair(c.rates), f), func(t *testing.T) {
				src := make([]float32, 1000)
				src[c.p] = 1
				out, err := newConverter(t, c.rates, 1, f).reference(src)
				if err != nil {
					t.Fatal(err)
				}
				if 2*c.p*c.rates[1]%c.rates[0] != 0 || c.p*c.rates[1]%c.rates[0] == 0 {
					t.Fatalf("frame %d is not in the middle between two output frames", c.p)
				}
				k := c.p * c.rates[1] / c.rates[0]
				if d := math.Abs(out[k] - out[k+1]); !(d <= 1e-7*slices.Max(out)) {
					t.Errorf("frames %d and %d: got %g and %g, want equal values", k, k+1, out[k], out[k+1])
				}
			})
		}
	}
}
