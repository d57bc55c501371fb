// Package dsp holds tailwave's signal processing: the transposed 1-D convolution with the semantics of
// tf.nn.conv1d_transpose, its streaming form, and what is built on it.
//
// # The operator
//
// An input of n frames is spread out by the stride s, and every frame adds a copy of the filter, scaled by its channel
// values, at its place (dilation d, k taps, span ke = (k-1)*d+1):
//
//	full[f, o] = sum over i, j with i*s + j*d == f, and over c, of input[i, c] * filters[j, o, c]
//
// The result is full without its first Left samples and without its last Right ones (a negative Right appends zeros).
// A Geometry holds these numbers. TensorFlow's padding modes, PyTorch's padding and output_padding and ONNX's auto_pad
// are all rules for choosing Left and Right: see TransposeArgs, TorchTransposeArgs and ONNXTransposeArgs.
//
// # The promise
//
// Each output sample has one accumulator. It starts at +0 and takes its products in a fixed order, input frames
// ascending and inside a frame input channels ascending, each by one fused multiply-add with one rounding. The bias is
// added once, when the sample leaves. An Upsampler keeps unfinished accumulators, its overlap-add tail, from one call to
// the next. So the bits of a sample do not depend on how the input was cut, and neither do they depend on the processor
// the program runs on: a float32 product-sum is the exact IEEE operation everywhere, and coefficients are computed with
// this package's own elementary functions.
//
// # Layers
//
// Conv1D is the other convolution that vocoders are made of, by the same rules: taps ascending, inside a tap channels
// ascending. Both layers take an Activation to apply to what enters or leaves, and divide large blocks among Workers by
// output channels or positions, never within a sum. Their weights are packed once and shared by NewStream.
//
// Package spectral has what goes before and behind them: mel frames of sound, and sound from spectra.
package dsp
