package lyra

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/tailwave/tailwave/dsp/dsptest"
)

// TestGoldenQuantizer requires every code of TensorFlow's graph for its latents, and its sums for codes.
func TestGoldenQuantizer(t *testing.T) {
	q := openCodec(t).NewQuantizer()
	latents, want := golden(t, "latents"), goldenCodes(t)
	got := q.Encode(nil, latents, Codebooks)
	if len(got) != len(want) {
		t.Fatalf("got %d codes, want %d", len(got), len(want))
	}
	for i, code := range got {
		if code != want[i] {
			t.Errorf("frame %d, codebook %d: got code %d, want %d", i/Codebooks, i%Codebooks, code, want[i])
		}
	}
	for name, codebooks := range map[string]int{"latents_q16": 16, "latents_q46": 46} {
		t.Run(name, func(t *testing.T) {
			var codes []byte
			for frame := range len(want) / Codebooks {
				codes = append(codes, want[frame*Codebooks:][:codebooks]...)
			}
			wantCodes(t, fmt.Sprintf("%d codebooks", codebooks), q.Encode(nil, latents, codebooks), codes)
			sums, want := q.Decode(nil, codes, codebooks), golden(t, name)
			if i := dsptest.FirstDifference(sums, want); i >= 0 {
				t.Errorf("sums: %s", describe(sums, want, i))
			}
		})
	}
}

// TestQuantizerPackets requires that codes do not depend on other frames or on the number of frames in a call.
func TestQuantizerPackets(t *testing.T) {
	q := openCodec(t).NewQuantizer()
	latents := golden(t, "latents")[:50*Latents]
	want := q.Encode(nil, latents, 30)
	for _, n := range []int{1, 7, 8, 9, 49} {
		t.Run(fmt.Sprintf("%d frames at a time", n), func(t *testing.T) {
			got := []byte{}
			for part := range slices.Chunk(latents, n*Latents) {
				got = q.Encode(got, part, 30)
			}
			wantCodes(t, "codes", got, want)
		})
	}
	t.Run("NaN", func(t *testing.T) {
		latents := slices.Clone(latents)
		latents[0] = float32(math.NaN())
		got := q.Encode(nil, latents, 30)
		wantCodes(t, "codes of frames without NaN", got[30:], want[30:])
		if most := slices.Max(got); most >= Entries {
			t.Errorf("largest code: got %d, want at most %d", most, Entries-1)
		}
	})
}
