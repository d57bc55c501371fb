package weights

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/nlpodyssey/safetensors"
)

// maxHeader bounds the description of the tensors, of which each takes about a hundred bytes. The decoder of the library
// allocates some 50 times its length.
const maxHeader = 1 << 22

// openSafetensors reads the header of a .safetensors file: its length in 8 bytes, and a JSON object.
func openSafetensors(r io.ReaderAt, size int64) (*File, error) {
	header, err := readHeader(r, size)
	if err != nil {
		return nil, fmt.Errorf("neither a .safetensors file nor a PyTorch checkpoint: %w", err)
	}
	var m safetensors.Metadata
	if err := json.Unmarshal(header, &m); err != nil {
		return nil, damaged(err)
	}
	tensors := m.Tensors()
	shape := func(name string) []int {
		if t, ok := tensors[name]; ok {
			return dimensions(t.Shape)
		}
		return nil
	}
	return &File{shape: shape, read: func() (Set, error) {
		content, err := readAt(r, 0, size)
		if err != nil {
			return nil, err
		}
		return readSafetensors(content)
	}}, nil
}

func readHeader(r io.ReaderAt, size int64) ([]byte, error) {
	if size < 8 {
		return nil, fmt.Errorf("it has %d bytes", size)
	}
	length, err := readAt(r, 0, 8)
	if err != nil {
		return nil, err
	}
	n := binary.LittleEndian.Uint64(length)
	switch {
	case n > maxHeader:
		return nil, fmt.Errorf("it begins with a length of %d bytes, must be at most %d", n, maxHeader)
	case n > uint64(size-8):
		return nil, fmt.Errorf("it begins with a length of %d bytes, and has %d more", n, size-8)
	}
	header, err := readAt(r, 8, int64(n))
	if err == nil && !bytes.HasPrefix(header, []byte("{")) {
		err = errors.New("its header does not begin with {")
	}
	return header, err
}

// readSafetensors returns the tensors in the contents of a file.
func readSafetensors(file []byte) (Set, error) {
	st, err := safetensors.Deserialize(file)
	if err != nil {
		return nil, damaged(err)
	}
	set := Set{}
	for _, t := range st.Tensors() {
		decode, size := decoder(t.TensorView.DType())
		if decode == nil {
			continue
		}
		raw := t.TensorView.Data()
		data := make([]float32, len(raw)/size)
		for i := range data {
			data[i] = decode(raw[i*size:])
		}
		set[t.Name] = Tensor{Shape: dimensions(t.TensorView.Shape()), Data: data}
	}
	return set, nil
}

// damaged cuts the message, which may quote the whole header.
func damaged(err error) error { return fmt.Errorf("damaged .safetensors file: %.200s", err) }

func dimensions(shape []uint64) []int {
	d := make([]int, len(shape))
	for i, n := range shape {
		d[i] = int(n)
	}
	return d
}

// decoder returns how an element is read, and its size; nil for types that are not floating point.
func decoder(t safetensors.DType) (func([]byte) float32, int) {
	switch t {
	case safetensors.F32:
		return func(b []byte) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(b)) }, 4
	case safetensors.F64:
		return func(b []byte) float32 { return float32(math.Float64frombits(binary.LittleEndian.Uint64(b))) }, 8
	case safetensors.BF16:
		return func(b []byte) float32 { return math.Float32frombits(uint32(binary.LittleEndian.Uint16(b)) << 16) }, 2
	case safetensors.F16:
		return func(b []byte) float32 { return half(binary.LittleEndian.Uint16(b)) }, 2
	}
	return nil, 0
}

// half returns the value of an IEEE binary16, which float32 holds exactly.
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
