package live

import (
	"encoding/binary"
	"fmt"
	"math"
	"testing"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// TestFadeOut: samples fall to silence in a straight line. No NaN reaches the device, not even from an infinity, whose
// product with 0 is NaN.
func TestFadeOut(t *testing.T) {
	inf := float32(math.Inf(1))
	for _, x := range []float32{1, -0.5, 0, math.MaxFloat32, inf, -inf,
		math.Float32frombits(0x7FC00000), math.Float32frombits(0xFFC12345), math.Float32frombits(0x7F800001)} {
		for _, channels := range []int{1, 2} {
			t.Run(fmt.Sprintf("%x/%d", math.Float32bits(x), channels), func(t *testing.T) {
				const frames = 8
				var p []byte
				for range frames * channels {
					p = binary.LittleEndian.AppendUint32(p, math.Float32bits(x))
				}
				fadeOut(p, Format{Rate: 8000, Channels: channels, Samples: pcm.F32})
				for i := range frames * channels {
					got := math.Float32frombits(binary.LittleEndian.Uint32(p[4*i:]))
					want := float32(0)
					if left := frames - 1 - i/channels; left > 0 && x == x {
						want = x * (float32(left) / frames)
					}
					if got != want {
						t.Errorf("sample %d: got %v (%#x), want %v", i, got, math.Float32bits(got), want)
					}
				}
			})
		}
	}
}
