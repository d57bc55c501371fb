package spectral

import (
	"math/rand/v2"
	"testing"

	"github.com/tailwave/tailwave/dsp/dsptest"
)

// FuzzSTFT compares any split, for any legal layout, with frames computed one by one at the positions that follow from
// their numbers.
func FuzzSTFT(f *testing.F) {
	f.Add(uint8(2), uint16(16), uint16(4), uint16(1), uint16(1), false, uint16(0), uint16(0), uint16(100), uint64(1))
	f.Add(uint8(3), uint16(20), uint16(5), uint16(1), uint16(1), true, uint16(6), uint16(9), uint16(300), uint64(2))
	f.Add(uint8(4), uint16(0), uint16(16), uint16(31), uint16(7), false, uint16(0), uint16(0), uint16(500), uint64(3))
	f.Fuzz(func(
		t *testing.T, size uint8, window, hop, up, down uint16, reflect bool, left, right, n uint16, seed uint64,
	) {
		l := FrameLayout{
			Size: minSize << (size % 6), Window: int(window), Hop: int(hop), Up: int(up % 64), Down: int(down % 64),
			Reflect: reflect, Left: int(left), Right: int(right),
		}
		p, err := NewSTFT(l)
		if err != nil {
			return
		}
		src := dsptest.Noise[float32](seed, int(n%1000))
		if len(src) < p.Shape().MinFrames {
			return
		}
		want := oneShot(l, src)
		if got := p.OutFrames(int64(len(src))) * int64(l.Size/2+1); got != int64(len(want)) {
			t.Fatalf("%+v: OutFrames stands for %d values, want %d", l, got, len(want))
		}
		var got []float32
		rest := src
		for _, k := range dsptest.RandomSplit(rand.New(rand.NewPCG(seed, 0)), len(src), 1+len(src)/5) {
			got = p.Process(got, rest[:k])
			rest = rest[k:]
		}
		got = p.Flush(got)
		if i := dsptest.FirstDifference(got, want); i >= 0 {
			t.Fatalf("%+v, %d samples: %s", l, len(src), difference(got, want, i))
		}
	})
}
