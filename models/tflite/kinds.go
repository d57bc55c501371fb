package tflite

import "fmt"

// A Kind is the kind of an operator, by its number in the schema (BuiltinOperator).
type Kind int32

// The kinds of operators that this module uses.
const (
	Add               Kind = 0
	Concatenation     Kind = 2
	Conv2D            Kind = 3
	DepthwiseConv2D   Kind = 4
	Dequantize        Kind = 6
	Mul               Kind = 18
	Reshape           Kind = 22
	Custom            Kind = 32
	Gather            Kind = 36
	Sub               Kind = 41
	StridedSlice      Kind = 45
	Split             Kind = 49
	Cast              Kind = 53
	Maximum           Kind = 55
	ArgMax            Kind = 56
	Less              Kind = 58
	TransposeConv     Kind = 67
	NotEqual          Kind = 72
	Sum               Kind = 74
	ArgMin            Kind = 79
	Pack              Kind = 83
	OneHot            Kind = 85
	LeakyReLU         Kind = 98
	SquaredDifference Kind = 99
	Quantize          Kind = 114
	CallOnce          Kind = 129
	VarHandle         Kind = 142
	ReadVariable      Kind = 143
	AssignVariable    Kind = 144
)

var kindNames = map[Kind]string{
	Add: "ADD", Concatenation: "CONCATENATION", Conv2D: "CONV_2D", DepthwiseConv2D: "DEPTHWISE_CONV_2D",
	Dequantize: "DEQUANTIZE", Mul: "MUL", Reshape: "RESHAPE", Custom: "CUSTOM", Gather: "GATHER", Sub: "SUB",
	StridedSlice: "STRIDED_SLICE", Split: "SPLIT", Cast: "CAST", Maximum: "MAXIMUM", ArgMax: "ARG_MAX", Less: "LESS",
	TransposeConv: "TRANSPOSE_CONV", NotEqual: "NOT_EQUAL", Sum: "SUM", ArgMin: "ARG_MIN", Pack: "PACK", OneHot: "ONE_HOT",
	LeakyReLU: "LEAKY_RELU", SquaredDifference: "SQUARED_DIFFERENCE", Quantize: "QUANTIZE", CallOnce: "CALL_ONCE",
	VarHandle: "VAR_HANDLE", ReadVariable: "READ_VARIABLE", AssignVariable: "ASSIGN_VARIABLE",
}

// String returns the name of the kind in the schema, such as "CONV_2D", or its number for a kind that is not listed
// here.
func (k Kind) String() string {
	if s, ok := kindNames[k]; ok {
		return s
	}
	return fmt.Sprintf("operator %d", int32(k))
}

// A Type is the type of a tensor's elements, by its number in the schema (TensorType).
type Type int8

// The types whose elements [Tensor.Float32s] and [Tensor.Int32s] return.
const (
	Float32 Type = 0
	Int32   Type = 2
)

var typeNames = [...]string{
	"float32", "float16", "int32", "uint8", "int64", "string", "bool", "int16", "complex64", "int8", "float64", "complex128",
	"uint64", "resource", "variant", "uint32", "uint16", "int4",
}

// String returns the name of the type, or its number.
func (t Type) String() string {
	if t < 0 || int(t) >= len(typeNames) {
		return fmt.Sprintf("type %d", int8(t))
	}
	return typeNames[t]
}
