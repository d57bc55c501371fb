package weights

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/nlpodyssey/safetensors"
)

// Safetensors returns the tensors in the contents of a .safetensors file: those of float32, float16, bfloat16 or float64,
// the last rounded. Tensors of other types are left out.
func Safetensors(file []byte) (Set, error) {
	st, err := safetensors.Deserialize(file)
	if err != nil {
		return nil, fmt.Errorf("not a safetensors file: %w", err)
	}
	set := Set{}
	for _, t := range st.Tensors() {
		decode, size := decoder(t.TensorView.DType())
		if decode == nil {
			continue
		}
		shape := []int{}
		for _, d := range t.TensorView.Shape() {
			shape = append(shape, int(d))
		}
		raw := t.TensorView.Data()
		data := make([]float32, len(raw)/size)
		for i := range data {
			data[i] = decode(raw[i*size:])
		}
		set[t.Name] = Tensor{Shape: shape, Data: data}
	}
	return set, nil
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
