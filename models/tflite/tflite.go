// Package tflite reads the graphs of TensorFlow Lite files: tensors with their values, and the operators between them.
//
// A file is a FlatBuffer: tables that refer to each other by offsets. Whatever the offsets of a file say, reading it
// ends with a Model that is consistent, or with an error, after work and in memory bounded by its length.
package tflite

import (
	"encoding/binary"
	"fmt"
	"math"
)

// A Model is what a file holds.
type Model struct {
	Graphs []*Graph // the first is the one that runs, if nothing else is asked for
}

// A Graph is operators in an order in which they can be computed. Tensors are named by their index.
type Graph struct {
	Name            string
	Inputs, Outputs []int
	Tensors         []Tensor
	Operators       []Operator
}

// A Tensor is a value in a graph.
type Tensor struct {
	Name  string
	Type  Type
	Shape []int
	Data  []byte // of a constant, a part of the file; nil for what operators compute
}

// An Operator computes tensors.
type Operator struct {
	Kind    Kind
	Inputs  []int // -1 for one that is left out
	Outputs []int
	Options Options
}

// Options are what operators have beyond their inputs, as far as their kind has them.
type Options struct {
	Padding    int    // of convolutions, 0 for SAME and 1 for VALID
	StrideW    int    // of convolutions
	StrideH    int    // of convolutions
	DilationW  int    // of Conv2D and DepthwiseConv2D
	DilationH  int    // of Conv2D and DepthwiseConv2D
	Multiplier int    // of DepthwiseConv2D: output channels for each input channel
	Activation int    // fused into convolutions, arithmetic and Concatenation, 0 for none
	Axis       int    // of Concatenation and Gather
	Splits     int    // of Split
	Masks      [5]int // of StridedSlice: begin, end, ellipsis, new axis, shrink axis
	Alpha      float32
	Graph      int    // of CallOnce
	Variable   string // of VarHandle
}

// Padding of convolutions.
const (
	Same  = 0
	Valid = 1
)

// Float32s returns the values of a constant of float32, or an error that says what the tensor is instead.
func (t Tensor) Float32s() ([]float32, error) {
	if t.Type != Float32 || t.Data == nil {
		return nil, fmt.Errorf("%v, must be a constant of float32", t)
	}
	values := make([]float32, len(t.Data)/4)
	for i := range values {
		values[i] = math.Float32frombits(binary.LittleEndian.Uint32(t.Data[4*i:]))
	}
	return values, nil
}

// Int32s is Float32s for a constant of int32.
func (t Tensor) Int32s() ([]int32, error) {
	if t.Type != Int32 || t.Data == nil {
		return nil, fmt.Errorf("%v, must be a constant of int32", t)
	}
	values := make([]int32, len(t.Data)/4)
	for i := range values {
		values[i] = int32(binary.LittleEndian.Uint32(t.Data[4*i:]))
	}
	return values, nil
}

// String says what kind of tensor it is.
func (t Tensor) String() string {
	s := fmt.Sprintf("%v %v", t.Type, t.Shape)
	if t.Data == nil {
		s += ", computed"
	}
	return s
}
