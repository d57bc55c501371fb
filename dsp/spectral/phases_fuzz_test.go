package spectral

import (
	"math/rand/v2"
	"testing"

	"github.com/tailwave/tailwave/dsp/dsptest"
)

// FuzzPhases compares any magnitudes, in any split, with the spectra of the whole. Finite magnitudes have finite
// spectra.
func FuzzPhases(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 255, 254, 9, 200, 127, 128, 64, 32}, uint64(1))
	f.Add([]byte("the quick brown fox jumps over the lazy dog, again and again"), uint64(2))
	f.Fuzz(func(t *testing.T, levels []byte, seed uint64) {
		const bins = 5
		fresh := func() *PhaseReconstructor { p, _ := NewPhaseReconstructor(8, 2); return p }
		src := make([]float32, min(len(levels), 300)/bins*bins)
		for i := range src {
			scales := [16]float32{0, 1, 1e-3, 1e-9, 1e-11, 1e-20, 1e-38, 1e-45, 10, 1e3, 1e9, 1e20, 1e37, 1, 0, 1}
			src[i] = float32(levels[i]&15) * scales[levels[i]>>4]
		}
		want := wholeSignal(fresh, src)
		for i, v := range want {
			if v-v != 0 {
				t.Fatalf("value %d is %v, want a finite one", i, v)
			}
		}
		p := fresh()
		var got []float32
		rest := src
		for _, k := range dsptest.RandomSplit(rand.New(rand.NewPCG(seed, 0)), len(src)/bins, 5) {
			got = p.Process(got, rest[:k*bins])
			rest = rest[k*bins:]
		}
		got = p.Flush(got)
		if i := dsptest.FirstDifference(got, want); i >= 0 {
			t.Fatalf("%d frames: %s", len(src)/bins, difference(got, want, i))
		}
	})
}
