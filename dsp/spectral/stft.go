package spectral

import "math"

// An STFT is a [dsp.Processor] that computes the short-time Fourier transform. It consumes samples of one channel and
// emits a frame for each window: magnitudes from [NewSTFT], spectra from [NewSpectra].
type STFT struct{ *analysis }

// NewSTFT returns the transform to magnitudes. A frame has Size/2+1 of them: frequency k is k*sampleRate/Size Hz. They
// are not scaled, so a sine of amplitude 1 has a magnitude of about Window/4. The error is a *dsp.ArgError for a field
// of l out of range.
func NewSTFT(l FrameLayout) (*STFT, error) {
	l, err := l.check()
	if err != nil {
		return nil, err
	}
	return &STFT{newAnalysis("spectral.NewSTFT", l, l.Size/2+1, func(dst []float32, spectrum []complex128) {
		for k, v := range spectrum {
			dst[k] = float32(magnitude(v, 0))
		}
	})}, nil
}

// NewSpectra returns the transform to spectra. A frame has Size values: the real parts of the frequencies from 0 to
// Size/2, then the imaginary parts of the frequencies from 1 to Size/2-1. [NewSynthesis] consumes the same order.
// Phases are relative to the first sample of the frame. The error is a *dsp.ArgError for a field of l out of range.
func NewSpectra(l FrameLayout) (*STFT, error) {
	l, err := l.check()
	if err != nil {
		return nil, err
	}
	return &STFT{newAnalysis("spectral.NewSpectra", l, l.Size, func(dst []float32, spectrum []complex128) {
		for k, v := range spectrum {
			setBin(dst, k, v)
		}
	})}, nil
}

// magnitude returns the square root of |v|^2 + offset.
func magnitude(v complex128, offset float64) float64 {
	return math.Sqrt(float64(real(v)*real(v)) + float64(imag(v)*imag(v)) + offset)
}

// setBin stores v as frequency k of a spectrum of len(frame) values. The imaginary parts of frequencies 0 and
// len(frame)/2 are 0 for real signals and have no place in the frame.
func setBin(frame []float32, k int, v complex128) {
	half := len(frame) / 2
	frame[k] = float32(real(v))
	if k > 0 && k < half {
		frame[half+k] = float32(imag(v))
	}
}
