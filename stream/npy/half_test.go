package npy

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"testing"
)

// TestHalf compares all float16 values with their definition.
func TestHalf(t *testing.T) {
	for bits := range 1 << 16 {
		sign, exponent, fraction := 1.0, bits>>10&0x1f, float64(bits&0x3ff)
		if bits>>15 == 1 {
			sign = -1
		}
		want := sign * math.Ldexp(1+fraction/1024, exponent-15)
		switch {
		case exponent == 0:
			want = sign * math.Ldexp(fraction/1024, -14)
		case exponent == 0x1f && fraction == 0:
			want = math.Inf(int(sign))
		case exponent == 0x1f:
			want = math.NaN()
		}
		got := float64(half(uint16(bits)))
		if want != want && got != got {
			continue
		}
		if got != want || math.Signbit(got) != math.Signbit(want) {
			t.Fatalf("%#04x: got %v, want %v", bits, got, want)
		}
	}
}

// TestHalfArray: an array of float16 is read as float32, at once and as frames, in either byte order.
func TestHalfArray(t *testing.T) {
	elements := []uint16{0x3c00, 0xc000, 0x3555, 0x0001, 0x7bff, 0x8000} // 1, -2, about 1/3, 2^-24, 65504, -0
	want := []float32{1, -2, 0.333251953125, 0x1p-24, 65504, float32(math.Copysign(0, -1))}
	for descr, order := range map[string]binary.ByteOrder{"<f2": binary.LittleEndian, ">f2": binary.BigEndian} {
		t.Run(descr, func(t *testing.T) {
			b := file(1, dict(descr, false, "(3, 2)"), elements, order)
			a, err := Read(bytes.NewReader(b))
			if err != nil || !slices.Equal(a.Float32, want) {
				t.Errorf("Read: got %v and error %v, want %v", a, err, want)
			}
			r, err := NewReader(bytes.NewReader(b), hz, FramesFirst)
			if err != nil {
				t.Fatal(err)
			}
			got := make([]float32, 6)
			if n, err := r.Read(got); n != 3 || err != nil || !slices.Equal(got, want) {
				t.Errorf("Reader: got %d frames %v and error %v, want 3 frames %v", n, got, err, want)
			}
		})
	}
}

// TestElementTypes: the error for an element type that is not read explains the type and what to do.
func TestElementTypes(t *testing.T) {
	for descr, want := range map[string]string{
		"<i2": `"<i2" (integers)`, "|u1": `"|u1" (integers)`, "|b1": `"|b1" (booleans)`, "<c8": `"<c8" (complex numbers)`,
		"<f16": `"<f16" (float of another size)`, "|O": `"|O" (Python objects)`, "<V2": `"<V2" (records, or bfloat16)`, "": `""`,
	} {
		t.Run(descr, func(t *testing.T) {
			_, err := Read(bytes.NewReader(headerOnly(dict(descr, false, "(3, 2)"))))
			want := "npy: element type " + want + `: must be float16, float32 or float64: save the array with .astype("float32")`
			if err == nil || strings.TrimSpace(err.Error()) != want {
				t.Errorf("got error %v, want %s", err, want)
			}
		})
	}
}
