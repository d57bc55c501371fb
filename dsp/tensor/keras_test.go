package tensor_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/tensor"
)

// A kerasRow is a row of the reference table of Keras's output lengths.
type kerasRow struct {
	Padding       string
	KernelSize    int `json:"kernel_size"`
	Strides       int
	DilationRate  int  `json:"dilation_rate"`
	OutputPadding *int `json:"output_padding"`
	InLength      int  `json:"in_length"`
	OutLength     int  `json:"out_length"`
	Legal         bool `json:"legal_in_tf_nn"`
}

func (r kerasRow) name() string {
	op := "none"
	if r.OutputPadding != nil {
		op = fmt.Sprint(*r.OutputPadding)
	}
	return fmt.Sprintf("%s/kernel %d stride %d dilation %d output padding %s frames %d",
		r.Padding, r.KernelSize, r.Strides, r.DilationRate, op, r.InLength)
}

func (r kerasRow) args() tensor.KerasArgs {
	return tensor.KerasArgs{
		Kernel: r.KernelSize, Stride: r.Strides, Dilation: r.DilationRate, Padding: r.Padding, OutputPadding: r.OutputPadding,
	}
}

func kerasTable(t *testing.T) []kerasRow {
	t.Helper()
	var table struct{ Rows []kerasRow }
	readTable(t, "keras_output_length.json", &table)
	if got, want := len(table.Rows), 353; got != want {
		t.Errorf("got %d rows, want %d", got, want)
	}
	return table.Rows
}

func TestKerasLengthTable(t *testing.T) {
	for _, r := range kerasTable(t) {
		t.Run(r.name(), func(t *testing.T) {
			n, err := r.args().Length(r.InLength)
			if err != nil || n != r.OutLength {
				t.Errorf("got length %d, %v; want %d", n, err, r.OutLength)
			}
			err = resolveWidth(strings.ToUpper(r.Padding), r.KernelSize, r.Strides, r.DilationRate, r.InLength, n)
			if (err == nil) != r.Legal {
				t.Errorf("operator: got error %v, want legal %v", err, r.Legal)
			}
			g, err := r.args().Geometry(2, 3)
			if (err == nil) != r.Legal {
				t.Errorf("geometry: got error %v, want legal %v", err, r.Legal)
			} else if err == nil && g.OutFrames(int64(r.InLength)) != int64(r.OutLength) {
				t.Errorf("geometry: got width %d, want %d", g.OutFrames(int64(r.InLength)), r.OutLength)
			}
		})
	}
}

// TestKerasTable compares the layer with the operator of the same length, plus the bias.
func TestKerasTable(t *testing.T) {
	for _, r := range kerasTable(t) {
		t.Run(r.name(), func(t *testing.T) {
			compareKeras[float32](t, r)
			compareKeras[float64](t, r)
		})
	}
}

