// Package layer has the building blocks of convolutional networks as streams: the transposed convolution, which raises
// the frame rate, the convolution, and the activations around them.
//
// A layer holds weights. It never changes and is safe for concurrent use. Its NewStream method makes any number of
// streams. A stream of float32 is a [dsp.Processor] with one owner: it accepts chunks of any size, and its output has
// the bits of one call over the whole input.
//
//	g, err := layer.TransposeGeometry{In: 80, Out: 40, Kernel: 16, Stride: 8}.Torch(4, 0)
//	up, err := layer.NewConvTranspose1D(g, filters, bias, layer.PreActivation(layer.LeakyReLU(0.1)))
//	s := up.NewStream(dsp.WithWorkers(pool))
//	for chunk := range chunks {
//		out = s.Process(out, chunk) // 8 output frames of 40 channels per input frame of 80, once they are final
//	}
//	out = s.Flush(out)
//
// # The transposed convolution
//
// With stride s, dilation d and k taps, input frame i adds a copy of the filter, scaled by the samples of the frame, to
// the output from sample i*s on:
//
//	full[t, o] = sum of input[i, c] * filters[j, o, c] over all i, j, c with i*s + j*d = t
//
// Here i is an input frame, c an input channel, j a tap, t an output sample and o an output channel. A copy spans
// (k-1)*d + 1 samples, and n input frames make (n-1)*s + span samples. Where the span exceeds the stride, successive
// copies overlap, and their products are added: this is overlap-add. For one channel, the taps a, b, c, d and stride 2,
// it looks like this:
//
//	sample          0      1      2      3      4      5      6      7
//	frame 0       x0*a   x0*b   x0*c   x0*d
//	frame 1                     x1*a   x1*b   x1*c   x1*d
//	frame 2                                   x2*a   x2*b   x2*c   x2*d
//
//	chunk 1      |-------- emitted ---------|--- tail ----|
//	chunk 2                                 |-- emitted --|--- tail ----|
//	Flush                                                 |-- emitted --|
//
// Chunk 1 has frames 0 and 1. Frame 2 starts at sample 4, so no later frame can change samples 0 to 3: they are final,
// and Process emits them. Samples 4 and 5 still lack the products of frame 2. Their accumulators, x1*c and x1*d so far,
// are the tail, which the stream holds. Chunk 2 has frame 2 and continues these accumulators with x2*a and x2*b, as one
// call over all frames would. Flush emits the tail, because no frame will follow.
//
// The tail consists of unfinished sums, without the bias. The bias is added once, when a sample is emitted. Adding it
// with every contribution would double-count it in the overlap: sample 2 has contributions from two frames, sample 0
// from one. The activation is applied at the same point, because the activation of a sum is not the sum of the
// activations.
//
// The output is full without its first Left and its last Right samples; a negative Right appends zeros (plus the bias).
// A [TransposeGeometry] holds these numbers. The padding modes of TensorFlow, padding and output_padding of PyTorch and
// auto_pad of ONNX are rules that choose Left and Right; package tensor implements them.
//
// The operation convT is the transpose of a strided convolution conv with the same taps: the inner products <conv(z),
// x> and <z, convT(x)> are equal for all z and x. It therefore computes the gradient of conv with respect to the input
// of conv, and TensorFlow defines tf.nn.conv1d_transpose this way. V. Dumoulin and F. Visin, "A guide to convolution
// arithmetic for deep learning", arXiv:1603.07285, 2016, explain the arithmetic of sizes, strides and padding in
// chapter 4.
//
// # The convolution
//
// Output frame t of a [Conv1D] is the sum of padded[t*s + j*d, c] * filters[j, o, c] over taps j and input channels c,
// plus the bias, where padded is the input with Left frames before it and Right frames after it. The filter is not
// reversed, as usual in neural networks. Between calls a [Conv1DStream] holds input frames, not sums. It computes an
// output frame as soon as the last input frame on which the output depends has arrived.
//
// # Equal bits
//
// Package dsp explains why fixed arithmetic makes chunked and one-shot results equal. Here the order of each sum is:
//
//   - transposed convolution: input frames ascending (which means taps descending), and input channels ascending within
//     a frame;
//   - convolution: taps ascending, and input channels ascending within a tap.
//
// Workers divide large blocks by output channels, groups or output frames, never within a sum. The Reference method of
// a layer computes the same sums one-shot from the definition, with index arithmetic of its own; tests compare streams
// with it.
package layer
