package resample

import (
	"fmt"
	"testing"

	"github.com/tailwave/tailwave/dsp/internal/kernel"
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

// TestPlanOversampling: the intermediate rate is 1 to 4 times the rate of the input, and values are interpolated unless
// it is a multiple of the output rate.
func TestPlanOversampling(t *testing.T) {
	for _, c := range []struct {
		rates [2]int
		want  int
	}{
		{[2]int{48000, 24000}, 1}, {[2]int{44100, 88200}, 2}, {[2]int{16000, 48000}, 3}, {[2]int{48000, 192000}, 4},
		{[2]int{48000, 240000}, 2}, {[2]int{44100, 48000}, 2}, {[2]int{48000, 44100}, 2}, {[2]int{96000, 44100}, 1},
		{[2]int{100003, 31013}, 1}, {[2]int{48000, 32000}, 2}, {[2]int{32000, 24000}, 3},
	} {
		t.Run(pair(c.rates), func(t *testing.T) {
			p := planFor(t, c.rates, Filter{})
			if p.oversampling != c.want {
				t.Errorf("got %d values for each frame, want %d", p.oversampling, c.want)
			}
			multiple := c.rates[0]*p.oversampling%c.rates[1] == 0
			if got := p.interp == nil; got != multiple {
				t.Errorf("got values without interpolation: %v, want %v", got, multiple)
			}
			if p.interp != nil && 2*p.reach != 12 {
				t.Errorf("got %d values for each output, want 12", 2*p.reach)
			}
		})
	}
}

// TestPlanBlocks: the results of a block are at least a third of it, and more than half unless the block would be too
// long.
func TestPlanBlocks(t *testing.T) {
	for _, rates := range append([][2]int{{37000, 1000}, {441, 480}}, planRates...) {
		for _, f := range []Filter{{Quality: Best}, {Quality: Fast}} {
			t.Run(fmt.Sprintf("%s, %v", pair(rates), f.Quality), func(t *testing.T) {
				p := planFor(t, rates, f)
				if p.length < 256 || p.length > maxBlock || p.length&(p.length-1) != 0 {
					t.Errorf("got length %d, want a power of two from 256 to %d", p.length, maxBlock)
				}
				if p.hop%4 != 0 || p.before%2 != 0 {
					t.Errorf("got hop %d and %d frames before, want a multiple of 4 and an even number", p.hop, p.before)
				}
				least := p.length / 2
				if 2*p.length > min(rates[0]/10, maxBlock) {
					least = p.length/3 - 4
				}
				if p.hop < least {
					t.Errorf("got hop %d of %d, want at least %d", p.hop, p.length, least)
				}
			})
		}
	}
}

// TestPlanLimits: the documented numbers of channels and workers are possible.
func TestPlanLimits(t *testing.T) {
	for _, rates := range ratePairs[:len(ratePairs)-1] {
		t.Run(pair(rates), func(t *testing.T) {
			p := planFor(t, rates, Filter{})
			if most := maxHistory / p.memory(); most <= 15000 {
				t.Errorf("got at most %d channels, want more than 15000", most)
			}
			if most := maxScratch / p.scratch(); most <= 100 {
				t.Errorf("got at most %d workers, want more than 100", most)
			}
		})
	}
	t.Run("largest scratch", func(t *testing.T) {
		if most := maxScratch / planFor(t, [2]int{192000 * 71, 192000 * 4}, Filter{Bandwidth: 0.93}).scratch(); most != 6 {
			t.Errorf("got at most %d workers, want 6", most)
		}
	})
}
