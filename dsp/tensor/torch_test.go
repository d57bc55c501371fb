package tensor_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/tailwave/tailwave/dsp/layer"
	"github.com/tailwave/tailwave/dsp/tensor"
)

// TestTorchEdges has bias in gaps and in appended samples, and inputs without frames.
func TestTorchEdges(t *testing.T) {
	weight := of[float32]([]int{1, 1, 2}, 1, 2)
	for _, e := range []struct {
		name string
		n    int
		args tensor.TorchArgs
		want []float32 // nil: an error
	}{
		{"gaps", 2, tensor.TorchArgs{Stride: 3, OutputPadding: 2, Dilation: 1, Groups: 1},
			[]float32{11, 12, 10, 11, 12, 10, 10}},
		{"padding", 3, tensor.TorchArgs{Stride: 1, Padding: 1, Dilation: 1, Groups: 1}, []float32{13, 13}},
		{"trimmed away", 1, tensor.TorchArgs{Stride: 1, Padding: 1, Dilation: 1, Groups: 1}, nil},
		{"no frames, no width", 0, tensor.TorchArgs{Stride: 2, Dilation: 1, Groups: 1}, nil},
		{"no frames", 0, tensor.TorchArgs{Stride: 2, OutputPadding: 1, Dilation: 1, Groups: 1}, []float32{10}},
		{"no frames, dilated", 0, tensor.TorchArgs{Stride: 2, Dilation: 4, Groups: 1}, []float32{10, 10, 10}},
		{"output padding", 2, tensor.TorchArgs{Stride: 3, OutputPadding: 3, Dilation: 1, Groups: 1}, nil},
		{"negative padding", 2, tensor.TorchArgs{Stride: 3, Padding: -1, Dilation: 1, Groups: 1}, nil},
		{"huge padding", 2, tensor.TorchArgs{Stride: 3, Padding: math.MaxInt, Dilation: 1, Groups: 1}, nil},
		{"negative stride", 2, tensor.TorchArgs{Stride: -1, Dilation: 1, Groups: 1}, nil},
		{"zero stride is 1", 2, tensor.TorchArgs{Dilation: 1, Groups: 1}, []float32{11, 13, 12}},
		{"huge stride", 2, tensor.TorchArgs{Stride: 1e15, Dilation: 1, Groups: 1}, nil},
		{"negative dilation", 2, tensor.TorchArgs{Stride: 1, Dilation: -1, Groups: 1}, nil},
		{"negative groups", 2, tensor.TorchArgs{Stride: 1, Dilation: 1, Groups: -1}, nil},
		{"zero groups is 1", 2, tensor.TorchArgs{Stride: 1, Dilation: 1}, []float32{11, 13, 12}},
		{"groups", 2, tensor.TorchArgs{Stride: 1, Dilation: 1, Groups: 2}, nil},
		{"huge groups", 2, tensor.TorchArgs{Stride: 1, Dilation: 1, Groups: math.MaxInt}, nil},
	} {
		t.Run(e.name, func(t *testing.T) {
			input := of([]int{1, 1, e.n}, slices.Repeat([]float32{1}, e.n)...)
			out, err := tensor.Torch(input, weight, []float32{10}, e.args)
			if e.want == nil {
				checkArgError(t, err)
			} else if err != nil || !slices.Equal(out.Data, e.want) {
				t.Errorf("got %v, %v; want %v", out.Data, err, e.want)
			}
		})
	}
}

func TestTorchTensors(t *testing.T) {
	weight := of[float32]([]int{1, 1, 2}, 1, 2)
	for _, e := range []struct {
		name      string
		input     tensor.Tensor[float32]
		bias      []float32
		wantShape []int // nil: an error
	}{
		{"empty bias", of[float32]([]int{1, 1, 1}, 1), []float32{}, nil},
		{"no rows", of[float32]([]int{0, 1, 5}), nil, []int{0, 1, 6}},
		{"input of rank 1", of[float32]([]int{5}, 1, 2, 3, 4, 5), nil, nil},
		{"input of rank 4", of[float32]([]int{1, 1, 1, 5}, 1, 2, 3, 4, 5), nil, nil},
		{"no input", tensor.Tensor[float32]{}, nil, nil},
		{"unbatched input", of[float32]([]int{1, 5}, 1, 2, 3, 4, 5), nil, []int{1, 6}},
		{"unbatched input of other channels", of[float32]([]int{5, 1}, 1, 2, 3, 4, 5), nil, nil},
		{"negative unbatched input", of[float32]([]int{1, -5}), nil, nil},
		{"short unbatched input", of[float32]([]int{1, 5}, 1), nil, nil},
		{"short bias, unbatched", of[float32]([]int{1, 5}, 1, 2, 3, 4, 5), []float32{}, nil},
		{"short input", of[float32]([]int{1, 1, 5}, 1), nil, nil},
	} {
		t.Run(e.name, func(t *testing.T) {
			out, err := tensor.Torch(e.input, weight, e.bias, tensor.TorchArgs{Stride: 1, Dilation: 1, Groups: 1})
			if e.wantShape == nil {
				checkArgError(t, err)
			} else if err != nil || !slices.Equal(out.Shape, e.wantShape) {
				t.Errorf("got shape %v, %v; want %v", out.Shape, err, e.wantShape)
			}
		})
	}
}

