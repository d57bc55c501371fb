package models

import (
	"math"
	"slices"
	"testing"

	"github.com/tailwave/tailwave/dsp/dsptest"
)

// TestReach compares what the network says a sample depends on with where NaN in one frame shows.
func TestReach(t *testing.T) {
	for name, h := range small {
		network, err := h.build(randomHiFiGAN(h))
		if err != nil {
			t.Fatal(err)
		}
		p, err := network.NewStream()
		if err != nil {
			t.Fatal(err)
		}
		const frames = 60
		hop := h.info().Hop
		from, to := slices.Repeat([]int{frames}, frames*hop), slices.Repeat([]int{-1}, frames*hop)
		for f := range frames {
			src := dsptest.Noise[float32](1, frames*h.Mels)
			src[f*h.Mels] = float32(math.NaN())
			p.Reset()
			for i, v := range p.Flush(p.Process(nil, src)) {
				if v != v {
					from[i], to[i] = min(from[i], f), max(to[i], f)
				}
			}
		}
		for i := range from {
			first, last := network.Reach(i, i)
			if from[i] != max(first, 0) || to[i] != min(last, frames-1) {
				t.Fatalf("%s: sample %d depends on frames %d to %d, reach says %d to %d", name, i, from[i], to[i], first, last)
			}
		}
	}
}

// TestMACs counts a generator by hand.
func TestMACs(t *testing.T) {
	h := small["resblock 2"]
	network, err := h.build(randomHiFiGAN(h))
	if err != nil {
		t.Fatal(err)
	}
	want := 4*12*7 + 12*6*5 + 3*(6*6*(3+3+5+1)) + 3*6*3*6 + 6*(3*3*(3+3+5+1)) + 6*3*7
	if got := network.MACs(); got != float64(want) {
		t.Errorf("%v multiply-adds per frame, want %d", got, want)
	}
}