func compareKeras[T dsp.Float](t *testing.T, r kerasRow) {
	t.Helper()
	input, kernel := noise[T](1, 2, r.InLength, 3), noise[T](2, r.KernelSize, 5, 3)
	bias := dsptest.Noise[T](3, 5)
	got, err := tensor.Keras(input, kernel, bias, r.args())
	if !r.Legal {
		checkArgError(t, err)
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	want, err := tensor.TF(input, kernel, tensor.TFArgs{
		OutputShape: []int{2, r.OutLength, 5}, Strides: []int{r.Strides}, Dilations: []int{r.DilationRate},
		Padding: strings.ToUpper(r.Padding),
	})
	if err != nil {
		t.Fatal(err)
	}
	unbiased, err := tensor.Keras(input, kernel, nil, r.args())
	if err != nil {
		t.Fatal(err)
	}
	checkSame(t, unbiased, want)
	for i := range want.Data {
		want.Data[i] += bias[i%5]
	}
	checkSame(t, got, want)

	args := r.args()
	args.DataFormat = "channels_first"
	first, err := tensor.Keras(swapped(input), kernel, bias, args)
	if err != nil {
		t.Fatal(err)
	}
	checkSame(t, first, swapped(want))
}

func TestKerasLengthRules(t *testing.T) {
	for _, e := range []struct {
		name string
		args tensor.KerasArgs
		want int // for 5 frames; -1: an error
	}{
		{"case", tensor.KerasArgs{Kernel: 3, Stride: 2, Dilation: 1, Padding: "SaMe"}, 10},
		{"valid", tensor.KerasArgs{Kernel: 3, Stride: 2, Dilation: 1, Padding: "VALID"}, 11},
		{"valid, long stride", tensor.KerasArgs{Kernel: 3, Stride: 7, Dilation: 1, Padding: "valid"}, 35},
		{"dilated", tensor.KerasArgs{Kernel: 3, Stride: 1, Dilation: 4, Padding: "valid"}, 13},
		{"output padding", tensor.KerasArgs{Kernel: 3, Stride: 2, Dilation: 1, Padding: "same", OutputPadding: new(1)}, 10},
		{"causal", tensor.KerasArgs{Kernel: 3, Stride: 2, Dilation: 1, Padding: "causal"}, -1},
		{"empty padding is valid", tensor.KerasArgs{Kernel: 3, Stride: 2, Dilation: 1}, 11},
		{"stride and dilation", tensor.KerasArgs{Kernel: 3, Stride: 2, Dilation: 2, Padding: "same"}, -1},
		{"output padding of stride",
			tensor.KerasArgs{Kernel: 3, Stride: 2, Dilation: 1, Padding: "same", OutputPadding: new(2)}, -1},
		{"negative output padding",
			tensor.KerasArgs{Kernel: 3, Stride: 2, Dilation: 1, Padding: "same", OutputPadding: new(-1)}, -1},
		{"output padding of stride 1", tensor.KerasArgs{Kernel: 3, Padding: "same", OutputPadding: new(1)}, -1},
		{"stride", tensor.KerasArgs{Kernel: 3, Stride: 1e15, Dilation: 1, Padding: "same"}, -1},
		{"negative stride", tensor.KerasArgs{Kernel: 3, Stride: -1, Padding: "same"}, -1},
		{"negative dilation", tensor.KerasArgs{Kernel: 3, Dilation: -1, Padding: "same"}, -1},
		{"no kernel size", tensor.KerasArgs{Padding: "same"}, -1},
	} {
		t.Run(e.name, func(t *testing.T) {
			n, err := e.args.Length(5)
			if e.want < 0 {
				checkArgError(t, err)
			} else if err != nil || n != e.want {
				t.Errorf("got %d, %v; want %d", n, err, e.want)
			}
		})
	}
}

func TestKerasLengthFrames(t *testing.T) {
	for _, e := range []struct {
		name string
		args tensor.KerasArgs
		n    int
	}{
		{"-1 frames", tensor.KerasArgs{Kernel: 3, Stride: 2, Padding: "same"}, -1},
		{"frames whose product with the stride overflows", tensor.KerasArgs{Kernel: 3, Stride: 4, Padding: "same"}, 1<<62 + 1},
		{"too many frames", tensor.KerasArgs{Kernel: 3, Stride: 2, Padding: "same"}, math.MaxInt},
		{"negative length", tensor.KerasArgs{Kernel: 2, Stride: 2, Padding: "same", OutputPadding: new(0)}, 0},
	} {
		t.Run(e.name, func(t *testing.T) {
			_, err := e.args.Length(e.n)
			checkArgError(t, err)
		})
	}
}

// TestKerasDefaults compares the zero values of the arguments with Keras's defaults.
func TestKerasDefaults(t *testing.T) {
	explicit := tensor.KerasArgs{Kernel: 4, Stride: 1, Dilation: 1, Padding: "valid", DataFormat: "channels_last"}
	input, kernel, bias := noise[float32](1, 2, 5, 3), noise[float32](2, 4, 2, 3), []float32{1, 2}
	want, err := tensor.Keras(input, kernel, bias, explicit)
	if err != nil {
		t.Fatal(err)
	}
	if shape := []int{2, 8, 2}; !slices.Equal(want.Shape, shape) {
		t.Fatalf("got shape %v, want %v", want.Shape, shape)
	}
	for _, e := range []struct {
		name string
		args tensor.KerasArgs
	}{
		{"kernel", tensor.KerasArgs{Stride: 1, Dilation: 1, Padding: "valid", DataFormat: "channels_last"}},
		{"stride", tensor.KerasArgs{Kernel: 4, Dilation: 1, Padding: "valid", DataFormat: "channels_last"}},
		{"dilation", tensor.KerasArgs{Kernel: 4, Stride: 1, Padding: "valid", DataFormat: "channels_last"}},
		{"padding", tensor.KerasArgs{Kernel: 4, Stride: 1, Dilation: 1, DataFormat: "channels_last"}},
		{"data format", tensor.KerasArgs{Kernel: 4, Stride: 1, Dilation: 1, Padding: "valid"}},
		{"all", tensor.KerasArgs{}},
	} {
		t.Run(e.name, func(t *testing.T) {
			checkSameCall(t, input.Shape, kernel.Shape, e.args, explicit)
			got, err := tensor.Keras(input, kernel, bias, e.args)
			if err != nil {
				t.Fatal(err)
			}
			checkSame(t, got, want)
		})
	}
	t.Run("length and geometry", func(t *testing.T) {
		zero := tensor.KerasArgs{Kernel: 4}
		got, err := zero.Length(5)
		if want := 8; err != nil || got != want {
			t.Errorf("Length: got %d, %v; want %d", got, err, want)
		}
		g, err := zero.Geometry(3, 2)
		if want, _ := explicit.Geometry(3, 2); err != nil || g != want {
			t.Errorf("Geometry: got %+v, %v; want %+v", g, err, want)
		}
	})
}

func TestKerasErrors(t *testing.T) {
	input, kernel := noise[float32](1, 2, 5, 3), noise[float32](2, 4, 2, 3)
	for _, e := range []struct {
		name          string
		input, kernel tensor.Tensor[float32]
		bias          []float32
		args          tensor.KerasArgs
		want          string
	}{
		{"data format", input, kernel, nil, tensor.KerasArgs{DataFormat: "NWC"}, `data_format is "NWC"`},
		{"padding", input, kernel, nil, tensor.KerasArgs{Padding: "causal"}, `padding is "causal"`},
		{"kernel size", input, kernel, nil, tensor.KerasArgs{Kernel: 3}, "kernel_size is 3, must be 4"},
		{"stride and dilation", input, kernel, nil, tensor.KerasArgs{Stride: 2, Dilation: 2}, "dilation_rate is 2"},
		{"length that TensorFlow rejects", input, kernel, nil,
			tensor.KerasArgs{Stride: 2, Padding: "same", OutputPadding: new(0)}, "output_padding is 0"},
		{"input of rank 2", of([]int{5, 3}, input.Data[:15]...), kernel,
			nil, tensor.KerasArgs{}, "input shape is [5, 3], must be [batch, frames, channels]"},
		{"kernel of rank 2", input, of([]int{8, 3}, kernel.Data...),
			nil, tensor.KerasArgs{}, "kernel shape is [8, 3], must be [taps, out, in]"},
		{"no shape", of[float32](nil), kernel, nil, tensor.KerasArgs{DataFormat: "channels_first"},
			"input shape is missing, must be [batch, channels, frames]"},
		{"channels", input, of([]int{4, 3, 2}, kernel.Data...),
			nil, tensor.KerasArgs{}, "kernel input channels is 2, must be 3"},
		{"channels of channels_first", input, kernel, nil, tensor.KerasArgs{DataFormat: "channels_first"}, "must be 5"},
		{"no channels", of[float32]([]int{2, 5, 0}), of[float32]([]int{4, 2, 0}),
			nil, tensor.KerasArgs{}, "input channels is 0"},
		{"no filters", input, of[float32]([]int{4, 0, 3}), nil, tensor.KerasArgs{}, "output channels is 0"},
		{"short input", of[float32](input.Shape, 1), kernel, nil, tensor.KerasArgs{},
			"length of input data is 1, must be 30 for shape [2, 5, 3]"},
		{"short kernel", input, of[float32](kernel.Shape, 1), nil, tensor.KerasArgs{},
			"length of kernel data is 1, must be 24 for shape [4, 2, 3]"},
		{"short bias", input, kernel, []float32{1}, tensor.KerasArgs{},
			"length of bias is 1, must be 2, the number of output channels"},
		{"empty bias", input, kernel, []float32{}, tensor.KerasArgs{}, "length of bias is 0"},
		{"huge batch", of[float32]([]int{1 << 62, 5, 3}), kernel, nil, tensor.KerasArgs{}, "input shape"},
	} {
		t.Run(e.name, func(t *testing.T) {
			_, err := tensor.Keras(e.input, e.kernel, e.bias, e.args)
			checkArgError(t, err)
			if err != nil && !strings.Contains(err.Error(), e.want) {
				t.Errorf("got %q, want %q in it", err, e.want)
			}
		})
	}
}
