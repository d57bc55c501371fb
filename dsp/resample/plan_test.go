package resample

import (
	"fmt"
	"testing"

	"github.com/tailwave/tailwave/dsp/internal/kernel"
	"github.com/tailwave/tailwave/dsp/internal/window"
)

// planFor returns the plan for a pair of rates, or fails the test.
func planFor(t *testing.T, rates [2]int, f Filter) *blockPlan {
	t.Helper()
	up, down, err := ratioOf(rates[0], rates[1])
	if err != nil {
		t.Fatal(err)
	}
	d, err := f.design()
	if err != nil {
		t.Fatal(err)
	}
	p := newBlockPlan(kernel.Generic, d, up, down, rates[0])
	if p == nil {
		t.Fatalf("got no plan for %v, want one", rates)
	}
	return p
}

// TestPlanPhases: a conversion up computes several values for each input frame, and a conversion down divides the input
// into phases. Values are interpolated unless output frames are among them.
func TestPlanPhases(t *testing.T) {
	for _, c := range []struct {
		rates          [2]int
		phases, values int
	}{
		{[2]int{44100, 88200}, 1, 2}, {[2]int{16000, 48000}, 1, 3}, {[2]int{48000, 192000}, 1, 4},
		{[2]int{88200, 44100}, 2, 1}, {[2]int{48000, 16000}, 3, 1}, {[2]int{192000, 48000}, 4, 1},
		{[2]int{48000, 8000}, 6, 1}, {[2]int{48000, 32000}, 3, 2}, {[2]int{32000, 24000}, 4, 3},
		{[2]int{16000, 24000}, 2, 3}, {[2]int{48000, 240000}, 1, 2}, {[2]int{44100, 48000}, 1, 2},
		{[2]int{48000, 44100}, 1, 2}, {[2]int{96000, 44100}, 1, 1}, {[2]int{192000, 44100}, 2, 1},
		{[2]int{44100, 12000}, 4, 3}, {[2]int{37000, 1000}, 16, 1},
	} {
		t.Run(pair(c.rates), func(t *testing.T) {
			p := planFor(t, c.rates, Filter{})
			if p.phases != c.phases || p.values != c.values {
				t.Errorf("got %d phases and %d values, want %d and %d", p.phases, p.values, c.phases, c.values)
			}
			multiple := c.rates[0]*p.values%(c.rates[1]*p.phases) == 0
			if got := p.interp == nil; got != multiple {
				t.Errorf("got values without interpolation: %v, want %v", got, multiple)
			}
			if p.interp == nil {
				return
			}
			if 2*p.reach != 12 {
				t.Errorf("got %d values for each output, want 12", 2*p.reach)
			}
			if rate := c.rates[0] * p.values / p.phases; rate < 2*min(c.rates[0], c.rates[1]) {
				t.Errorf("got %d values in a second, want at least 2 for each frame of the lower rate", rate)
			}
		})
	}
}

// TestPlanBlocks checks the length of blocks of every kind, and that the results are at least a quarter of the frames.
func TestPlanBlocks(t *testing.T) {
	for _, rates := range append([][2]int{{37000, 1000}, {441, 480}, {16000, 11025}, {48000, 8000}}, planRates...) {
		for _, f := range []Filter{{Quality: Best}, {Quality: High}, {Quality: Fast}, {Bandwidth: 0.99}} {
			if f.Bandwidth > 0 && rates[0] > 10*rates[1] {
				continue // the filter is too long
			}
			t.Run(fmt.Sprintf("%s, %v, bandwidth %g", pair(rates), f.Quality, f.Bandwidth), func(t *testing.T) {
				p := planFor(t, rates, f)
				if p.length < 256 || p.length*p.phases > maxBlock || p.length&(p.length-1) != 0 {
					t.Errorf("got length %d for %d phases, want a power of two from 256 to %d in total", p.length, p.phases, maxBlock)
				}
				if p.used > p.length || p.used < p.length && f.Quality != Fast {
					t.Errorf("got %d of %d frames used, want all, or fewer for Fast", p.used, p.length)
				}
				if p.before < 1 || p.used-p.before-p.hop < 0 {
					t.Errorf("got %d frames before a hop of %d, of %d: want all inside", p.before, p.hop, p.used)
				}
				if 4*p.hop < p.used {
					t.Errorf("got hop %d of %d, want at least a quarter", p.hop, p.used)
				}
			})
		}
	}
}

// TestLongestBlock: a block is longer than a tenth of a second only if a shorter one has too few results.
func TestLongestBlock(t *testing.T) {
	for _, half := range []int{81, 117, 144, 465, 700} {
		for _, rate := range []int{8000, 9000, 16000, 18000, 22050, 44100, 96000} {
			t.Run(fmt.Sprintf("%d taps at %d Hz", 2*half, rate), func(t *testing.T) {
				n, span := longestBlock(design{sinc: window.Sinc{Half: half}}, 2, 1, rate), 2*half+2
				if n&(n-1) != 0 || n < 256 || 2*n < 3*span {
					t.Errorf("got %d frames, want a power of two from 256 of at least 1.5 times %d", n, span)
				}
				if n > 256 && n > rate/10 && n/2 >= span+span/2 {
					t.Errorf("got %d frames, more than a tenth of a second, want %d", n, n/2)
				}
				if 2*n <= rate/10 && 2*n < 5*span {
					t.Errorf("got %d frames, want at least 2.5 times %d", n, span)
				}
			})
		}
	}
}

// TestMostDown: mostDown is the largest ratio with a plan, for any bandwidth.
func TestMostDown(t *testing.T) {
	for bandwidth := 0.90; bandwidth <= 0.995; bandwidth += 0.0025 {
		t.Run(fmt.Sprintf("bandwidth %.4f", bandwidth), func(t *testing.T) {
			d, err := Filter{Bandwidth: bandwidth}.design()
			if err != nil {
				t.Fatal(err)
			}
			down := d.mostDown()
			if newLayout(d, 1, down, 1000*down) == nil {
				t.Errorf("got no plan for 1/%d, want one", down)
			}
			if newLayout(d, 1, down+1, 1000*(down+1)) != nil {
				t.Errorf("got a plan for 1/%d, want none", down+1)
			}
		})
	}
}

// TestPlanLimits: the documented numbers of channels and workers are possible.
func TestPlanLimits(t *testing.T) {
	for _, rates := range ratePairs[:len(ratePairs)-1] {
		t.Run(pair(rates), func(t *testing.T) {
			p := planFor(t, rates, Filter{})
			if most := maxHistory / p.memory(); most <= 11000 {
				t.Errorf("got at most %d channels, want more than 11000", most)
			}
			if most := maxScratch / p.scratch(); most <= 100 {
				t.Errorf("got at most %d workers, want more than 100", most)
			}
		})
	}
	t.Run("large scratch", func(t *testing.T) {
		if most := maxScratch / planFor(t, [2]int{192000 * 71, 192000 * 4}, Filter{Bandwidth: 0.93}).scratch(); most <= 100 {
			t.Errorf("got at most %d workers, want more than 100", most)
		}
	})
}
