package spectral

import (
	"math/rand/v2"
	"testing"

	"github.com/tailwave/tailwave/dsp/dsptest"
)

// FuzzSTFT: any legal layout and any split give the frames that lie where their numbers say.
func FuzzSTFT(f *testing.F) {
	f.Add(uint8(2), uint16(16), uint16(4), uint16(1), uint16(1), false, uint16(0), uint16(0), uint16(100), uint64(1))
	f.Add(uint8(3), uint16(20), uint16(5), uint16(1), uint16(1), true, uint16(6), uint16(9), uint16(300), uint64(2))
	f.Add(uint8(4), uint16(0), uint16(16), uint16(31), uint16(7), false, uint16(0), uint16(0), uint16(500), uint64(3))
	f.Fuzz(func(t *testing.T, size uint8, window, hop, up, down uint16, reflect bool, left, right, n uint16, seed uint64) {
		l := FrameLayout{
			Size: minSize << (size % 6), Window: int(window), Hop: int(hop), Up: int(up % 64), Down: int(down % 64),
			Reflect: reflect, Left: int(left), Right: int(right),
		}
		p, err := NewSTFT(l)
		if err != nil {
			return
		}
		src := dsptest.Noise[float32](seed, int(n%1000))
		if len(src) < p.MinFrames() {
			return
		}
		want := oneShot(l, src)
		if int64(len(want)) != p.Frames(int64(len(src)))*int64(l.Size/2+1) {
			t.Fatalf("%+v: %d values of %d frames", l, len(want), p.Frames(int64(len(src))))
		}
		var got []float32
		rest := src
		for _, k := range dsptest.RandomSplit(rand.New(rand.NewPCG(seed, 0)), len(src), 1+len(src)/5) {
			got = p.Process(got, rest[:k])
			rest = rest[k:]
		}
		if i := dsptest.FirstDifference(p.Flush(got), want); i >= 0 {
			t.Fatalf("%+v, %d samples: value %d differs", l, len(src), i)
		}
	})
}

// FuzzPhases: any magnitudes, in any split, give the spectra of the whole, with nothing that is not a number where none came.
func FuzzPhases(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 255, 254, 9, 200, 127, 128, 64, 32}, uint64(1))
	f.Add([]byte("the quick brown fox jumps over the lazy dog, again and again"), uint64(2))
	f.Fuzz(func(t *testing.T, levels []byte, seed uint64) {
		const bins = 5
		fresh := func() *PhaseReconstructor { p, _ := NewPhaseReconstructor(8, 2); return p }
		src := make([]float32, min(len(levels), 300)/bins*bins)
		for i := range src {
			src[i] = float32(levels[i]&15) * [16]float32{0, 1, 1e-3, 1e-9, 1e-11, 1e-20, 1e-38, 1e-45, 10, 1e3, 1e9, 1e20, 1e37, 1, 0, 1}[levels[i]>>4]
		}
		want := wholeSignal(fresh, src)
		for i, v := range want {
			if v-v != 0 {
				t.Fatalf("value %d is %v", i, v)
			}
		}
		p := fresh()
		var got []float32
		rest := src
		for _, k := range dsptest.RandomSplit(rand.New(rand.NewPCG(seed, 0)), len(src)/bins, 5) {
			got = p.Process(got, rest[:k*bins])
			rest = rest[k*bins:]
		}
		if i := dsptest.FirstDifference(p.Flush(got), want); i >= 0 {
			t.Fatalf("value %d differs", i)
		}
	})
}
