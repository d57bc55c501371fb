package pcm

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/tailwave/tailwave/dsp/internal/kernel"
)

// TestLevelsGuards runs each function alone on slices in the midst of others.
func TestLevelsGuards(t *testing.T) {
	const guard = 77
	rng := rand.New(rand.NewPCG(7, 8))
	for _, l := range kernel.Levels() {
		for n := range 50 {
			for offset := range 9 {
				what := fmt.Sprintf("%v: %d samples at %d", l, n, offset)
				codes := slices.Repeat([]int32{guard}, offset+n+2*lanes)
				src := awkward(rng, S24, offset+n+lanes)[offset:][:n:n]
				if done, _ := quantizeFast(l, codes[offset:][:n], src, 1<<23, 1); done > n {
					t.Fatalf("%s: quantized %d", what, done)
				}
				counters := slices.Repeat([]uint64{guard}, 3*lanes)
				done, _ := ditherFast(l, codes[offset:][:n], src, counters[lanes:2*lanes], 1, 1<<23, 1)
				for i, v := range codes {
					if (i < offset || i >= offset+done) && v != guard {
						t.Fatalf("%s: wrote code %d", what, i-offset)
					}
				}
				for i, v := range counters {
					moved := i >= lanes && i < 2*lanes
					if !moved && v != guard || moved && v != guard+uint64(done/lanes) {
						t.Fatalf("%s: counter %d is %d", what, i-lanes, v)
					}
				}
				for size := 1; size <= 4; size++ {
					for i := range codes {
						codes[i] = int32(rng.Uint32()) >> (32 - 8*size)
					}
					want := make([]byte, n*size)
					pack(want, codes[offset:][:n], size)
					out := bytes.Repeat([]byte{guard}, offset+n*size+32)
					done := packFast(l, out[offset:], codes[offset:][:n], size)
					checkPacked(t, fmt.Sprintf("%s, %d bytes", what, size), out, want[:done*size], offset, guard)
				}
				for size, f := range map[int]Format{4: F32, 8: F64} {
					out := bytes.Repeat([]byte{guard}, offset+n*size+32)
					done, nans := packFloatFast(l, out[offset:], src, size)
					e := newEncoderAt(kernel.Generic, f, 1, false)
					checkPacked(t, fmt.Sprintf("%s, %v", what, f), out, e.Encode(nil, src[:done]), offset, guard)
					if int64(nans) != e.Stats().NaNs {
						t.Fatalf("%s, %v: %d are NaN, want %d", what, f, nans, e.Stats().NaNs)
					}
				}
			}
		}
	}
}

func checkPacked(t *testing.T, what string, out, want []byte, offset int, guard byte) {
	t.Helper()
	for i, b := range out {
		w := guard
		if at := i - offset; at >= 0 && at < len(want) {
			w = want[at]
		}
		if b != w {
			t.Fatalf("%s: byte %d is %#x, want %#x", what, i-offset, b, w)
		}
	}
}

// TestRegisters: registers from 16 up would need AVX-512, and the allocator of the generator takes them without a word
// when it runs out of others.
func TestRegisters(t *testing.T) {
	text, err := os.ReadFile("pcm_amd64.s")
	if err != nil {
		t.Fatal(err)
	}
	if m := regexp.MustCompile(`\b(Z\d+|[XY](1[6-9]|2\d|3[01]))\b`).FindString(string(text)); m != "" {
		t.Errorf("pcm_amd64.s uses %s, which AVX2 does not have", m)
	}
}
