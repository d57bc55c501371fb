package spectral

import "math"

// An STFT is a [dsp.Processor] that computes the short-time Fourier transform: it consumes samples of one channel and
// emits frames of magnitudes or of spectra.
type STFT struct{ *analysis }

// NewSTFT returns the transform to magnitudes, Size/2+1 for each frame, from frequency 0 to half the sample rate. The
// error is a *dsp.ArgError.
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

// NewSpectra returns the transform to spectra, Size values for each frame: the real parts of the frequencies from 0 to
// Size/2, then the imaginary parts of the frequencies from 1 to Size/2-1, as [NewSynthesis] consumes them. Phases are
// relative to the first sample of the frame. The error is a *dsp.ArgError.
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

// setBin sets frequency k of a frame of a spectrum.
func setBin(frame []float32, k int, v complex128) {
	half := len(frame) / 2
	frame[k] = float32(real(v))
	if k > 0 && k < half {
		frame[half+k] = float32(imag(v))
	}
}
