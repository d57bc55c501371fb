// Package dsp defines the contract of streaming processors, and composes them.
//
// A [Processor] turns frames into frames. For any split of its input the output is the same, bit for bit; its [Shape]
// says what never changes about it, such as channels, ratio and latency. [NewChain] runs processors one after the
// other, [NewSum] adds branches of different latency, [NewPerChannel] runs one processor for each channel, and [Map]
// covers functions without memory. A processor of your own embeds a [Guard], which keeps the rules on misuse:
//
//	type Delay struct {
//		dsp.Guard
//		...
//	}
//
// Package dsptest checks any Processor against the contract.
//
// The processors themselves are in packages by trade: layer has the transposed convolution at the heart of this module
// and what else networks are made of, resample converts sample rates, spectral makes spectra, mel frames, and sound
// from them, tensor computes the one-shot operator in the words of TensorFlow, Keras, PyTorch and ONNX, and pcm turns
// samples into bytes.
//
// # Equal bits
//
// Each output sample is one sum in a fixed order, computed by fused multiply-adds with one rounding each; coefficients
// come from elementary functions of this module. Vector lanes and workers divide positions and channels, never a sum,
// and processors keep unfinished sums from call to call. So neither the cut of a stream nor the CPU that the program
// runs on can change a bit.
package dsp
