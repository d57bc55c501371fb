package pcm

import (
	"encoding/binary"
	"fmt"
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
		t.Run(c.f.String(), func(t *testing.T) {
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
				t.Fatalf("got %d samples, want %d", n, len(codes))
			}
			for i, v := range codes {
				exact := float64(v) / float64(full)
				if dst[i] != float32(exact) {
					t.Fatalf("code %d: got %v, want %v", v, dst[i], float32(exact))
				}
				if c.f != S32 && float64(dst[i]) != exact {
					t.Fatalf("code %d: got %v, want %v exactly", v, dst[i], exact)
				}
			}
		})
	}
}

func TestDecodeS32RoundsToEven(t *testing.T) {
	for _, c := range []struct{ code, want int32 }{
		{1<<24 + 1, 1 << 24},
		{1<<24 + 3, 1<<24 + 4},
		{math.MaxInt32, math.MaxInt32}, // as float: 2^31, full scale exactly
		{math.MinInt32, math.MinInt32},
	} {
		t.Run(fmt.Sprint(c.code), func(t *testing.T) {
			var dst [1]float32
			Decode(dst[:], binary.LittleEndian.AppendUint32(nil, uint32(c.code)), S32)
			if want := float32(c.want) / (1 << 31); dst[0] != want {
				t.Errorf("got %v, want %v", dst[0], want)
			}
		})
	}
}

// TestDecodeF64: samples are rounded as by a Go conversion. NaN stays NaN, with any bits.
func TestDecodeF64(t *testing.T) {
	for _, x := range []float64{0, math.Copysign(0, -1), 1, -1, 0.1, 1e300, -1e300, 5e-324, 1e-40,
		math.Inf(1), math.Inf(-1), math.NaN(), 1 + 1.0/(1<<24), 1 + 3.0/(1<<24)} {
		t.Run(fmt.Sprint(x), func(t *testing.T) {
			var dst [1]float32
			Decode(dst[:], binary.LittleEndian.AppendUint64(nil, math.Float64bits(x)), F64)
			got, want := dst[0], float32(x)
			if math.Float32bits(got) != math.Float32bits(want) && (got == got || want == want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

// TestDecodeF32: every bit stays the same, including those of NaN.
func TestDecodeF32(t *testing.T) {
	for _, bits := range []uint32{0, 1 << 31, 1, 0x3F800000, 0x7F800000, 0xFF800000, 0x7FC00000, 0xFFC12345, 0x007FFFFF} {
		t.Run(fmt.Sprintf("%08x", bits), func(t *testing.T) {
			var dst [1]float32
			Decode(dst[:], binary.LittleEndian.AppendUint32(nil, bits), F32)
			if got := math.Float32bits(dst[0]); got != bits {
				t.Errorf("got bits %08x, want %08x", got, bits)
			}
		})
	}
}

// TestDecodeLengths: whole samples are decoded, as many as fit in dst, and nothing is written after them.
func TestDecodeLengths(t *testing.T) {
	const guard = 42
	for _, f := range allFormats {
		t.Run(f.String(), func(t *testing.T) {
			b := f.Bytes()
			for n := range 4 {
				for extra := range b {
					for room := range 5 {
						dst := make([]float32, room+1)
						dst[room] = guard
						got, want := Decode(dst[:room], make([]byte, n*b+extra), f), min(n, room)
						if got != want {
							t.Errorf("%d samples and %d bytes into %d: got %d samples, want %d", n, extra, room, got, want)
						}
						if dst[room] != guard {
							t.Errorf("%d samples and %d bytes into %d: got %v after dst, want %v", n, extra, room, dst[room], guard)
						}
					}
				}
			}
		})
	}
}

// The byte counts of BenchmarkDecode and BenchmarkEncode are those of the file format.
func BenchmarkDecode(b *testing.B) {
	for _, f := range allFormats {
		b.Run(f.String(), func(b *testing.B) {
			x := benchSignal()
			src := newEncoder(b, f, 2, false).Encode(nil, x)
			b.SetBytes(int64(len(src)))
			for b.Loop() {
				Decode(x, src, f)
			}
		})
	}
}
