package weights

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
)

// An element is a type of numbers in a file.
type element struct {
	name   string               // as in PyTorch, such as float32
	size   int                  // bytes; 0 if unknown
	decode func([]byte) float32 // nil for types other than floating-point
}

// The types that both formats have.
var (
	float64s = element{"float64", 8,
		func(b []byte) float32 { return float32(math.Float64frombits(binary.LittleEndian.Uint64(b))) }}
	float32s = element{"float32", 4,
		func(b []byte) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(b)) }}
	float16s  = element{"float16", 2, func(b []byte) float32 { return half(binary.LittleEndian.Uint16(b)) }}
	bfloat16s = element{"bfloat16", 2, func(b []byte) float32 { return bfloat(binary.LittleEndian.Uint16(b)) }}
	int64s    = element{name: "int64", size: 8}
	int32s    = element{name: "int32", size: 4}
	int16s    = element{name: "int16", size: 2}
	int8s     = element{name: "int8", size: 1}
	uint8s    = element{name: "uint8", size: 1}
	bools     = element{name: "bool", size: 1}
)

// bfloat returns the value of a bfloat16, the upper half of a float32.
func bfloat(b uint16) float32 { return math.Float32frombits(uint32(b) << 16) }

// half returns the value of an IEEE 754 binary16, exactly.
func half(b uint16) float32 {
	sign, exponent, fraction := uint32(b>>15)<<31, uint32(b>>10&31), uint32(b&1023)
	switch exponent {
	case 0:
		return math.Float32frombits(sign | math.Float32bits(float32(fraction)*0x1p-24))
	case 31:
		return math.Float32frombits(sign | 255<<23 | fraction<<13)
	}
	return math.Float32frombits(sign | (exponent+127-15)<<23 | fraction<<13)
}

// maxPiece is the number of bytes that readNumbers reads at a time. It is a multiple of the size of every element.
const maxPiece = 1 << 16

// readNumbers returns the n numbers that start at byte at.
func (e element) readNumbers(r io.ReaderAt, at int64, n int) ([]float32, error) {
	numbers := make([]float32, n)
	piece := make([]byte, min(maxPiece, n*e.size))
	for rest := numbers; len(rest) > 0; {
		piece = piece[:min(len(piece), len(rest)*e.size)]
		if err := fill(piece, r, at); err != nil {
			return nil, err
		}
		at += int64(len(piece))
		count := len(piece) / e.size
		for i := range rest[:count] {
			rest[i] = e.decode(piece[i*e.size:])
		}
		rest = rest[count:]
	}
	return numbers, nil
}

// readAt returns the n bytes that start at byte at.
func readAt(r io.ReaderAt, at, n int64) ([]byte, error) {
	b := make([]byte, n)
	return b, fill(b, r, at)
}

// fill fills b with the bytes that start at byte at.
func fill(b []byte, r io.ReaderAt, at int64) error {
	n, err := io.ReadFull(io.NewSectionReader(r, at, int64(len(b))), b)
	switch {
	case err == io.EOF || err == io.ErrUnexpectedEOF:
		return shrunkError(at + int64(n))
	case err != nil:
		return fmt.Errorf("reading %d bytes at byte %d: %w", len(b), at, err)
	}
	return nil
}

// A shrunkError is about a file that ends at a byte before its size. It wraps [io.ErrUnexpectedEOF].
type shrunkError int64

func (s shrunkError) Error() string {
	return fmt.Sprintf("ends at byte %d, before its size: it was cut while it was read: try again", int64(s))
}

func (s shrunkError) Unwrap() error { return io.ErrUnexpectedEOF }
