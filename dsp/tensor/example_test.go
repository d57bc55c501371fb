package tensor_test

import (
	"fmt"
	"log"

	"github.com/tailwave/tailwave/dsp/layer"
	"github.com/tailwave/tailwave/dsp/tensor"
)

// The call of the TensorFlow code
//
//	tf.nn.conv1d_transpose(x, f, output_shape=[1, 6, 1], strides=2, padding="SAME")
//
// Each frame adds a copy of the filter, two samples after the previous copy. SAME drops the last sample:
//
//	frame 1    1  10 100
//	frame 2            2  20 200
//	frame 3                    3  30 300
//	sum        1  10 102  20 203  30
func ExampleTF() {
	x := tensor.New([]float32{1, 2, 3}, 1, 3, 1)    // [batch, frames, channels]
	f := tensor.New([]float32{1, 10, 100}, 3, 1, 1) // [taps, out, in]
	args := tensor.TFArgs{OutputShape: []int{1, 6, 1}, Strides: []int{2}, Padding: "SAME"}
	y, err := tensor.TF(x, f, args)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(y.Shape, y.Data)
	// Output: [1 6 1] [1 10 102 20 203 30]
}

// The usual OutputShape for ten frames and filters of five taps from three channels to two.
func ExampleTFOutputShape() {
	args := tensor.TFArgs{Strides: []int{2}, Padding: "VALID"}
	shape, err := tensor.TFOutputShape([]int{1, 10, 3}, []int{5, 2, 3}, args)
	fmt.Println(shape, err)
	// Output: [1 23 2] <nil>
}

// The error names the argument, its value and the legal values. NHWC is the data format of images.
func ExampleTFArgs_Resolve() {
	args := tensor.TFArgs{OutputShape: []int{1, 6, 1}, Strides: []int{2}, DataFormat: "NHWC"}
	_, err := args.Resolve([]int{1, 3, 1}, []int{3, 1, 1})
	fmt.Println(err)
	// Output: data_format is "NHWC", must be NWC or NCW
}

// The layer
//
//	keras.layers.Conv1DTranspose(filters=1, kernel_size=3, strides=2, padding="same")
func ExampleKeras() {
	x := tensor.New([]float32{1, 2, 3}, 1, 3, 1)
	kernel := tensor.New([]float32{1, 10, 100}, 3, 1, 1)
	y, err := tensor.Keras(x, kernel, []float32{0.5}, tensor.KerasArgs{Stride: 2, Padding: "same"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(y.Shape, y.Data)
	// Output: [1 6 1] [1.5 10.5 102.5 20.5 203.5 30.5]
}

// The call of the PyTorch code
//
//	torch.nn.functional.conv_transpose1d(x, weight, stride=2, padding=1, output_padding=1)
//
// Each frame adds a copy of the filter, two samples after the previous copy. The padding drops one sample at each end,
// and the output padding keeps the one on the right:
//
//	frame 1    1  10 100
//	frame 2            2  20 200
//	frame 3                    3  30 300
//	result        10 102  20 203  30 300
func ExampleTorch() {
	x := tensor.New([]float32{1, 2, 3}, 1, 1, 3)         // [batch, channels, frames]
	weight := tensor.New([]float32{1, 10, 100}, 1, 1, 3) // [in, out/groups, taps]
	y, err := tensor.Torch(x, weight, nil, tensor.TorchArgs{Stride: 2, Padding: 1, OutputPadding: 1})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(y.Shape, y.Data)
	// Output: [1 1 6] [10 102 20 203 30 300]
}

// The ONNX operator ConvTranspose with the attributes auto_pad="SAME_UPPER" and strides=[2].
func ExampleONNX() {
	x := tensor.New([]float32{1, 2, 3}, 1, 1, 3)
	w := tensor.New([]float32{1, 10, 100}, 1, 1, 3)
	y, err := tensor.ONNX(x, w, nil, tensor.ONNXArgs{AutoPad: "SAME_UPPER", Strides: []int{2}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(y.Shape, y.Data)
	// Output: [1 1 6] [1 10 102 20 203 30]
}

// The weight of a PyTorch layer in a stream, whose input arrives in two chunks. The samples are those of
// [tensor.Torch].
func ExampleCall() {
	weight := tensor.New([]float32{1, 10, 100}, 1, 1, 3)
	call, err := tensor.TorchArgs{Stride: 2, Padding: 1, OutputPadding: 1}.Resolve([]int{1, 1, 3}, weight.Shape)
	if err != nil {
		log.Fatal(err)
	}
	filters, err := tensor.FiltersFromTorch(call.Geometry, weight.Data)
	if err != nil {
		log.Fatal(err)
	}
	weights, err := layer.NewConvTranspose1D(call.Geometry, filters, nil)
	if err != nil {
		log.Fatal(err)
	}
	stream := weights.NewStream()
	fmt.Println(stream.Process(nil, []float32{1}))
	fmt.Println(stream.Process(nil, []float32{2, 3}))
	fmt.Println(stream.Flush(nil))
	// Output:
	// [10]
	// [102 20 203 30]
	// [300]
}

// The widths that TensorFlow accepts for 100 frames with padding VALID, five taps and stride 2.
func ExampleLegalWidths() {
	lo, hi, err := tensor.LegalWidths("VALID", 5, 2, 1, 100)
	fmt.Println(lo, hi, err)
	// Output: 203 204 <nil>
}
