// Package spectral converts streams of sound to frames of spectra and back. It has the short-time Fourier transform,
// the mel spectrograms that neural vocoders consume, and a vocoder without weights, which reconstructs phases from
// magnitudes.
//
// A frame is a piece of the signal under a Hann window. A [FrameLayout] defines where frames lie. The position of a
// frame depends only on its number, so the results have the same bits however the stream is split into calls. All
// computations are in float64, with functions that have the same bits on every processor, and are rounded to float32
// when a frame is emitted.
//
//	samples -> STFT -> magnitudes -> PhaseReconstructor -> spectra -> NewSynthesis -> samples
//
// [NewSynthesis] returns a transposed convolution, a [layer.ConvTranspose1D], with windowed Fourier filters. A
// [Vocoder] is the whole chain.
//
// Frames that were made elsewhere may be on another [Scale]: a [FrameCheck] finds that, and a [NewScaleConverter]
// converts them.
package spectral
