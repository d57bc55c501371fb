package tflite

import (
	flatbuffers "github.com/google/flatbuffers/go"

	"github.com/tailwave/tailwave/models/tflite/internal/schema"
)

// options reads the table of an operator's options. Kinds of options that are not listed leave o zero.
func options(kind schema.Options, table flatbuffers.Table) (o Options, err error) {
	switch kind {
	case schema.OptionsConv2DOptions:
		var t schema.Conv2DOptions
		t.Init(table.Bytes, table.Pos)
		o.Padding, o.StrideW, o.StrideH = int(t.Padding()), int(t.StrideW()), int(t.StrideH())
		o.DilationW, o.DilationH = int(t.DilationWFactor()), int(t.DilationHFactor())
		o.Activation = int(t.FusedActivationFunction())
	case schema.OptionsDepthwiseConv2DOptions:
		var t schema.DepthwiseConv2DOptions
		t.Init(table.Bytes, table.Pos)
		o.Padding, o.StrideW, o.StrideH = int(t.Padding()), int(t.StrideW()), int(t.StrideH())
		o.DilationW, o.DilationH, o.Multiplier = int(t.DilationWFactor()), int(t.DilationHFactor()), int(t.DepthMultiplier())
		o.Activation = int(t.FusedActivationFunction())
	case schema.OptionsTransposeConvOptions:
		var t schema.TransposeConvOptions
		t.Init(table.Bytes, table.Pos)
		o.Padding, o.StrideW, o.StrideH = int(t.Padding()), int(t.StrideW()), int(t.StrideH())
		o.Activation = int(t.FusedActivationFunction())
	case schema.OptionsConcatenationOptions:
		var t schema.ConcatenationOptions
		t.Init(table.Bytes, table.Pos)
		o.Axis, o.Activation = int(t.Axis()), int(t.FusedActivationFunction())
	case schema.OptionsLeakyReluOptions:
		var t schema.LeakyReluOptions
		t.Init(table.Bytes, table.Pos)
		o.Alpha = t.Alpha()
	case schema.OptionsStridedSliceOptions:
		var t schema.StridedSliceOptions
		t.Init(table.Bytes, table.Pos)
		o.Masks = [5]int{int(t.BeginMask()), int(t.EndMask()), int(t.EllipsisMask()), int(t.NewAxisMask()), int(t.ShrinkAxisMask())}
	case schema.OptionsSplitOptions:
		var t schema.SplitOptions
		t.Init(table.Bytes, table.Pos)
		o.Splits = int(t.NumSplits())
	case schema.OptionsGatherOptions:
		var t schema.GatherOptions
		t.Init(table.Bytes, table.Pos)
		o.Axis = int(t.Axis())
	case schema.OptionsAddOptions, schema.OptionsSubOptions, schema.OptionsMulOptions:
		var t schema.ArithmeticOptions
		t.Init(table.Bytes, table.Pos)
		o.Activation = int(t.FusedActivationFunction())
	case schema.OptionsCallOnceOptions:
		var t schema.CallOnceOptions
		t.Init(table.Bytes, table.Pos)
		o.Graph = int(t.InitSubgraphIndex())
	case schema.OptionsVarHandleOptions:
		var t schema.VarHandleOptions
		t.Init(table.Bytes, table.Pos)
		o.Variable, err = name(t.SharedName())
	}
	return o, err
}