// TestTorchUnbatched compares an input without the batch axis with a batch of one row.
func TestTorchUnbatched(t *testing.T) {
	weight, bias := noise[float64](2, 4, 3, 5), noise[float64](3, 6).Data
	args := tensor.TorchArgs{Stride: 3, Padding: 2, OutputPadding: 1, Groups: 2}
	for _, frames := range []int{0, 1, 7} {
		t.Run(fmt.Sprint(frames, " frames"), func(t *testing.T) {
			input := noise[float64](1, 4, frames)
			want, wantErr := tensor.Torch(tensor.New(input.Data, 1, 4, frames), weight, bias, args)
			got, err := tensor.Torch(input, weight, bias, args)
			if (err == nil) != (wantErr == nil) || err != nil && err.Error() != wantErr.Error() {
				t.Fatalf("got error %v, want %v", err, wantErr)
			}
			if err != nil {
				return
			}
			want.Shape = want.Shape[1:]
			checkSame(t, got, want)
			call, err := args.Resolve(input.Shape, weight.Shape)
			if err != nil || !slices.Equal(call.InputShape(), input.Shape) || !slices.Equal(call.OutputShape(), got.Shape) {
				t.Errorf("got shapes %v to %v, %v; want %v to %v",
					call.InputShape(), call.OutputShape(), err, input.Shape, got.Shape)
			}
			if call.Batch != 1 || !call.Unbatched {
				t.Errorf("got batch %d, unbatched %v; want 1, true", call.Batch, call.Unbatched)
			}
		})
	}
}

// TestTorchDefaults compares the zero values of the arguments with PyTorch's defaults.
func TestTorchDefaults(t *testing.T) {
	explicit := tensor.TorchArgs{Stride: 1, Padding: 0, OutputPadding: 0, Dilation: 1, Groups: 1}
	input, weight, bias := noise[float32](1, 2, 4, 5), noise[float32](2, 4, 2, 3), []float32{1, 2}
	want, err := tensor.Torch(input, weight, bias, explicit)
	if err != nil {
		t.Fatal(err)
	}
	if shape := []int{2, 2, 7}; !slices.Equal(want.Shape, shape) {
		t.Fatalf("got shape %v, want %v", want.Shape, shape)
	}
	for _, e := range []struct {
		name string
		args tensor.TorchArgs
	}{
		{"stride", tensor.TorchArgs{Dilation: 1, Groups: 1}},
		{"dilation", tensor.TorchArgs{Stride: 1, Groups: 1}},
		{"groups", tensor.TorchArgs{Stride: 1, Dilation: 1}},
		{"all", tensor.TorchArgs{}},
	} {
		t.Run(e.name, func(t *testing.T) {
			checkSameCall(t, input.Shape, weight.Shape, e.args, explicit)
			got, err := tensor.Torch(input, weight, bias, e.args)
			if err != nil {
				t.Fatal(err)
			}
			checkSame(t, got, want)
		})
	}
}

// TestFiltersFromTorch numbers the elements by [input channel, output channel of the group, tap].
func TestFiltersFromTorch(t *testing.T) {
	for _, e := range []struct {
		name   string
		g      layer.TransposeGeometry
		weight []float32
		want   []float32 // nil: an error
	}{
		{"two groups", layer.TransposeGeometry{In: 2, Out: 4, Groups: 2, Kernel: 2},
			[]float32{0, 1, 10, 11, 100, 101, 110, 111}, []float32{0, 10, 100, 110, 1, 11, 101, 111}},
		{"one group", layer.TransposeGeometry{In: 2, Out: 1, Groups: 1, Kernel: 2}, []float32{0, 1, 100, 101},
			[]float32{0, 100, 1, 101}},
		{"zero groups", layer.TransposeGeometry{In: 2, Out: 1, Kernel: 2}, []float32{0, 1, 100, 101},
			[]float32{0, 100, 1, 101}},
		{"short", layer.TransposeGeometry{In: 2, Out: 1, Groups: 1, Kernel: 2}, []float32{1, 2, 3}, nil},
		{"groups that divide nothing", layer.TransposeGeometry{In: 2, Out: 1, Groups: 2, Kernel: 2}, []float32{1, 2}, nil},
	} {
		t.Run(e.name, func(t *testing.T) {
			got, err := tensor.FiltersFromTorch(e.g, e.weight)
			if e.want == nil {
				checkArgError(t, err)
			} else if err != nil || !slices.Equal(got, e.want) {
				t.Errorf("got %v, %v; want %v", got, err, e.want)
			}
		})
	}
}
