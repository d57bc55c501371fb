// Package tensor computes the 1-D transposed convolution of whole tensors, in the words of the frameworks:
//
//	TF     tf.nn.conv1d_transpose
//	Keras  keras.layers.Conv1DTranspose, without its activation
//	Torch  torch.nn.functional.conv_transpose1d
//	ONNX   the operator ConvTranspose, with one spatial axis
//
// A [Tensor] is a shape and the elements in row-major order, as in a contiguous NumPy array. Each function takes
// tensors in the layout of its framework:
//
//	       input and result                           filters
//	TF     [batch, frames, channels] ("NWC"), or      [taps, out/groups, in]
//	       [batch, channels, frames] ("NCW")
//	Keras  the same two, called channels_last         [taps, out, in]
//	       and channels_first
//	Torch  [batch, channels, frames]                  [in, out/groups, taps]
//	ONNX   [batch, channels, frames]                  [in, out/group, taps]
//
// The arguments have the names, the defaults and the rules of the framework: the zero value of a field is the
// framework's default, and a field without a default says so. TensorFlow leaves the length of the result to its caller:
// [TFOutputShape] returns the length that Keras would choose, and [LegalWidths] the lengths that TensorFlow accepts. An
// argument that the framework rejects is a *[dsp.ArgError], which names the argument, its value and the legal range.
// Restrictions of devices do not apply: both layouts, any dilation and groups work alike.
//
// # Streams
//
// A whole input is not needed: a [layer.ConvTranspose1D] computes the same samples, bit for bit, from an input that
// arrives in pieces. The Resolve method of the arguments returns a [Call] with the [layer.TransposeGeometry] that such
// a layer is made from, and [FiltersFromTF] or [FiltersFromTorch] brings the filters into its order.
//
// # Arithmetic
//
// The elements are float32 or float64. Each sample of the result is one sum, input frames ascending and inside a frame
// channels ascending, by fused multiply-adds with one rounding each; the bias is added last. The frameworks sum in
// other orders, which depend on the device, so their last bits differ from these.
package tensor
