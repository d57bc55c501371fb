// Package spectral goes from sound to frames of spectra and back, as streams: the short-time Fourier transform and mel
// spectrograms that neural vocoders consume, and a vocoder without weights, which finds phases for magnitudes.
//
// A frame of a [FrameLayout] is a piece of the signal under a Hann window. Its position depends on its number alone,
// and all state begins at the first frame, so no cut of the stream moves a bit. All is computed in float64, with
// functions that have the same bits on every processor, and rounded to float32 on emission.
//
//	samples -> STFT -> magnitudes -> PhaseReconstructor -> spectra -> NewSynthesis -> samples
//
// [NewSynthesis] makes a transposed convolution, a [layer.ConvTranspose1D], with windowed Fourier filters. A [Vocoder]
// is the whole chain.
package spectral
