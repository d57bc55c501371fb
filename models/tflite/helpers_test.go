package tflite

import (
	"encoding/binary"
	"math"
	"runtime/metrics"
	"strings"
	"testing"

	flatbuffers "github.com/google/flatbuffers/go"

	"github.com/tailwave/tailwave/models/tflite/internal/schema"
)

// A builder writes files with the schema of the accessors. It shares only the schema with the reader, so tests do not
// find faults in that; package lyra reads real files.
type builder struct{ *flatbuffers.Builder }

func (b builder) ints(start func(*flatbuffers.Builder, int) flatbuffers.UOffsetT, values []int) flatbuffers.UOffsetT {
	start(b.Builder, len(values))
	for i := range values {
		b.PrependInt32(int32(values[len(values)-1-i]))
	}
	return b.EndVector(len(values))
}

func (b builder) offsets(
	start func(*flatbuffers.Builder, int) flatbuffers.UOffsetT, values []flatbuffers.UOffsetT,
) flatbuffers.UOffsetT {
	start(b.Builder, len(values))
	for i := range values {
		b.PrependUOffsetT(values[len(values)-1-i])
	}
	return b.EndVector(len(values))
}

// encode returns the file of a model. The code of an operator is its kind, in the byte of older files if it fits.
func encode(m *Model) []byte {
	b := builder{flatbuffers.NewBuilder(0)}
	var codes, graphs, buffers []flatbuffers.UOffsetT
	numbers := map[Kind]uint32{}
	schema.BufferStart(b.Builder)
	buffers = append(buffers, schema.BufferEnd(b.Builder))
	for _, g := range m.Graphs {
		var tensors, operators []flatbuffers.UOffsetT
		for _, t := range g.Tensors {
			buffer := uint32(0)
			if t.Data != nil {
				data := b.CreateByteVector(t.Data)
				schema.BufferStart(b.Builder)
				schema.BufferAddData(b.Builder, data)
				buffer = uint32(len(buffers))
				buffers = append(buffers, schema.BufferEnd(b.Builder))
			}
			shape, name := b.ints(schema.TensorStartShapeVector, t.Shape), b.CreateString(t.Name)
			schema.TensorStart(b.Builder)
			schema.TensorAddShape(b.Builder, shape)
			schema.TensorAddName(b.Builder, name)
			schema.TensorAddType(b.Builder, int8(t.Type))
			schema.TensorAddBuffer(b.Builder, buffer)
			tensors = append(tensors, schema.TensorEnd(b.Builder))
		}
		for _, o := range g.Operators {
			if _, ok := numbers[o.Kind]; !ok {
				numbers[o.Kind] = uint32(len(codes))
				schema.OperatorCodeStart(b.Builder)
				schema.OperatorCodeAddDeprecatedBuiltinCode(b.Builder, int8(min(o.Kind, 127)))
				if o.Kind > 50 {
					schema.OperatorCodeAddBuiltinCode(b.Builder, int32(o.Kind))
				}
				codes = append(codes, schema.OperatorCodeEnd(b.Builder))
			}
			in, out := b.ints(schema.OperatorStartInputsVector, o.Inputs), b.ints(schema.OperatorStartOutputsVector, o.Outputs)
			kind, table := b.options(o)
			schema.OperatorStart(b.Builder)
			schema.OperatorAddOpcodeIndex(b.Builder, numbers[o.Kind])
			schema.OperatorAddInputs(b.Builder, in)
			schema.OperatorAddOutputs(b.Builder, out)
			schema.OperatorAddBuiltinOptionsType(b.Builder, kind)
			if table > 0 {
				schema.OperatorAddBuiltinOptions(b.Builder, table)
			}
			operators = append(operators, schema.OperatorEnd(b.Builder))
		}
		ts := b.offsets(schema.SubGraphStartTensorsVector, tensors)
		os := b.offsets(schema.SubGraphStartOperatorsVector, operators)
		in, out := b.ints(schema.SubGraphStartInputsVector, g.Inputs), b.ints(schema.SubGraphStartOutputsVector, g.Outputs)
		name := b.CreateString(g.Name)
		schema.SubGraphStart(b.Builder)
		schema.SubGraphAddTensors(b.Builder, ts)
		schema.SubGraphAddOperators(b.Builder, os)
		schema.SubGraphAddInputs(b.Builder, in)
		schema.SubGraphAddOutputs(b.Builder, out)
		schema.SubGraphAddName(b.Builder, name)
		graphs = append(graphs, schema.SubGraphEnd(b.Builder))
	}
	cs, gs := b.offsets(schema.ModelStartOperatorCodesVector, codes), b.offsets(schema.ModelStartSubgraphsVector, graphs)
	bs := b.offsets(schema.ModelStartBuffersVector, buffers)
	schema.ModelStart(b.Builder)
	schema.ModelAddVersion(b.Builder, 3)
	schema.ModelAddOperatorCodes(b.Builder, cs)
	schema.ModelAddSubgraphs(b.Builder, gs)
	schema.ModelAddBuffers(b.Builder, bs)
	b.FinishWithFileIdentifier(schema.ModelEnd(b.Builder), []byte(identifier))
	return b.FinishedBytes()
}

