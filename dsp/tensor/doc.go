// Package tensor computes the 1-D transposed convolution of whole tensors, with the arguments and the rules of four
// frameworks:
//
//	TF     tf.nn.conv1d_transpose
//	Keras  keras.layers.Conv1DTranspose, without its activation
//	Torch  torch.nn.functional.conv_transpose1d
//	ONNX   the operator ConvTranspose, with one spatial axis
//
// A [Tensor] is a shape and the elements in row-major order, as in a contiguous NumPy array. [New] makes one:
//
//	x := tensor.New([]float32{1, 2, 3}, 1, 3, 1)    // [batch, frames, channels]
//	f := tensor.New([]float32{1, 10, 100}, 3, 1, 1) // [taps, out, in]
//	y, err := tensor.TF(x, f, tensor.TFArgs{Strides: []int{2}})
//
// Each function expects tensors in the layout of its framework:
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
// The arguments have the names, the defaults and the rules of the framework: the zero value of a field is the
// framework's default, and the documentation of a field without a default says so. In TensorFlow the caller chooses the
// length of the result. [LegalWidths] returns the lengths that TensorFlow accepts. If OutputShape is nil, [TF] uses the
// shape that Keras would choose, [TFOutputShape]; TensorFlow itself requires the argument.
//
// An argument that the framework rejects is a *[dsp.ArgError] with the argument, its value and the legal range.
// Restrictions of devices do not apply: layouts, dilations and groups that a framework supports on one kind of device
// only are supported here.
//
// # Streams
//
// If the input arrives in pieces, a [layer.ConvTranspose1D] computes the same samples, bit for bit. The Resolve method
// of the arguments returns a [Call] with the [layer.TransposeGeometry] of this layer. [FiltersFromTF] or
// [FiltersFromTorch] puts the filters into its order.
//
// # Arithmetic
//
// The elements are float32 or float64. Each sample of the result is one sum of fused multiply-adds, each rounded once.
// Input frames are summed in ascending order, the channels of a frame in ascending order, and the bias is added last.
// The frameworks sum in other orders, which depend on the device, so the last bits of their results may differ.
package tensor
