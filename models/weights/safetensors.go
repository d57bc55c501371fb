package weights

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/tailwave/tailwave/dsp"
)

// Bounds on a header, which has about 100 bytes for each tensor.
const (
	maxHeader  = 1 << 22
	maxTensors = 1 << 14
	maxOffset  = 1 << 40 // bytes; no file is so large
)

// openSafetensors reads the header of a .safetensors file: its length in 8 bytes, and a JSON object. The numbers
// follow.
func openSafetensors(r io.ReaderAt, size int64) (*File, error) {
	start, err := readAt(r, 0, 8)
	if err != nil {
		return nil, err
	}
	n := int64(binary.LittleEndian.Uint64(start))
	if n > maxHeader {
		return nil, fmt.Errorf(".safetensors file has a header of %d bytes, must have at most %d: "+
			"save only the weights of the model", n, maxHeader)
	}
	tensors, err := parseHeader(io.NewSectionReader(r, 8, n))
	if err == nil {
		err = checkData(tensors, size-8-n)
	}
	if _, cut := errors.AsType[truncated](err); cut {
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("damaged .safetensors file: %w: "+again, err)
	}
	set := Set{}
	for _, t := range tensors {
		set[t.name] = Tensor{Shape: t.shape, Type: t.element.name, read: func() ([]float32, error) {
			return t.element.readNumbers(r, 8+n+t.from, int(t.to-t.from)/t.element.size)
		}}
	}
	return &File{Format: ".safetensors file", Dictionaries: []Dictionary{{Tensors: set}}}, nil
}

// checkData requires each tensor to have the bytes that its type and shape need. The tensors must follow each other
// without a gap from the first byte of the data to the last, size bytes in all.
func checkData(tensors []safetensor, size int64) error {
	slices.SortFunc(tensors, func(a, b safetensor) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
	})
	end := int64(0)
	for _, t := range tensors {
		if t.to > maxOffset {
			return fmt.Errorf("the data_offsets of tensor %s cannot be right, they are above 1 TiB", quote(t.name))
		}
		if t.from == end && t.to > size {
			return truncated(fmt.Sprintf("tensor %s ends at byte %d of the data, which has %d", quote(t.name), t.to,
				size))
		}
		if t.from != end || t.to < t.from {
			return fmt.Errorf("tensor %s is at bytes %d to %d of the data, must begin at %d",
				quote(t.name), t.from, t.to, end)
		}
		n, ok := elements(t.shape, 2*size) // the smallest types have two elements in a byte
		if !ok || t.element.size > 0 && n*int64(t.element.size) != t.to-t.from || n > 2*(t.to-t.from) {
			return fmt.Errorf("tensor %s has %d bytes, which do not fit its type %s and shape %s",
				quote(t.name), t.to-t.from, t.element.name, dsp.ListText(t.shape))
		}
		end = t.to
	}
	if end != size {
		return fmt.Errorf("its tensors take %d bytes, but %d follow the header", end, size)
	}
	return nil
}

// elements returns the number of elements of a shape, and false if it is above most.
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
