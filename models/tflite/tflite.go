// Package tflite reads the graphs of TensorFlow Lite files (.tflite): tensors with their values, and the operators that
// compute one tensor from others. It computes nothing itself.
//
//	file, err := os.ReadFile("model.tflite")
//	model, err := tflite.Read(file)
//	graph := model.Graphs[0]
//	for _, o := range graph.Operators {
//		fmt.Println(o.Kind, graph.Tensors[o.Outputs[0]]) // CONV_2D float32 [1 8 1 64], computed
//	}
//
// A file is a FlatBuffer (https://flatbuffers.dev): tables that refer to each other by offsets. Its tables are those of
// TensorFlow Lite's schema, version 3 (tensorflow/lite/schema/schema.fbs). The numbers of operator kinds, tensor types,
// paddings and activations in this package are the numbers of that schema.
//
// [Read] trusts nothing in a file. It returns a consistent [Model], in which every index of a tensor refers to a tensor
// that exists and every constant of float32 or int32 has as many values as its shape, or it returns an error. Its time
// and memory are bounded by the length of the file.
package tflite

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/tailwave/tailwave/dsp"
)

// A Model is the content of a file.
type Model struct {
	Graphs []*Graph // the first one is the main graph; operators such as CallOnce call the others
}

// A Graph is a list of operators and of the tensors between them. Operators, inputs and outputs refer to a tensor by
// its index in Tensors. The order of Operators is one in which they can be computed.
type Graph struct {
	Name      string     // as in the file; it may be empty
	Inputs    []int      // tensors that the caller sets, in the order of the arguments
	Outputs   []int      // tensors that hold the results, in their order
	Tensors   []Tensor   // in the order of the file
	Operators []Operator // in the order of the file
}

// A Tensor is an array in a graph: a constant, an input, or the result of an operator.
type Tensor struct {
	Name  string // as in the file; it may be empty
	Type  Type   // of the elements
	Shape []int  // sizes of the dimensions, each at least 0; empty for a single number
	Data  []byte // little-endian elements of a constant, a part of the file; nil for other tensors
}

// An Operator computes its output tensors from its input tensors.
type Operator struct {
	Kind    Kind    // the function that it computes
	Inputs  []int   // tensors, in the order of the file; -1 for an optional input that is absent
	Outputs []int   // tensors, in the order of the file
	Options Options // attributes
}

// Options are the attributes of an operator. Each field is set for the kinds that it names and zero for all others.
type Options struct {
	Padding    int     // of convolutions, Same or Valid
	StrideW    int     // of convolutions
	StrideH    int     // of convolutions
	DilationW  int     // of Conv2D and DepthwiseConv2D
	DilationH  int     // of Conv2D and DepthwiseConv2D
	Multiplier int     // of DepthwiseConv2D: output channels for each input channel
	Activation int     // fused into convolutions, arithmetic and Concatenation: number in the schema, 0 without
	Axis       int     // of Concatenation and Gather; negative axes count from the last
	Splits     int     // of Split: number of outputs
	Masks      [5]int  // of StridedSlice: begin, end, ellipsis, new axis, shrink axis
	Alpha      float32 // of LeakyReLU: slope for negative inputs
	Graph      int     // of CallOnce: index of the graph that is called
	Variable   string  // of VarHandle: name of the variable
}

// Values of Options.Padding.
const (
	Same  = 0
	Valid = 1
)

// Float32s returns the values of a constant of float32 in row-major order, or an error that says what the tensor is
// instead.
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

// Int32s returns the values of a constant of int32 in row-major order, or an error that says what the tensor is
// instead.
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

// String returns the type and the shape of the tensor, and whether it is computed: "float32 [1, 3], computed".
func (t Tensor) String() string {
	s := fmt.Sprintf("%v %s", t.Type, dsp.ListText(t.Shape))
	if t.Data == nil {
		s += ", computed"
	}
	return s
}