// options writes the table of options that belongs to the kind of an operator.
func (b builder) options(o Operator) (schema.Options, flatbuffers.UOffsetT) {
	f, p := b.Builder, o.Options
	switch o.Kind {
	case Conv2D:
		schema.Conv2DOptionsStart(f)
		schema.Conv2DOptionsAddPadding(f, int8(p.Padding))
		schema.Conv2DOptionsAddStrideW(f, int32(p.StrideW))
		schema.Conv2DOptionsAddStrideH(f, int32(p.StrideH))
		schema.Conv2DOptionsAddDilationWFactor(f, int32(p.DilationW))
		schema.Conv2DOptionsAddDilationHFactor(f, int32(p.DilationH))
		schema.Conv2DOptionsAddFusedActivationFunction(f, int8(p.Activation))
		return schema.OptionsConv2DOptions, schema.Conv2DOptionsEnd(f)
	case DepthwiseConv2D:
		schema.DepthwiseConv2DOptionsStart(f)
		schema.DepthwiseConv2DOptionsAddPadding(f, int8(p.Padding))
		schema.DepthwiseConv2DOptionsAddStrideW(f, int32(p.StrideW))
		schema.DepthwiseConv2DOptionsAddStrideH(f, int32(p.StrideH))
		schema.DepthwiseConv2DOptionsAddDilationWFactor(f, int32(p.DilationW))
		schema.DepthwiseConv2DOptionsAddDilationHFactor(f, int32(p.DilationH))
		schema.DepthwiseConv2DOptionsAddDepthMultiplier(f, int32(p.Multiplier))
		schema.DepthwiseConv2DOptionsAddFusedActivationFunction(f, int8(p.Activation))
		return schema.OptionsDepthwiseConv2DOptions, schema.DepthwiseConv2DOptionsEnd(f)
	case TransposeConv:
		schema.TransposeConvOptionsStart(f)
		schema.TransposeConvOptionsAddPadding(f, int8(p.Padding))
		schema.TransposeConvOptionsAddStrideW(f, int32(p.StrideW))
		schema.TransposeConvOptionsAddStrideH(f, int32(p.StrideH))
		schema.TransposeConvOptionsAddFusedActivationFunction(f, int8(p.Activation))
		return schema.OptionsTransposeConvOptions, schema.TransposeConvOptionsEnd(f)
	case Concatenation:
		schema.ConcatenationOptionsStart(f)
		schema.ConcatenationOptionsAddAxis(f, int32(p.Axis))
		schema.ConcatenationOptionsAddFusedActivationFunction(f, int8(p.Activation))
		return schema.OptionsConcatenationOptions, schema.ConcatenationOptionsEnd(f)
	case LeakyReLU:
		schema.LeakyReluOptionsStart(f)
		schema.LeakyReluOptionsAddAlpha(f, p.Alpha)
		return schema.OptionsLeakyReluOptions, schema.LeakyReluOptionsEnd(f)
	case StridedSlice:
		schema.StridedSliceOptionsStart(f)
		schema.StridedSliceOptionsAddBeginMask(f, int32(p.Masks[0]))
		schema.StridedSliceOptionsAddEndMask(f, int32(p.Masks[1]))
		schema.StridedSliceOptionsAddEllipsisMask(f, int32(p.Masks[2]))
		schema.StridedSliceOptionsAddNewAxisMask(f, int32(p.Masks[3]))
		schema.StridedSliceOptionsAddShrinkAxisMask(f, int32(p.Masks[4]))
		return schema.OptionsStridedSliceOptions, schema.StridedSliceOptionsEnd(f)
	case Split:
		schema.SplitOptionsStart(f)
		schema.SplitOptionsAddNumSplits(f, int32(p.Splits))
		return schema.OptionsSplitOptions, schema.SplitOptionsEnd(f)
	case Gather:
		schema.GatherOptionsStart(f)
		schema.GatherOptionsAddAxis(f, int32(p.Axis))
		return schema.OptionsGatherOptions, schema.GatherOptionsEnd(f)
	case Add, Sub, Mul:
		schema.ArithmeticOptionsStart(f)
		schema.ArithmeticOptionsAddFusedActivationFunction(f, int8(p.Activation))
		kind := map[Kind]schema.Options{
			Add: schema.OptionsAddOptions, Sub: schema.OptionsSubOptions, Mul: schema.OptionsMulOptions,
		}[o.Kind]
		return kind, schema.ArithmeticOptionsEnd(f)
	case CallOnce:
		schema.CallOnceOptionsStart(f)
		schema.CallOnceOptionsAddInitSubgraphIndex(f, int32(p.Graph))
		return schema.OptionsCallOnceOptions, schema.CallOnceOptionsEnd(f)
	case VarHandle:
		name := b.CreateString(p.Variable)
		schema.VarHandleOptionsStart(f)
		schema.VarHandleOptionsAddSharedName(f, name)
		return schema.OptionsVarHandleOptions, schema.VarHandleOptionsEnd(f)
	}
	return schema.OptionsNONE, 0
}

