package spectral

import (
	"fmt"
	"math"
	"math/cmplx"
	"testing"

	"github.com/tailwave/tailwave/dsp/dsptest"
)

// layouts have both kinds of ends, with and without a stretch.
var layouts = []FrameLayout{
	{Size: 16, Hop: 4}, {Size: 8, Hop: 2, Up: 3, Down: 2},
	{Size: 8, Hop: 2, Up: 2, Down: 7}, {Size: 32, Hop: 8, Window: 20},
	{Size: 16, Hop: 4, Reflect: true, Left: 6, Right: 6},
	{Size: 32, Hop: 5, Window: 21, Reflect: true, Left: 16, Right: 16},
	{Size: 16, Hop: 16, Reflect: true}, {Size: 16, Hop: 4, Reflect: true, Left: 16, Right: 2},
	{Size: 16, Hop: 9, Reflect: true, Left: 16, Right: 16},
}

// TestSTFT compares with the definition.
func TestSTFT(t *testing.T) {
	for _, l := range layouts {
		t.Run(fmt.Sprintf("%+v", l), func(t *testing.T) {
			src := dsptest.Noise[float32](1, 150)
			want := direct(t, l, src)
			stft, err := NewSTFT(l)
			if err != nil {
				t.Fatal(err)
			}
			spectra, err := NewSpectra(l)
			if err != nil {
				t.Fatal(err)
			}
			magnitudes, frames := stft.Flush(stft.Process(nil, src)), spectra.Flush(spectra.Process(nil, src))
			bins := l.Size/2 + 1
			if len(magnitudes) != len(want)*bins || len(frames) != len(want)*l.Size || len(want) < 5 {
				t.Fatalf("%d magnitudes and %d values of spectra, want %d frames, at least 5",
					len(magnitudes), len(frames), len(want))
			}
			for m, spectrum := range want {
				for k, v := range spectrum {
					got := complex(float64(frames[m*l.Size+k]), 0)
					if k > 0 && k < bins-1 {
						got += complex(0, float64(frames[m*l.Size+l.Size/2+k]))
					}
					if cmplx.Abs(got-v) > 1e-6 || math.Abs(float64(magnitudes[m*bins+k])-cmplx.Abs(v)) > 1e-6 {
						t.Fatalf("frame %d, frequency %d: %v, magnitude %v, want %v",
							m, k, got, magnitudes[m*bins+k], v)
					}
				}
			}
		})
	}
}

func TestSTFTContract(t *testing.T) {
	for _, l := range layouts {
		t.Run(fmt.Sprintf("%+v", l), func(t *testing.T) {
			dsptest.Check(t, dsptest.Contract[float32]{
				New: func() dsptest.Streamer[float32] {
					s, err := NewSTFT(l)
					if err != nil {
						t.Fatal(err)
					}
					return s
				},
				Reference: func(src []float32) []float32 { return oneShot(l, src) },
				Frames:    9000,
				Blocks:    []int{l.Size, l.Hop},
				Waits:     true,
			})
		})
	}
}

// TestSTFTHistory ends signals just before and just after the transform drops samples from its history. The mirror
// image of the end may need the oldest sample that it keeps.
func TestSTFTHistory(t *testing.T) {
	for _, l := range []FrameLayout{
		{Size: 16, Hop: 4, Reflect: true, Left: 2, Right: 16},
		{Size: 16, Hop: 3, Reflect: true, Left: 16, Right: 15},
		{Size: 8, Hop: 2, Up: 1, Down: 20},
	} {
		t.Run(fmt.Sprintf("%+v", l), func(t *testing.T) {
			p, err := NewSTFT(l)
			if err != nil {
				t.Fatal(err)
			}
			for n := cap(p.history) - 3; n < cap(p.history)+20; n++ {
				src := dsptest.Noise[float32](11, n)
				p.Reset()
				var got []float32
				for _, v := range src {
					got = p.Process(got, []float32{v})
				}
				got = p.Flush(got)
				want := oneShot(l, src)
				if i := dsptest.FirstDifference(got, want); i >= 0 {
					t.Fatalf("%d samples: %s", n, difference(got, want, i))
				}
			}
		})
	}
}
