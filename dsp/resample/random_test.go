package resample

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
)

// TestRandomRates converts random signals between random rates with random filters, channels, workers and cuts. The
// stream has the bits of Reference and the counts of Emitted, and the sums of the definition are within 1e-9.
func TestRandomRates(t *testing.T) {
	pairs := 80
	if testing.Short() {
		pairs = 20
	}
	for seed := range pairs {
		rng := rand.New(rand.NewPCG(uint64(seed), 19))
		rates := [2]int{500 * (1 + rng.IntN(60)), 500 * (1 + rng.IntN(60))}
		if rng.IntN(4) == 0 {
			rates = [2]int{1 + rng.IntN(1000), 1 + rng.IntN(1000)}
		}
		f := Filter{Quality: Quality(rng.IntN(3)), MinimumPhase: rng.IntN(4) == 0}
		if rng.IntN(4) == 0 {
			f.Bandwidth = 0.9 + 0.095*rng.Float64()
		}
		channels := 1 + rng.IntN(3)
		if rng.IntN(8) == 0 {
			channels = 9
		}
		t.Run(fmt.Sprintf("%s, %+v, %d channels, seed %d", pair(rates), f, channels, seed), func(t *testing.T) {
			r, err := New(rates[0], rates[1], channels, f, dsp.WithWorkers(serial(1+rng.IntN(3))))
			if err != nil {
				if !f.MinimumPhase || rates[0] < 7*rates[1] {
					t.Error(err)
				}
				return // minimum phase between rates that are far apart
			}
			n := r.Taps() + rng.IntN(3*r.Taps()+1)
			checkStream(t, r, dsptest.Noise[float32](uint64(seed), n*channels), rng)
		})
	}
}

// checkStream converts src in random cuts, in two streams.
func checkStream(t *testing.T, r *Converter, src []float32, rng *rand.Rand) {
	t.Helper()
	want, err := r.Reference(src)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		var got []float32
		for at := 0; at < len(src); {
			end := min(len(src), at+r.channels*rng.IntN(1+len(src)/r.channels/(1+rng.IntN(9))))
			got = r.Process(got, src[at:end])
			at = end
			if emitted := r.Emitted(int64(at / r.channels)); int64(len(got)/r.channels) != emitted {
				t.Fatalf("after %d frames: got %d frames, want Emitted, %d", at/r.channels, len(got)/r.channels, emitted)
			}
		}
		got = r.Flush(got)
		if i := dsptest.FirstDifference(got, want); i >= 0 {
			t.Fatalf("got %d values, want %d, differ at %d", len(got), len(want), i)
		}
		r.Reset()
	}
	if r.Coefficients() == nil {
		return
	}
	sums, err := r.Direct(src)
	if err != nil {
		t.Fatal(err)
	}
	blocks, err := r.reference(src)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range sums {
		if !(math.Abs(blocks[i]-v) <= 1e-9) {
			t.Fatalf("value %d: got %v, want %v within 1e-9", i, blocks[i], v)
		}
	}
}
