package spectral

import (
	"fmt"
	"testing"

	"github.com/tailwave/tailwave/dsp/dsptest"
)

func TestMirroredContract(t *testing.T) {
	for _, margin := range []int{0, 1, 2, 5} {
		t.Run(fmt.Sprintf("margin %d", margin), func(t *testing.T) {
			dsptest.Check(t, dsptest.Contract[float32]{
				New: func() dsptest.Streamer[float32] { return newMirrored(3, margin) },
				Reference: func(src []float32) (out []float32) {
					n := len(src) / 3
					for i := -margin; i < n+margin; i++ {
						at := ((i % (2 * n)) + 2*n) % (2 * n)
						at = min(at, 2*n-1-at)
						out = append(out, src[at*3:][:3]...)
					}
					return out
				},
				Frames: 40, AllLengths: 3*margin + 3, Blocks: []int{max(1, margin)},
				Waits: true, // the first frames, which have no NaN, are emitted later
			})
		})
	}
}

func TestStretchedContract(t *testing.T) {
	for _, r := range [][2]int64{{3, 2}, {2, 7}, {31, 1}, {1, 9}, {1001, 1000}, {7, 5}} {
		up, down := r[0], r[1]
		t.Run(fmt.Sprintf("%d/%d", up, down), func(t *testing.T) {
			dsptest.Check(t, dsptest.Contract[float32]{
				New: func() dsptest.Streamer[float32] { return newStretched(2, up, down) },
				Reference: func(src []float32) (out []float32) {
					n := int64(len(src) / 2)
					for m := int64(0); m*down < n*up; m++ {
						// The middle of frame m is place/(2*up), from 0 to n-1.
						place := min(max(0, (2*m+1)*down-up), 2*up*(n-1))
						part := float64(place%(2*up)) / float64(2*up)
						for c := range int64(2) {
							a := src[place/(2*up)*2+c]
							if part > 0 {
								b := float64(src[(place/(2*up)+1)*2+c])
								a = float32(float64(float64(a)*(1-part)) + float64(b*part))
							}
							out = append(out, a)
						}
					}
					return out
				},
				Frames: 120, AllLengths: 20, Blocks: []int{int(min(down, 40))},
			})
		})
	}
}

func TestConstantPhaseContract(t *testing.T) {
	const size = 16
	dsptest.Check(t, dsptest.Contract[float32]{
		New:       func() dsptest.Streamer[float32] { return newConstantPhase(size/2+1, size, nil) },
		Reference: func(src []float32) []float32 { return constantPhases(size, src) },
		Frames:    40,
	})
}
