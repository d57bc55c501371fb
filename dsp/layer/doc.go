// Package layer has what networks are made of: the transposed convolution, which raises the frame rate, and the
// convolution, with the activations around them. A layer holds weights and is safe for concurrent use; its NewStream
// makes streams, which are dsp.Processors with one owner each.
//
//	g, err := layer.TransposeGeometry{In: 80, Out: 40, Kernel: 16, Stride: 8}.Torch(4, 0)
//	up, err := layer.NewConvTranspose1D(g, filters, bias, layer.PreActivation(layer.LeakyReLU(0.1)))
//	s := up.NewStream(dsp.WithWorkers(pool))
//	out = s.Process(out, frames) // any number of frames, from 0 up
//	out = s.Flush(out)
//
// # The transposed convolution
//
// A stride of s puts n input frames s samples apart, and every frame adds a copy of the filter, scaled by its channels,
// at its position (dilation d, k taps, span ke = (k-1)*d+1):
//
//	full[f, o] = sum over i, j with i*s + j*d == f, and over c, of input[i, c] * filters[j, o, c]
//
// The copies of successive frames overlap by ke-s samples. With k = 4 and s = 2:
//
//	frame 0   a a a a
//	frame 1       b b b b
//	frame 2           c c c c
//	          ---------------
//	full      . . . . . . . .     after frame 1 the first 4 are final, and the overlap-add tail holds 2 sums of b
//
// The result is full without its first Left samples and without its last Right ones (a negative Right appends zeros). A
// [TransposeGeometry] holds these numbers. TensorFlow's padding modes, PyTorch's padding and output_padding and ONNX's
// auto_pad are rules for choosing Left and Right.
//
// # Equal bits
//
// Each output sample has one accumulator. It starts at +0 and adds its products in a fixed order, input frames
// ascending and inside a frame input channels ascending, each by one fused multiply-add with one rounding. The bias is
// added once, when the sample is emitted; adding it per contribution would double-count it in the overlap. A
// [ConvTranspose1DStream] keeps unfinished accumulators, its tail, from one call to the next, so the bits of a sample
// do not depend on the cut of the input. [Conv1D] follows the same rules: taps ascending, inside a tap channels
// ascending. Workers divide large blocks by output channels or positions, never within a sum.
package layer
