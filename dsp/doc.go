// Package dsp defines the contract of streaming audio processors and composes them.
//
// A [Processor] consumes frames and emits frames. A frame is one time step with its channels adjacent. The input may
// arrive in chunks of any size: the output always has the bits of one call over the whole input.
//
//	mono, err := dsp.NewMixdown(2)
//	converter, err := resample.New(48000, 16000, 1, resample.Filter{})
//	chain, err := dsp.NewChain(0, mono, converter) // itself a Processor; 0 selects the default block
//	for chunk := range chunks {
//		out = chain.Process(out, chunk) // appends the frames that have become final
//	}
//	out = chain.Flush(out) // ends the stream: appends the frames that were held
//
// [NewChain] runs processors one after the other. [NewSum] adds the outputs of parallel branches and aligns them.
// [NewPerChannel] runs one processor for each channel. [Map] turns a function without state into a Processor. The
// [Shape] of a Processor states its channels, ratio and latency.
//
// The processors themselves are in other packages:
//
//   - [github.com/tailwave/tailwave/dsp/layer] has the layers of neural networks, first of all the transposed
//     convolution.
//   - [github.com/tailwave/tailwave/dsp/resample] converts sample rates.
//   - [github.com/tailwave/tailwave/dsp/spectral] computes spectra and mel frames, and sound from them.
//   - [github.com/tailwave/tailwave/dsp/tensor] computes the transposed convolution of whole tensors, with the
//     arguments of TensorFlow, Keras, PyTorch and ONNX.
//   - [github.com/tailwave/tailwave/dsp/pcm] converts samples to bytes and back.
//   - [github.com/tailwave/tailwave/dsp/dsptest] checks a Processor against the contract.
//
// # Equal bits
//
// Floating-point addition is not associative: a sum of the same terms in another order often differs in its last bits.
// The processors of this module therefore fix their arithmetic:
//
//   - Each output sample of a convolution has one accumulator. It starts at +0 and adds its products in an order that
//     depends only on positions in the stream: input frames ascending, and input channels ascending within a frame.
//   - Each product is added by a fused multiply-add, which rounds once (fusedMultiplyAdd of IEEE 754-2008), in Go as in
//     assembly.
//   - The bias is added once and the activation applied once, when the sample leaves the processor.
//   - Between calls a stream holds unfinished accumulators, or input frames, but never finished partial results.
//   - Vector lanes and workers divide output positions and channels, never the terms of one sum.
//   - Algorithms that work in blocks, such as convolution by FFT, anchor the blocks at absolute positions in the
//     stream.
//   - Exponentials, sines and other elementary functions are computed by this module, because those of package math
//     differ between CPUs.
//
// Why unfinished accumulators? Suppose that a chunk adds the products p1 and p2 to a sample of the tail:
//
//	(tail + p1) + p2  // the chunk continues the accumulator, as one call would
//	tail + (p1 + p2)  // the chunk is summed on its own, then added: this rounds differently
//
// The second form would make the cut visible in the last bit.
//
// With these rules neither the chunks, nor the number of workers, nor the CPU can change a bit. Package layer shows the
// overlap-add that makes the transposed convolution a stream.
//
// # A processor of your own
//
// A processor of your own embeds a [Guard], which enforces the rules on misuse. Process first calls BeginProcess, Flush
// appends the frames it holds only if BeginFlush returns true, and Reset clears the state and then calls Guard.Reset. A
// type without a Reset method compiles, because Guard.Reset is promoted, but if the type has state, its second stream
// starts with the state of the first. Package dsptest finds this fault and checks the whole contract: write a test with
// dsptest.Check for every processor.
//
// A wrapper that embeds the interface Processor hides the optional interfaces of the wrapped processor, which are
// [Owned], [RateConverter], [Sizer] and [Referencer]. Embed the concrete type, or forward their methods.
//
// The example of [Processor] tests this low-pass filter:
//
//	// A LowPass is a one-pole low-pass filter of any number of channels: y += a*(x-y) for each of them.
//	type LowPass struct {
//		a float32
//		y []float32 // the last output frame
//		dsp.Guard
//	}
//
//	func (l *LowPass) Shape() dsp.Shape        { return dsp.Shape{In: len(l.y), Out: len(l.y), Up: 1, Down: 1} }
//	func (l *LowPass) OutFrames(n int64) int64 { return n }
//	func (l *LowPass) Emitted(n int64) int64   { return n }
//	func (l *LowPass) MaxOutFrames(n int) int  { return n }
//
//	func (l *LowPass) Process(dst, src []float32) []float32 {
//		l.BeginProcess(len(src), len(l.y)) // first: it panics on misuse and counts frames
//		a := l.a
//		for ; len(src) > 0; src = src[len(l.y):] {
//			for c, x := range src[:len(l.y)] {
//				l.y[c] += float32(a * (x - l.y[c])) // the conversion is needed: see Stray fusion
//			}
//			dst = append(dst, l.y...)
//		}
//		return dst
//	}
//
//	func (l *LowPass) Flush(dst []float32) []float32 {
//		l.BeginFlush() // a filter with a tail: if l.BeginFlush() && l.Frames() > 0 { dst = append(dst, ...) }
//		return dst
//	}
//
//	func (l *LowPass) Reset() {
//		clear(l.y)
//		l.Guard.Reset() // the promoted Guard.Reset alone would not clear l.y
//	}
//
// # Stray fusion
//
// The Go compiler may fuse the product and the sum in y += a*(x-y) into one operation, which rounds once instead of
// twice. It does so on arm64 and some other architectures, but on amd64 only if GOAMD64 is v3 or higher, so the bits
// differ between machines. A processor that promises equal bits prevents this with an explicit conversion of the
// product: y += float32(a*(x-y)), or float64(...) for float64. Or it fuses everywhere, with math.FMA.
//
// A test on amd64 finds a missing conversion only if it runs with GOAMD64=v3, which still fuses less than arm64 does.
// The test must compare with stored bits, or with a Reference that has the conversions.
package dsp
