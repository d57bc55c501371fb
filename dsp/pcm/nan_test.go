package pcm

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"testing"

	"github.com/tailwave/tailwave/dsp/internal/kernel"
)

// NaN of either sign, quiet and signalling, with payloads at both ends.
var (
	nans32 = []uint32{0x7FC00000, 0xFFC00000, 0x7FC00001, 0x7FC12345, 0xFFC12345, 0x7F800001, 0xFF800001, 0x7FA00000,
		0x7FBFFFFF, 0xFFBFFFFF, 0x7FFFFFFF, 0xFFFFFFFF}
	nans64 = []uint64{0x7FF8000000000000, 0xFFF8000000000000, 0x7FF8000000000001, 0xFFF8123456789ABC, 0x7FF0000000000001,
		0xFFF0000000000001, 0x7FF0000100000000, 0xFFF00000FFFFFFFF, 0x7FF7FFFFFFFFFFFF, 0x7FFFFFFFFFFFFFFF,
		0xFFFFFFFFFFFFFFFF}
)

// TestEncodeNaNPatterns puts every pattern into every lane, at all lengths around whole vectors, alone and among
// numbers.
func TestEncodeNaNPatterns(t *testing.T) {
	for _, l := range kernel.Levels() {
		for _, f := range []Format{F32, F64} {
			t.Run(fmt.Sprintf("%v/%v", l, f), func(t *testing.T) {
				for n := range 4*lanes + 4 {
					for first := range nans32 {
						for every := 1; every <= 3; every++ {
							x := make([]float32, n)
							var want []byte
							nans := int64(0)
							for i := range x {
								x[i] = float32(i) * -0.03
								isNaN := i%every == 0
								if isNaN {
									x[i] = math.Float32frombits(nans32[(first+i)%len(nans32)])
									nans++
								}
								switch {
								case isNaN && f == F32:
									want = binary.LittleEndian.AppendUint32(want, 0x7FC00000)
								case isNaN:
									want = binary.LittleEndian.AppendUint64(want, 0x7FF8000000000000)
								case f == F32:
									want = binary.LittleEndian.AppendUint32(want, math.Float32bits(x[i]))
								default:
									want = binary.LittleEndian.AppendUint64(want, math.Float64bits(float64(x[i])))
								}
							}
							e := newEncoderAt(l, f, 1, false)
							if got := e.Encode(nil, x); !bytes.Equal(got, want) {
								t.Fatalf("%d samples, pattern %d first, one NaN in %d: got % x, want % x", n, first, every, got, want)
							}
							if got := e.Stats().NaNs; got != nans {
								t.Fatalf("%d samples, pattern %d first, one NaN in %d: got %d counted, want %d", n, first, every, got, nans)
							}
						}
					}
				}
			})
		}
	}
}

// TestCanonicalizeNaN: every NaN becomes the one pattern of its format. Numbers and the bytes of an incomplete sample
// do not change.
func TestCanonicalizeNaN(t *testing.T) {
	// The values next to NaN, on either side.
	numbers32 := []uint32{0, 1 << 31, 1, 0x3F800000, 0x7F7FFFFF, 0xFF7FFFFF, 0x7F800000, 0xFF800000}
	numbers64 := []uint64{0, 1 << 63, 1, 0x3FF0000000000000, 0x7FEFFFFFFFFFFFFF, 0xFFEFFFFFFFFFFFFF,
		0x7FF0000000000000, 0xFFF0000000000000}
	var f32, want32, f64, want64 []byte
	for i, v := range nans32 {
		n := numbers32[i%len(numbers32)]
		f32 = binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(f32, v), n)
		want32 = binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(want32, 0x7FC00000), n)
	}
	for i, v := range nans64 {
		n := numbers64[i%len(numbers64)]
		f64 = binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(f64, v), n)
		want64 = binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(want64, 0x7FF8000000000000), n)
	}
	ones := bytes.Repeat([]byte{0xFF}, 7)
	for _, c := range []struct {
		name    string
		f       Format
		p, want []byte
	}{
		{"f32", F32, f32, want32},
		{"f64", F64, f64, want64},
		{"f32, nothing", F32, nil, nil},
		{"f32, part of a sample", F32, ones[:3], ones[:3]},
		{"f64, part of a sample", F64, ones, ones},
		{"f32, part of a sample at the end", F32, ones, append([]byte{0, 0, 0xC0, 0x7F}, ones[:3]...)},
		{"pcm8", U8, f32, f32},
		{"pcm16", S16, f32, f32},
		{"pcm24", S24, f32, f32},
		{"pcm32", S32, f32, f32},
		{"no format", 0, f32, f32},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := bytes.Clone(c.p)
			if CanonicalizeNaN(got, c.f); !bytes.Equal(got, c.want) {
				t.Errorf("% x: got % x, want % x", c.p, got, c.want)
			}
		})
	}
}
