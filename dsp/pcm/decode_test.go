package pcm

import (
	"encoding/binary"
	"math"
	"testing"
)

// TestDecodeIntegers compares with float64 arithmetic, which holds every code exactly, for all codes of 8 and 16 bits
// and a stride through the larger formats that includes both ends.
func TestDecodeIntegers(t *testing.T) {
	for _, c := range []struct {
		f    Format
		step int64
	}{{U8, 1}, {S16, 1}, {S24, 977}, {S32, 65521 * 3}} {
		bits := 8 * c.f.Bytes()
		full := int64(1) << (bits - 1)
		codes := []int64{-1, 0, 1, full - 1, full - 2}
		for v := -full; v < full; v += c.step {
			codes = append(codes, v)
		}
		var src []byte
		for _, v := range codes {
			u := uint64(v)
			if c.f == U8 {
				u = uint64(v + 128)
			}
			src = append(src, binary.LittleEndian.AppendUint64(nil, u)[:c.f.Bytes()]...)
		}
		dst := make([]float32, len(codes))
		if n := Decode(dst, src, c.f); n != len(codes) {
			t.Fatalf("%v: %d of %d samples", c.f, n, len(codes))
		}
		for i, v := range codes {
			exact := float64(v) / float64(full)
			if dst[i] != float32(exact) {
				t.Fatalf("%v: code %d gives %v, want %v", c.f, v, dst[i], float32(exact))
			}
			if c.f != S32 && float64(dst[i]) != exact {
				t.Fatalf("%v: code %d is not exact", c.f, v)
			}
		}
	}
}

func TestDecodeS32RoundsToEven(t *testing.T) {
	for _, c := range []struct{ code, want int32 }{
		{1<<24 + 1, 1 << 24},
		{1<<24 + 3, 1<<24 + 4},
		{math.MaxInt32, math.MaxInt32}, // as float: 2^31, full scale exactly
		{math.MinInt32, math.MinInt32},
	} {
		var dst [1]float32
		Decode(dst[:], binary.LittleEndian.AppendUint32(nil, uint32(c.code)), S32)
		if want := float32(c.want) / (1 << 31); dst[0] != want {
			t.Errorf("%d gives %v, want %v", c.code, dst[0], want)
		}
	}
}

func TestDecodeFloats(t *testing.T) {
	values := []float64{0, math.Copysign(0, -1), 1, -1, 0.1, 1e300, -1e300, 5e-324, 1e-40, math.Inf(1), math.Inf(-1),
		math.NaN(), 1 + 1.0/(1<<24), 1 + 3.0/(1<<24)}
	for _, x := range values {
		var dst [1]float32
		Decode(dst[:], binary.LittleEndian.AppendUint64(nil, math.Float64bits(x)), F64)
		if want := float32(x); math.Float32bits(dst[0]) != math.Float32bits(want) && x == x {
			t.Errorf("f64 %v gives %v, want %v", x, dst[0], want)
		} else if x != x && dst[0] == dst[0] {
			t.Errorf("f64 NaN gives %v", dst[0])
		}
	}
	for _, bits := range []uint32{0, 1 << 31, 1, 0x3F800000, 0x7F800000, 0xFF800000, 0x7FC00000, 0xFFC12345, 0x007FFFFF} {
		var dst [1]float32
		Decode(dst[:], binary.LittleEndian.AppendUint32(nil, bits), F32)
		if got := math.Float32bits(dst[0]); got != bits {
			t.Errorf("f32 bits %08x give %08x", bits, got)
		}
	}
}

func TestDecodeLengths(t *testing.T) {
	for _, f := range allFormats {
		b := f.Bytes()
		for n := range 4 {
			for extra := range b {
				for room := range 5 {
					dst := make([]float32, room+1)
					dst[room] = 42
					got := Decode(dst[:room], make([]byte, n*b+extra), f)
					if got != min(n, room) || dst[room] != 42 {
						t.Fatalf("%v: %d samples and %d bytes into %d: got %d, guard %v", f, n, extra, room, got, dst[room])
					}
				}
			}
		}
	}
}
