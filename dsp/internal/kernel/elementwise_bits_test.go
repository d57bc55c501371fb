package kernel

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"testing"

	"github.com/tailwave/tailwave/testdata/recorded"
)

// TestElementwiseLevels compares every level with the definition.
func TestElementwiseLevels(t *testing.T) {
	for _, f := range elementwises() {
		t.Run(f.name, func(t *testing.T) {
			var want, got []float32
			check := func(src []float32) {
				src = src[:len(src)-len(src)%f.channels]
				want, got = append(want[:0], src...), append(got[:0], src...)
				f.run(Generic, want, src)
				for _, l := range Levels()[1:] {
					f.run(l, got, src)
					for i := range src {
						if !alike(got[i], want[i]) {
							t.Fatalf("level %s: argument %x gives %x, want %x", l, src[i], got[i], want[i])
						}
					}
				}
			}
			stride(steps(), check)
			check(special)
		})
	}
}

// TestElementwiseBits compares the SHA-256 of results with the recorded ones, for every target and processor feature at
// hand. They never change.
func TestElementwiseBits(t *testing.T) {
	var grid []float32
	for bits := uint64(0); bits < 1<<32; bits += 214_759 {
		grid = append(grid, math.Float32frombits(uint32(bits)))
	}
	grid = append(grid, special...)
	hashes := map[string]string{}
	for _, l := range Levels() {
		for _, f := range elementwises() {
			src := grid[:len(grid)-len(grid)%f.channels]
			dst := make([]float32, len(src))
			f.run(l, dst, src)
			h := sha256.New()
			for _, v := range dst {
				if v != v {
					v = math.Float32frombits(0x7fc00000)
				}
				h.Write(binary.LittleEndian.AppendUint32(nil, math.Float32bits(v)))
			}
			sum := hex.EncodeToString(h.Sum(nil))
			if first, ok := hashes[f.name]; ok && sum != first {
				t.Errorf("%s: level %s has other bits", f.name, l)
			} else {
				hashes[f.name] = sum
			}
		}
	}
	recorded.Check(t, "elementwise", hashes)
}
