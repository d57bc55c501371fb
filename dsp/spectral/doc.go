// Package spectral goes from sound to frames of spectra and back, as streams: the short-time Fourier transform and mel
// spectrograms that neural vocoders take, and a vocoder without weights, which finds phases for magnitudes.
//
// A frame of a FrameLayout is a piece of the signal under a Hann window. Where it lies depends on its number alone, and whatever
// goes on from frame to frame starts at the first, so no cut of the stream moves a bit. All is computed in float64, with
// functions that have the same bits on every processor, and rounded to float32 where frames leave a processor.
//
//	samples -> STFT -> magnitudes -> PhaseReconstructor -> spectra -> Synthesis -> samples
//
// Synthesis is the transposed convolution, dsp.Upsampler, with windowed Fourier filters.
package spectral

import (
	"fmt"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/elementary"
)

// Hann returns the periodic Hann window of n values, sin^2(pi*i/n).
func Hann(n int) []float64 {
	w := make([]float64, n)
	for i := range w {
		s := elementary.SinPi(float64(i) / float64(n))
		w[i] = float64(s * s)
	}
	return w
}

func argError(arg string, value any, want string, a ...any) error {
	return &dsp.ArgError{Arg: arg, Value: value, Want: fmt.Sprintf(want, a...)}
}

// checkCall panics on the two programming errors of dsp.Processor.Process.
func checkCall(n, channels int, flushed bool) {
	if flushed {
		panic("spectral: Process after Flush without Reset")
	}
	if n%channels != 0 {
		panic("spectral: src is not a whole number of frames")
	}
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// floorDiv returns floor(a/b) for b > 0.
func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// ceilDiv returns ceil(a/b) for b > 0.
func ceilDiv(a, b int64) int64 { return -floorDiv(-a, b) }
