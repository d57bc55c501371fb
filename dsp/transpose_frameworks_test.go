package dsp_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/tailwave/tailwave/dsp"
)

func f32(shape []int, data ...float32) dsp.Tensor[float32] {
	return dsp.Tensor[float32]{Shape: shape, Data: data}
}

// TestTorchEdges has bias in gaps and in appended samples, and inputs without frames or rows.
func TestTorchEdges(t *testing.T) {
	weight := f32([]int{1, 1, 2}, 1, 2)
	for _, e := range []struct {
		name string
		n    int
		args dsp.TorchTransposeArgs
		want []float32 // nil: an error
	}{
		{"gaps", 2, dsp.TorchTransposeArgs{Stride: 3, OutputPadding: 2, Dilation: 1, Groups: 1}, []float32{11, 12, 10, 11, 12, 10, 10}},
		{"padding", 3, dsp.TorchTransposeArgs{Stride: 1, Padding: 1, Dilation: 1, Groups: 1}, []float32{13, 13}},
		{"trimmed away", 1, dsp.TorchTransposeArgs{Stride: 1, Padding: 1, Dilation: 1, Groups: 1}, nil},
		{"no frames, no width", 0, dsp.TorchTransposeArgs{Stride: 2, Dilation: 1, Groups: 1}, nil},
		{"no frames", 0, dsp.TorchTransposeArgs{Stride: 2, OutputPadding: 1, Dilation: 1, Groups: 1}, []float32{10}},
		{"no frames, dilated", 0, dsp.TorchTransposeArgs{Stride: 2, Dilation: 4, Groups: 1}, []float32{10, 10, 10}},
		{"output padding", 2, dsp.TorchTransposeArgs{Stride: 3, OutputPadding: 3, Dilation: 1, Groups: 1}, nil},
		{"negative padding", 2, dsp.TorchTransposeArgs{Stride: 3, Padding: -1, Dilation: 1, Groups: 1}, nil},
		{"huge padding", 2, dsp.TorchTransposeArgs{Stride: 3, Padding: math.MaxInt, Dilation: 1, Groups: 1}, nil},
		{"no stride", 2, dsp.TorchTransposeArgs{Dilation: 1, Groups: 1}, nil},
		{"huge stride", 2, dsp.TorchTransposeArgs{Stride: 1e15, Dilation: 1, Groups: 1}, nil},
		{"no groups", 2, dsp.TorchTransposeArgs{Stride: 1, Dilation: 1}, nil},
		{"groups", 2, dsp.TorchTransposeArgs{Stride: 1, Dilation: 1, Groups: 2}, nil},
		{"huge groups", 2, dsp.TorchTransposeArgs{Stride: 1, Dilation: 1, Groups: math.MaxInt}, nil},
	} {
		input := f32([]int{1, 1, e.n}, slices.Repeat([]float32{1}, e.n)...)
		out, err := dsp.ConvTranspose1d(input, weight, []float32{10}, e.args)
		var arg *dsp.ArgError
		if (err == nil) != (e.want != nil) || err != nil && !errors.As(err, &arg) || !slices.Equal(out.Data, e.want) {
			t.Errorf("%s: got %v, %v; want %v", e.name, out.Data, err, e.want)
		}
	}
	args := dsp.TorchTransposeArgs{Stride: 1, Dilation: 1, Groups: 1}
	if _, err := dsp.ConvTranspose1d(f32([]int{1, 1, 1}, 1), weight, []float32{}, args); err == nil {
		t.Error("takes an empty bias")
	}
	if out, err := dsp.ConvTranspose1d(f32([]int{0, 1, 5}), weight, nil, args); err != nil || !slices.Equal(out.Shape, []int{0, 1, 6}) {
		t.Errorf("no rows: %v, %v", out, err)
	}
	if _, err := dsp.ConvTranspose1d(f32([]int{1, 5}, 1, 2, 3, 4, 5), weight, nil, args); err == nil {
		t.Error("takes an input of rank 2")
	}
}

func TestONNXEdges(t *testing.T) {
	weight := f32([]int{1, 1, 3}, 1, 10, 100)
	for _, e := range []struct {
		name string
		n    int
		args dsp.ONNXTransposeArgs
		want []float32 // nil: an error
	}{
		{"defaults", 2, dsp.ONNXTransposeArgs{}, []float32{1, 11, 110, 100}},
		{"odd trim left", 2, dsp.ONNXTransposeArgs{AutoPad: "SAME_LOWER", Strides: []int{2}}, []float32{10, 101, 10, 100}},
		{"odd trim right", 2, dsp.ONNXTransposeArgs{AutoPad: "SAME_UPPER", Strides: []int{2}}, []float32{1, 10, 101, 10}},
		{"output_shape is as SAME_LOWER", 2, dsp.ONNXTransposeArgs{OutputShape: []int{4}, Strides: []int{2}}, []float32{10, 101, 10, 100}},
		{"output_shape beats pads", 2, dsp.ONNXTransposeArgs{OutputShape: []int{4}, Strides: []int{2}, Pads: []int{3, 3}}, []float32{10, 101, 10, 100}},
		{"output_shape beyond", 2, dsp.ONNXTransposeArgs{OutputShape: []int{7}, Strides: []int{2}}, []float32{1, 10, 101, 10, 100, 0, 0}},
		{"valid", 1, dsp.ONNXTransposeArgs{AutoPad: "VALID", Strides: []int{2}, OutputPadding: []int{1}}, []float32{1, 10, 100, 0}},
		{"ambiguous", 1, dsp.ONNXTransposeArgs{AutoPad: "SAME_UPPER", Strides: []int{4}}, nil},
		{"said clearly", 1, dsp.ONNXTransposeArgs{AutoPad: "SAME_UPPER", Strides: []int{4}, OutputShape: []int{4}}, []float32{1, 10, 100, 0}},
		{"no frames", 0, dsp.ONNXTransposeArgs{}, []float32{0, 0}},
		{"no frames, output_shape", 0, dsp.ONNXTransposeArgs{OutputShape: []int{3}}, []float32{0, 0, 0}},
		{"no frames, same", 0, dsp.ONNXTransposeArgs{AutoPad: "SAME_UPPER"}, nil},
		{"unknown auto_pad", 1, dsp.ONNXTransposeArgs{AutoPad: "same_upper"}, nil},
		{"pads and auto_pad", 2, dsp.ONNXTransposeArgs{AutoPad: "SAME_UPPER", Pads: []int{1, 0}}, nil},
		{"zero pads and auto_pad", 2, dsp.ONNXTransposeArgs{AutoPad: "SAME_UPPER", Pads: []int{0, 0}}, []float32{11, 110}},
		{"negative pads", 2, dsp.ONNXTransposeArgs{Pads: []int{-1, 0}}, nil},
		{"one pad", 2, dsp.ONNXTransposeArgs{Pads: []int{1}}, nil},
		{"two strides", 2, dsp.ONNXTransposeArgs{Strides: []int{1, 1}}, nil},
		{"zero stride", 2, dsp.ONNXTransposeArgs{Strides: []int{0}}, nil},
		{"huge dilation", 2, dsp.ONNXTransposeArgs{Dilations: []int{1e15}}, nil},
		{"zero group", 2, dsp.ONNXTransposeArgs{Group: new(0)}, nil},
		{"kernel_shape", 2, dsp.ONNXTransposeArgs{KernelShape: []int{2}}, nil},
		{"zero kernel_shape", 2, dsp.ONNXTransposeArgs{KernelShape: []int{0}}, nil},
		{"output_padding", 2, dsp.ONNXTransposeArgs{OutputPadding: []int{1}}, nil},
		{"zero output_shape", 2, dsp.ONNXTransposeArgs{OutputShape: []int{0}}, nil},
		{"empty output_shape", 2, dsp.ONNXTransposeArgs{OutputShape: []int{}}, nil},
		{"huge output_shape", 2, dsp.ONNXTransposeArgs{OutputShape: []int{math.MaxInt}}, nil},
		{"trimmed away", 2, dsp.ONNXTransposeArgs{Pads: []int{2, 2}}, nil},
	} {
		x := f32([]int{1, 1, e.n}, slices.Repeat([]float32{1}, e.n)...)
		out, err := dsp.ONNXConvTranspose(x, weight, nil, e.args)
		var arg *dsp.ArgError
		if (err == nil) != (e.want != nil) || err != nil && !errors.As(err, &arg) || !slices.Equal(out.Data, e.want) {
			t.Errorf("%s: got %v, %v; want %v", e.name, out.Data, err, e.want)
		}
	}
}

func TestKerasRules(t *testing.T) {
	for _, e := range []struct {
		name string
		args dsp.KerasTransposeArgs
		want int // for 5 frames; -1: an error
	}{
		{"case", dsp.KerasTransposeArgs{Kernel: 3, Stride: 2, Dilation: 1, Padding: "SaMe"}, 10},
		{"valid", dsp.KerasTransposeArgs{Kernel: 3, Stride: 2, Dilation: 1, Padding: "VALID"}, 11},
		{"valid, long stride", dsp.KerasTransposeArgs{Kernel: 3, Stride: 7, Dilation: 1, Padding: "valid"}, 35},
		{"dilated", dsp.KerasTransposeArgs{Kernel: 3, Stride: 1, Dilation: 4, Padding: "valid"}, 13},
		{"output padding", dsp.KerasTransposeArgs{Kernel: 3, Stride: 2, Dilation: 1, Padding: "same", OutputPadding: new(1)}, 10},
		{"causal", dsp.KerasTransposeArgs{Kernel: 3, Stride: 2, Dilation: 1, Padding: "causal"}, -1},
		{"empty", dsp.KerasTransposeArgs{Kernel: 3, Stride: 2, Dilation: 1}, -1},
		{"stride and dilation", dsp.KerasTransposeArgs{Kernel: 3, Stride: 2, Dilation: 2, Padding: "same"}, -1},
		{"output padding of stride", dsp.KerasTransposeArgs{Kernel: 3, Stride: 2, Dilation: 1, Padding: "same", OutputPadding: new(2)}, -1},
		{"negative output padding", dsp.KerasTransposeArgs{Kernel: 3, Stride: 2, Dilation: 1, Padding: "same", OutputPadding: new(-1)}, -1},
		{"stride", dsp.KerasTransposeArgs{Kernel: 3, Stride: 1e15, Dilation: 1, Padding: "same"}, -1},
	} {
		n, err := e.args.Length(5)
		if (err == nil) != (e.want >= 0) || err == nil && n != e.want {
			t.Errorf("%s: got %d, %v; want %d", e.name, n, err, e.want)
		}
	}
	for _, n := range []int{-1, math.MaxInt} {
		if _, err := (dsp.KerasTransposeArgs{Kernel: 3, Stride: 2, Dilation: 1, Padding: "same"}).Length(n); err == nil {
			t.Errorf("takes %d frames", n)
		}
	}
}
