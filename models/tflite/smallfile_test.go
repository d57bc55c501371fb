package tflite_test

import (
	"encoding/binary"
	"math"

	"github.com/tailwave/tailwave/models/tflite"
)

// smallFile returns a file with one graph: three numbers are multiplied by constants.
func smallFile() []byte {
	var gains []byte
	for _, v := range []float32{0.5, 1, 2} {
		gains = binary.LittleEndian.AppendUint32(gains, math.Float32bits(v))
	}
	return tflite.Encode(&tflite.Model{Graphs: []*tflite.Graph{{
		Name: "main", Inputs: []int{0}, Outputs: []int{2},
		Tensors: []tflite.Tensor{
			{Name: "x", Type: tflite.Float32, Shape: []int{1, 3}},
			{Name: "gains", Type: tflite.Float32, Shape: []int{3}, Data: gains},
			{Name: "y", Type: tflite.Float32, Shape: []int{1, 3}},
		},
		Operators: []tflite.Operator{{Kind: tflite.Mul, Inputs: []int{0, 1}, Outputs: []int{2}}},
	}}})
}
