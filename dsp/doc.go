// Package dsp defines the contract of streaming processors, and composes them.
//
// A [Processor] turns frames into frames. For any split of its input the output is the same, bit for bit; its [Shape]
// says what never changes about it, such as channels, ratio and latency. [NewChain] runs processors one after the
// other, [NewSum] adds branches of different latency, [NewPerChannel] runs one processor for each channel, and [Map]
// makes a processor of a function without state.
//
// The processors themselves are in other packages. Package layer has the transposed convolution at the heart of this
// module and the other layers of networks. Package resample converts sample rates. Package spectral computes spectra
// and mel frames, and sound from them. Package tensor computes the one-shot operator with the parameters of TensorFlow,
// Keras, PyTorch and ONNX. Package pcm converts samples to bytes.
//
// # A processor of your own
//
// A processor of your own embeds a [Guard], which enforces the rules on misuse. Process calls BeginProcess first, Flush
// appends the frames held back only if BeginFlush returns true, and Reset clears the state and calls Guard.Reset. A
// type with state that lacks a Reset compiles, because Guard.Reset is promoted, but it is wrong. Package dsptest finds
// this and checks the whole contract: write a test with dsptest.Check for every processor. A wrapper that embeds the
// interface Processor hides the optional interfaces of what it wraps, [Owned], [RateConverter] and [Sizer]: embed the
// concrete type, or forward them. The example of [Processor]
// shows how for this one:
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
//				l.y[c] += float32(a * (x - l.y[c])) // the conversion is needed: see Equal bits
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
//		l.Guard.Reset() // promoted without this method, it would leave l.y as it is
//	}
//
// # Equal bits
//
// Each output sample is one sum in a fixed order, computed by fused multiply-adds with one rounding each; coefficients
// come from elementary functions of this module. Vector lanes and workers divide positions and channels, never a sum,
// and processors keep unfinished sums from call to call. So neither the cut of a stream nor the CPU that the program
// runs on can change a bit.
//
// The Go compiler may fuse a product and a sum, such as y += a*(x-y), into one operation that rounds once. It does so
// on arm64 and some other architectures, but not on amd64 unless GOAMD64 is v3 or higher, and the bits differ. A
// processor that promises equal bits prevents this with an explicit conversion of the product, y += float32(a*(x-y)),
// or float64 for float64, or it fuses everywhere with math.FMA. A test on amd64 cannot find a missing conversion unless
// it runs with GOAMD64=v3, which fuses less than arm64 does. The test must compare with stored bits, or with a
// Reference that has the conversions.
package dsp
