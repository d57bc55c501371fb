// Package tensor computes the 1-D transposed convolution of whole tensors in one call, with the arguments and the rules
// of four frameworks:
//
//	TF     tf.nn.conv1d_transpose
//	Keras  keras.layers.Conv1DTranspose, without its activation
//	Torch  torch.nn.functional.conv_transpose1d
//	ONNX   the operator ConvTranspose, with one spatial axis
//
// A [Tensor] has a shape, and the elements in row-major order, like a contiguous NumPy array:
//
//	x := tensor.New([]float32{1, 2, 3}, 1, 3, 1)    // [batch, frames, channels]
//	f := tensor.New([]float32{1, 10, 100}, 3, 1, 1) // [taps, out, in]
//	y, err := tensor.TF(x, f, tensor.TFArgs{Strides: []int{2}})
//	if err != nil {
//		return err // such as: padding is "FULL", must be SAME or VALID
//	}
//	fmt.Println(y.Shape, y.Data) // [1 6 1] [1 10 102 20 203 30]
//
// Package layer defines the operation. The frameworks differ in how they choose the length of the result, and in the
// layout of their tensors:
//
//	       input and result                           filters
//	TF     [batch, frames, channels] ("NWC"), or      [taps, out/groups, in]
//	       [batch, channels, frames] ("NCW")
//	Keras  the same two, called channels_last         [taps, out, in]
//	       and channels_first
//	Torch  [batch, channels, frames], or              [in, out/groups, taps]
//	       [channels, frames]
//	ONNX   [batch, channels, frames]                  [in, out/group, taps]
//
// Arguments have the names, the defaults and the rules of their framework. The zero value of a field is the default of
// the framework; the documentation of a field says so if there is no default. In TensorFlow the caller chooses the
// length of the result: [LegalWidths] returns the lengths that TensorFlow accepts. TensorFlow requires the argument
// output_shape, but [TF] replaces a nil OutputShape by the shape that Keras would choose, [TFOutputShape].
//
// An argument that the framework rejects is a *[dsp.ArgError] with the name of the argument, its value and the legal
// range. Restrictions of devices do not apply: a layout, dilation or group that a framework supports on one kind of
// device only is supported here.
//
// # Streams
//
// If the input arrives in chunks, a [layer.ConvTranspose1D] computes the same samples, bit for bit. The Resolve method
// of the arguments returns a [Call], whose Geometry is the [layer.TransposeGeometry] of this layer. [FiltersFromTF] and
// [FiltersFromTorch] rearrange the filters for it.
//
// # Arithmetic
//
// The elements are float32 or float64. Each sample of the result is one sum of fused multiply-adds, each rounded once.
// The sum is over input frames in ascending order, and over the channels of a frame in ascending order; the bias is
// added last. The frameworks sum in other orders, which depend on the device, so the last bits of their results may
// differ.
package tensor