// sample returns a model with every kind of options.
func sample() *Model {
	values := make([]byte, 0, 24)
	for i := range 6 {
		values = binary.LittleEndian.AppendUint32(values, math.Float32bits(float32(i)-2.5))
	}
	g := &Graph{
		Name: "main", Inputs: []int{0}, Outputs: []int{2, 1},
		Tensors: []Tensor{
			{Name: "in", Type: Float32, Shape: []int{1, 3}},
			{Name: "weights", Type: Float32, Shape: []int{3, 2}, Data: values},
			{Name: "axis", Type: Int32, Data: []byte{255, 255, 255, 255}},
			{Name: "quantised", Type: 9, Shape: []int{2, 2}, Data: []byte{1, 2, 3, 4}},
		},
	}
	for i, o := range []Operator{
		{Kind: Conv2D, Options: Options{Padding: Valid, StrideW: 2, StrideH: 1, DilationW: 3, DilationH: 4, Activation: 1}},
		{Kind: DepthwiseConv2D, Options: Options{
			Padding: Valid, StrideW: 2, StrideH: 1, DilationW: 3, DilationH: 4, Multiplier: 5, Activation: 1,
		}},
		{Kind: TransposeConv, Options: Options{Padding: Same, StrideW: 16, StrideH: 1, Activation: 3}},
		{Kind: Concatenation, Options: Options{Axis: -1, Activation: 2}},
		{Kind: LeakyReLU, Options: Options{Alpha: 0.3}},
		{Kind: StridedSlice, Options: Options{Masks: [5]int{1, 2, 4, 8, 16}}},
		{Kind: Split, Options: Options{Splits: 4}},
		{Kind: Gather, Options: Options{Axis: 1}},
		{Kind: Add, Options: Options{Activation: 1}},
		{Kind: Sub, Options: Options{Activation: 2}},
		{Kind: Mul, Options: Options{Activation: 3}},
		{Kind: CallOnce, Options: Options{Graph: 1}},
		{Kind: VarHandle, Options: Options{Variable: "states"}},
		{Kind: Reshape},
		{Kind: 1000},
	} {
		o.Inputs, o.Outputs = []int{i % 4, -1}, []int{(i + 1) % 4}
		g.Operators = append(g.Operators, o)
	}
	return &Model{Graphs: []*Graph{g, {Name: "nothing", Inputs: []int{}, Outputs: []int{}}}}
}

// allocated returns the number of bytes allocated so far.
func allocated() uint64 {
	s := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}

// consistent reads a file and requires an error of one line, or a Model that is consistent as Read promises.
func consistent(t *testing.T, file []byte) {
	t.Helper()
	m, err := Read(file)
	if err != nil {
		if strings.ContainsAny(err.Error(), "\n") {
			t.Fatalf("got error %q, want one line", err)
		}
		return
	}
	for i, g := range m.Graphs {
		if len(g.Tensors) > maxTensors || len(g.Operators) > maxOperators {
			t.Fatalf("graph %d: got %d tensors and %d operators, want at most %d and %d",
				i, len(g.Tensors), len(g.Operators), maxTensors, maxOperators)
		}
		legal := func(list []int, least int) {
			t.Helper()
			for _, v := range list {
				if v < least || v >= len(g.Tensors) {
					t.Fatalf("graph %d: got tensor %d, want one from %d to %d", i, v, least, len(g.Tensors)-1)
				}
			}
		}
		legal(g.Inputs, 0)
		legal(g.Outputs, 0)
		for _, o := range g.Operators {
			legal(o.Inputs, -1)
			legal(o.Outputs, 0)
		}
		for _, v := range g.Tensors {
			elements := 1
			for _, d := range v.Shape {
				elements *= d
			}
			if f, err := v.Float32s(); err == nil && len(f) != elements {
				t.Fatalf("graph %d: tensor %q of shape %v: got %d values, want %d", i, v.Name, v.Shape, len(f), elements)
			}
			if f, err := v.Int32s(); err == nil && len(f) != elements {
				t.Fatalf("graph %d: tensor %q of shape %v: got %d values, want %d", i, v.Name, v.Shape, len(f), elements)
			}
		}
	}
}
