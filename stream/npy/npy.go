package npy

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// An Array is a file's content. One of Float32 and Float64 is set, as the file has it, Float32 for float16 too;
// elements are in row-major (C) order, whatever the order in the file.
type Array struct {
	Shape   []int // empty for a scalar
	Float32 []float32
	Float64 []float64
}

// Len returns the number of elements.
func (a *Array) Len() int { return len(a.Float32) + len(a.Float64) }

const (
	// Magic is how a file begins.
	Magic       = "\x93NUMPY"
	maxHeader   = 1 << 16
	maxElements = 1 << 31
	blockBytes  = 1 << 16
)

// Read reads one array and stops after its last element. It fails with one line for anything that is not a .npy file of
// float16, float32 or float64 in either byte order. Memory grows with the bytes that are there, not with the size the
// header claims.
func Read(r io.Reader) (*Array, error) {
	h, err := readHeader(r)
	if err != nil {
		return nil, err
	}
	a := &Array{Shape: h.shape}
	if h.size <= 4 {
		a.Float32, err = readElements(r, h, h.float32)
	} else {
		a.Float64, err = readElements(r, h, func(b []byte) float64 { return math.Float64frombits(h.order.Uint64(b)) })
	}
	return a, err
}

func readElements[T any](r io.Reader, h header, decode func([]byte) T) ([]T, error) {
	count, err := h.elements()
	if err != nil {
		return nil, err
	}
	block := make([]byte, blockBytes)
	out := make([]T, 0, min(count, blockBytes))
	for len(out) < count {
		want := min(len(block), (count-len(out))*h.size)
		n, err := io.ReadFull(r, block[:want])
		if err != nil {
			return nil, elementsError(err, len(out)+n/h.size, count)
		}
		for b := block[:want]; len(b) > 0; b = b[h.size:] {
			out = append(out, decode(b))
		}
	}
	if h.fortran {
		out = transpose(out, h.shape)
	}
	return out, nil
}

// transpose turns column-major elements into row-major ones.
func transpose[T any](in []T, shape []int) []T {
	out := make([]T, len(in))
	index := make([]int, len(shape))
	for at := range in {
		to := 0
		for d, i := range index {
			to = to*shape[d] + i
		}
		out[to] = in[at]
		for d := range index { // the first index runs fastest
			if index[d]++; index[d] < shape[d] {
				break
			}
			index[d] = 0
		}
	}
	return out
}

func readHeader(r io.Reader) (header, error) {
	var start [12]byte
	n, err := io.ReadFull(r, start[:10])
	switch {
	case err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		return header{}, fmt.Errorf("npy: reading the header: %w", err)
	case n == 0:
		return header{}, fmt.Errorf("not a .npy file: it is empty: %w", io.ErrUnexpectedEOF)
	case string(start[:min(n, len(Magic))]) != Magic[:min(n, len(Magic))]:
		return header{}, fmt.Errorf("not a .npy file: it does not begin with %q", Magic)
	case err != nil:
		return header{}, fmt.Errorf("npy: truncated header: %w", io.ErrUnexpectedEOF)
	}
	size := int64(binary.LittleEndian.Uint16(start[8:]))
	switch start[6] {
	case 1:
	case 2, 3:
		if _, err := io.ReadFull(r, start[10:]); err != nil {
			return header{}, fmt.Errorf("npy: truncated header: %w", io.ErrUnexpectedEOF)
		}
		size = int64(binary.LittleEndian.Uint32(start[8:]))
	default:
		return header{}, fmt.Errorf("npy: format version %d.%d: must be 1, 2 or 3", start[6], start[7])
	}
	if size > maxHeader {
		return header{}, fmt.Errorf("npy: header of %d bytes: must be at most %d", size, maxHeader)
	}
	text := make([]byte, size)
	if _, err := io.ReadFull(r, text); err != nil {
		return header{}, fmt.Errorf("npy: truncated header: %w", io.ErrUnexpectedEOF)
	}
	return parseHeader(bytes.TrimSpace(text))
}
