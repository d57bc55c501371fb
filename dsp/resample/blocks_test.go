package resample

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/tailwave/tailwave/dsp/dsptest"
)

// TestLongStreams moves streams ahead by whole periods, up to the longest stream that New allows. The bits do not
// change.
func TestLongStreams(t *testing.T) {
	for _, rates := range planRates {
		r, b := newBlockConverter(t, rates, 1, Filter{Quality: Fast})
		rng := rand.New(rand.NewPCG(1, 2))
		src := make([]float32, 5*b.length*b.phases)
		for i := range src {
			src[i] = rng.Float32() - 0.5
		}
		want := whole(r, src)
		for _, n := range []int64{1 << 40, math.MaxInt64/max(b.up, b.down) - int64(6*b.length*b.phases)} {
			t.Run(fmt.Sprintf("%s, %d frames", pair(rates), n), func(t *testing.T) {
				r.Reset()
				got := r.Process(nil, src[:3*b.length*b.phases])
				period := int64(b.hop*b.phases) * b.down
				n := n / period * period
				frames := n / int64(b.phases)
				b.base, b.frames, b.block = b.base+frames, b.frames+n, b.block+frames/int64(b.hop)
				b.from, b.next = b.from+frames*int64(b.values), b.next+n/b.down*b.up
				got = r.Flush(r.Process(got, src[3*b.length*b.phases:]))
				if i := dsptest.FirstDifference(got, want); i >= 0 {
					t.Errorf("%d values, want %d, differ at %d", len(got), len(want), i)
				}
			})
		}
	}
}

// TestBlockNaN: a NaN or an infinity changes the results of the blocks that contain its frame, and no other bit.
func TestBlockNaN(t *testing.T) {
	const channels, odd = 3, 1
	for i := range 2 * len(planRates) {
		rates, f := planRates[i/2], Filter{Quality: Fast, MinimumPhase: i%2 == 1}
		if rates[1] > 100*rates[0] {
			continue // too much output
		}
		r, b := newBlockConverter(t, rates, channels, f)
		frame := int64(2 * b.length * b.phases)
		src := make([]float32, 4*b.length*b.phases*channels)
		for i := range src {
			src[i] = float32(i%17) / 32
		}
		want := whole(r, src)
		from, to := r.Spoiled(frame)
		for _, v := range []float32{float32(math.NaN()), float32(math.Inf(-1))} {
			t.Run(fmt.Sprintf("%s, %+v, %v", pair(rates), f, v), func(t *testing.T) {
				src[frame*channels+odd] = v
				bad := false
				for i, got := range whole(r, src) {
					k, c := int64(i/channels), i%channels
					if c != odd || k < from || k >= to {
						if math.Float32bits(got) != math.Float32bits(want[i]) {
							t.Fatalf("frame %d of channel %d: got %v, want %v: only frames %d to %d of channel %d may differ",
								k, c, got, want[i], from, to-1, odd)
						}
					} else if got != got {
						bad = true
					}
				}
				if !bad {
					t.Error("got no NaN, want one")
				}
			})
		}
	}
}

// TestNaN: a NaN changes only output frames at most two block lengths away, and no other channel.
func TestNaN(t *testing.T) {
	src := make([]float32, 2*6000)
	src[2*3000] = float32(math.NaN())
	out := whole(newConverter(t, [2]int{44100, 48000}, 2, Filter{Quality: Fast}), src)
	bad := 0
	for k := range len(out) / 2 {
		if out[2*k+1] != 0 {
			t.Fatalf("frame %d of the other channel: got %g, want 0", k, out[2*k+1])
		}
		if out[2*k] != out[2*k] {
			if d := math.Abs(float64(k)/48000 - 3000.0/44100); d > 1024.0/44100 {
				t.Errorf("frame %d is NaN, %g input frames away, want at most 1024", k, d*44100)
			}
			bad++
		} else if out[2*k] != 0 {
			t.Fatalf("frame %d of silence: got %g, want 0", k, out[2*k])
		}
	}
	if bad < 100 || bad > 1200 {
		t.Errorf("got %d frames of NaN, want 100 to 1200", bad)
	}
}
