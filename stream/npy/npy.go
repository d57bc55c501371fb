package npy

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// An Array is the content of a file. Its elements are in row-major (C) order, whatever the order in the file.
type Array struct {
	Shape   []int     // empty for a scalar
	Float32 []float32 // the elements of a file of float16 or float32, else nil
	Float64 []float64 // the elements of a file of float64, else nil
}

// Len returns the number of elements.
func (a *Array) Len() int { return len(a.Float32) + len(a.Float64) }

// Magic is the string that a file begins with.
const Magic = "\x93NUMPY"

const (
	maxHeader   = 1 << 16 // bytes
	maxElements = 1 << 31
	maxRank     = 32      // dimensions
	blockBytes  = 1 << 16 // bytes read at a time
)

// An endError reports a file that ends early. It wraps io.ErrUnexpectedEOF, whose text would add nothing to its own.
type endError struct{ text string }

func (e *endError) Error() string { return e.text }
func (e *endError) Unwrap() error { return io.ErrUnexpectedEOF }

func ends(format string, a ...any) error { return &endError{"npy: " + fmt.Sprintf(format, a...)} }

// Read reads one array and stops after its last element. It accepts float16, float32 and float64 in either byte order.
// Memory grows with the bytes that are read, not with the size that the header announces. The error wraps
// io.ErrUnexpectedEOF if the input ends early, or the error of r.
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

// transpose returns column-major elements in row-major order.
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

// readHeader reads up to the first element.
func readHeader(r io.Reader) (header, error) {
	var start [12]byte
	n, err := io.ReadFull(r, start[:10])
	switch {
	case err != nil && !isEnd(err):
		return header{}, headerError(err, n)
	case n == 0:
		return header{}, &endError{"not a .npy file: it is empty: save the array with numpy.save"}
	case string(start[:min(n, len(Magic))]) != Magic[:min(n, len(Magic))]:
		return header{}, fmt.Errorf("not a .npy file: it does not begin with %q: save the array with numpy.save", Magic)
	case err != nil:
		return header{}, headerError(err, n)
	}
	at, size := 10, int64(binary.LittleEndian.Uint16(start[8:]))
	switch start[6] {
	case 1:
	case 2, 3:
		n, err := io.ReadFull(r, start[10:])
		if err != nil {
			return header{}, headerError(err, at+n)
		}
		at, size = len(start), int64(binary.LittleEndian.Uint32(start[8:]))
	default:
		return header{}, fmt.Errorf("npy: format version %d.%d: must be 1, 2 or 3: %s", start[6], start[7], saveAgain)
	}
	if size > maxHeader {
		return header{}, fmt.Errorf("npy: header of %.1f MB by its length field: must be at most %d bytes: %s",
			float64(size)/1e6, maxHeader, saveAgain)
	}
	text := make([]byte, size)
	if n, err := io.ReadFull(r, text); err != nil {
		return header{}, headerError(err, at+n)
	}
	return parseHeader(bytes.TrimSpace(text))
}

// headerError returns the error for a header that could not be read beyond its first n bytes.
func headerError(err error, n int) error {
	if isEnd(err) {
		return ends("truncated header: the file ends at byte %d: get a complete copy of the file", n)
	}
	return fmt.Errorf("npy: reading the header: %w", err)
}

func isEnd(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }
