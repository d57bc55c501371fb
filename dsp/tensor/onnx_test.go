package tensor_test

import (
	"math"
	"slices"
	"testing"

	"github.com/tailwave/tailwave/dsp/tensor"
)

func TestONNXEdges(t *testing.T) {
	weight := of[float32]([]int{1, 1, 3}, 1, 10, 100)
	for _, e := range []struct {
		name string
		n    int
		args tensor.ONNXArgs
		want []float32 // nil: an error
	}{
		{"defaults", 2, tensor.ONNXArgs{}, []float32{1, 11, 110, 100}},
		{"odd trim left", 2, tensor.ONNXArgs{AutoPad: "SAME_LOWER", Strides: []int{2}}, []float32{10, 101, 10, 100}},
		{"odd trim right", 2, tensor.ONNXArgs{AutoPad: "SAME_UPPER", Strides: []int{2}}, []float32{1, 10, 101, 10}},
		{"output_shape is as SAME_LOWER", 2, tensor.ONNXArgs{OutputShape: []int{4}, Strides: []int{2}},
			[]float32{10, 101, 10, 100}},
		{"output_shape beats pads", 2, tensor.ONNXArgs{OutputShape: []int{4}, Strides: []int{2}, Pads: []int{3, 3}},
			[]float32{10, 101, 10, 100}},
		{"output_shape beyond", 2, tensor.ONNXArgs{OutputShape: []int{7}, Strides: []int{2}},
			[]float32{1, 10, 101, 10, 100, 0, 0}},
		{"valid", 1, tensor.ONNXArgs{AutoPad: "VALID", Strides: []int{2}, OutputPadding: []int{1}}, []float32{1, 10, 100, 0}},
		{"ambiguous", 1, tensor.ONNXArgs{AutoPad: "SAME_UPPER", Strides: []int{4}}, nil},
		{"said clearly", 1, tensor.ONNXArgs{AutoPad: "SAME_UPPER", Strides: []int{4}, OutputShape: []int{4}},
			[]float32{1, 10, 100, 0}},
		{"no frames", 0, tensor.ONNXArgs{}, []float32{0, 0}},
		{"no frames, output_shape", 0, tensor.ONNXArgs{OutputShape: []int{3}}, []float32{0, 0, 0}},
		{"no frames, same", 0, tensor.ONNXArgs{AutoPad: "SAME_UPPER"}, nil},
		{"unknown auto_pad", 1, tensor.ONNXArgs{AutoPad: "same_upper"}, nil},
		{"pads and auto_pad", 2, tensor.ONNXArgs{AutoPad: "SAME_UPPER", Pads: []int{1, 0}}, nil},
		{"zero pads and auto_pad", 2, tensor.ONNXArgs{AutoPad: "SAME_UPPER", Pads: []int{0, 0}}, []float32{11, 110}},
		{"negative pads", 2, tensor.ONNXArgs{Pads: []int{-1, 0}}, nil},
		{"one pad", 2, tensor.ONNXArgs{Pads: []int{1}}, nil},
		{"two strides", 2, tensor.ONNXArgs{Strides: []int{1, 1}}, nil},
		{"zero stride", 2, tensor.ONNXArgs{Strides: []int{0}}, nil},
		{"zero dilation", 2, tensor.ONNXArgs{Dilations: []int{0}}, nil},
		{"huge dilation", 2, tensor.ONNXArgs{Dilations: []int{1e15}}, nil},
		{"zero group", 2, tensor.ONNXArgs{Group: new(0)}, nil},
		{"kernel_shape", 2, tensor.ONNXArgs{KernelShape: []int{2}}, nil},
		{"zero kernel_shape", 2, tensor.ONNXArgs{KernelShape: []int{0}}, nil},
		{"output_padding", 2, tensor.ONNXArgs{OutputPadding: []int{1}}, nil},
		{"zero output_shape", 2, tensor.ONNXArgs{OutputShape: []int{0}}, nil},
		{"empty output_shape", 2, tensor.ONNXArgs{OutputShape: []int{}}, nil},
		{"huge output_shape", 2, tensor.ONNXArgs{OutputShape: []int{math.MaxInt}}, nil},
		{"trimmed away", 2, tensor.ONNXArgs{Pads: []int{2, 2}}, nil},
	} {
		t.Run(e.name, func(t *testing.T) {
			x := of([]int{1, 1, e.n}, slices.Repeat([]float32{1}, e.n)...)
			out, err := tensor.ONNX(x, weight, nil, e.args)
			if e.want == nil {
				checkArgError(t, err)
			} else if err != nil || !slices.Equal(out.Data, e.want) {
				t.Errorf("got %v, %v; want %v", out.Data, err, e.want)
			}
		})
	}
}

// TestONNXListMessages checks that a list without the right number of entries is shown next to its right form.
func TestONNXListMessages(t *testing.T) {
	for _, e := range []struct {
		args tensor.ONNXArgs
		want string
	}{
		{tensor.ONNXArgs{Strides: []int{2, 2}}, "strides is [2, 2], must be [s], for one spatial axis"},
		{tensor.ONNXArgs{KernelShape: []int{}}, "kernel_shape is [], must be [taps], for one spatial axis"},
		{tensor.ONNXArgs{OutputShape: []int{3, 8}}, "output_shape is [3, 8], must be [width], for one spatial axis"},
		{tensor.ONNXArgs{Pads: []int{1}}, "pads is [1], must be [begin, end], for one spatial axis"},
	} {
		t.Run(e.want, func(t *testing.T) {
			_, err := e.args.Resolve([]int{1, 1, 4}, []int{1, 1, 3})
			checkArgError(t, err)
			if err != nil && err.Error() != e.want {
				t.Errorf("got %q, want %q", err, e.want)
			}
		})
	}
	// PyTorch accepts an input without the batch axis, ONNX does not.
	_, err := tensor.ONNXArgs{}.Resolve([]int{1, 4}, []int{1, 1, 3})
	checkArgError(t, err)
}

// TestONNXDefaults compares absent attributes with ONNX's defaults.
func TestONNXDefaults(t *testing.T) {
	explicit := tensor.ONNXArgs{
		AutoPad: "NOTSET", Strides: []int{1}, Dilations: []int{1}, Pads: []int{0, 0}, OutputPadding: []int{0},
		Group: new(1), KernelShape: []int{3},
	}
	x, w, bias := noise[float32](1, 2, 4, 5), noise[float32](2, 4, 2, 3), []float32{1, 2}
	want, err := tensor.ONNX(x, w, bias, explicit)
	if err != nil {
		t.Fatal(err)
	}
	if shape := []int{2, 2, 7}; !slices.Equal(want.Shape, shape) {
		t.Fatalf("got shape %v, want %v", want.Shape, shape)
	}
	for _, e := range []struct {
		name  string
		clear func(a *tensor.ONNXArgs)
	}{
		{"auto_pad", func(a *tensor.ONNXArgs) { a.AutoPad = "" }},
		{"strides", func(a *tensor.ONNXArgs) { a.Strides = nil }},
		{"dilations", func(a *tensor.ONNXArgs) { a.Dilations = nil }},
		{"pads", func(a *tensor.ONNXArgs) { a.Pads = nil }},
		{"output_padding", func(a *tensor.ONNXArgs) { a.OutputPadding = nil }},
		{"group", func(a *tensor.ONNXArgs) { a.Group = nil }},
		{"kernel_shape", func(a *tensor.ONNXArgs) { a.KernelShape = nil }},
		{"all", func(a *tensor.ONNXArgs) { *a = tensor.ONNXArgs{} }},
	} {
		t.Run(e.name, func(t *testing.T) {
			args := explicit
			e.clear(&args)
			checkSameCall(t, x.Shape, w.Shape, args, explicit)
			got, err := tensor.ONNX(x, w, bias, args)
			if err != nil {
				t.Fatal(err)
			}
			checkSame(t, got, want)
		})
	}
}
