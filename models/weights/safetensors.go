package weights

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Bounds on a header, which has about a hundred bytes for each tensor.
const (
	maxHeader  = 1 << 22
	maxTensors = 1 << 14
)

// openSafetensors reads the header of a .safetensors file: its length in 8 bytes, and a JSON object. The data follow
// it.
func openSafetensors(r io.ReaderAt, size int64) (*File, error) {
	n, err := headerLength(r, size)
	if err != nil {
		return nil, fmt.Errorf("neither a .safetensors file nor a PyTorch checkpoint: %w", err)
	}
	tensors, err := parseHeader(io.NewSectionReader(r, 8, n))
	if err == nil {
		err = checkData(tensors, size-8-n)
	}
	if err != nil {
		return nil, fmt.Errorf("damaged .safetensors file: %w", err)
	}
	set := Set{}
	for _, t := range tensors {
		set[t.name] = Tensor{Shape: t.shape, Type: t.element.name, read: func() ([]float32, error) {
			return t.element.readNumbers(r, 8+n+t.from, int(t.to-t.from)/t.element.size)
		}}
	}
	return &File{Format: ".safetensors file", Dictionaries: []Dictionary{{Tensors: set}}}, nil
}

// headerLength returns the length of the header of a file that may be a .safetensors file.
func headerLength(r io.ReaderAt, size int64) (int64, error) {
	if size < 8 {
		return 0, fmt.Errorf("it has %d bytes", size)
	}
	start, err := readAt(r, 0, min(size, 9))
	if err != nil {
		return 0, err
	}
	n := binary.LittleEndian.Uint64(start)
	switch {
	case n > maxHeader:
		return 0, fmt.Errorf("it begins with a length of %d bytes, must be at most %d", n, maxHeader)
	case n > uint64(size-8):
		return 0, fmt.Errorf("it begins with a length of %d bytes, and has %d more", n, size-8)
	case n == 0 || start[8] != '{':
		return 0, errors.New("its header does not begin with {")
	}
	return int64(n), nil
}

// checkData requires tensors to have the bytes that their types and shapes need, and to follow each other from the
// first byte of the data to the last.
func checkData(tensors []safetensor, size int64) error {
	slices.SortFunc(tensors, func(a, b safetensor) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
	})
	end := int64(0)
	for _, t := range tensors {
		if t.from != end || t.to < t.from || t.to > size {
			return fmt.Errorf("tensor %.80q is at bytes %d to %d of the data, must begin at %d and end by %d",
				t.name, t.from, t.to, end, size)
		}
		if n, ok := elements(t.shape, size); !ok || n*int64(t.element.size) != t.to-t.from {
			return fmt.Errorf("tensor %.80q has %d bytes, which is not what its shape %v needs",
				t.name, t.to-t.from, t.shape)
		}
		end = t.to
	}
	if end != size {
		return fmt.Errorf("its tensors have %d bytes, its data %d", end, size)
	}
	return nil
}

// elements returns how many elements a shape has, if they are at most that many.
func elements(shape []int, most int64) (int64, bool) {
	if slices.Contains(shape, 0) {
		return 0, true
	}
	n := int64(1)
	for _, d := range shape {
		if n > most/int64(d) { // before n overflows
			return 0, false
		}
		n *= int64(d)
	}
	return n, true
}
