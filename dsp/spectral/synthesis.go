package spectral

import (
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/elementary"
	"github.com/tailwave/tailwave/dsp/layer"
)

// SynthesisFilters returns the filters, [size, 1, size], with which the transposed convolution of stride hop is the
// inverse of the short-time Fourier transform. The channels are the real parts of the frequencies from 0 to size/2,
// followed by the imaginary parts of the frequencies from 1 to size/2-1. A frame X adds
//
//	w(n)/g * 1/size * sum over k of X[k]*exp(2*pi*i*k*n/size),  0 <= n < size
//
// to the signal, where w is the Hann window and g = 3*size/(8*hop) is the sum of w^2 over all frames that overlap at a
// sample, the same for every sample (D. W. Griffin and J. S. Lim, "Signal estimation from modified short-time Fourier
// transform", 1984, equation 6).
//
// size is a power of two from 4 to 4096. size/hop must be a whole number of at least 4. The error is a *dsp.ArgError.
func SynthesisFilters(size, hop int) ([]float32, error) {
	if err := checkOverlap(size, hop); err != nil {
		return nil, err
	}
	cosine := make([]float64, size) // of 2*pi*n/size
	for n := range cosine {
		cosine[n] = elementary.SinPi(float64(2*n)/float64(size) + 0.5)
	}
	scale := float64(8*hop) / float64(3*size*size)
	filters := make([]float32, size*size)
	for n, w := range Hann(size) {
		gain := float64(w * scale)
		row := filters[n*size:][:size]
		row[0], row[size/2] = float32(gain), float32(gain*cosine[size/2*n%size])
		at := 0
		for k := 1; k < size/2; k++ {
			at = (at + n) & (size - 1)
			row[k] = float32(float64(2*gain) * cosine[at])
			row[size/2+k] = float32(float64(2*gain) * cosine[(at+size/4)&(size-1)]) // cos(x + pi/2) = -sin(x)
		}
	}
	return filters, nil
}

// maxSynthesis bounds the size of a synthesis, whose filters have size*size coefficients.
const maxSynthesis = 1 << 12

// checkOverlap reports sizes for which there is no synthesis.
func checkOverlap(size, hop int) error {
	if size < minSize || size > maxSynthesis || size&(size-1) != 0 {
		return dsp.NewArgError("transform size", size, "a power of two from %d to %d", minSize, maxSynthesis)
	}
	if hop < 1 || size%hop != 0 || size/hop < 4 {
		return dsp.NewArgError("hop", hop, "a divisor of the transform size %d, at most a quarter of it", size)
	}
	return nil
}

// NewSynthesis returns the transposed convolution with [SynthesisFilters] that drops left samples at the start and
// right samples at the end. With left and right equal to size-hop it is the inverse of the transform with a
// [FrameLayout] that covers the signal, but it also emits the samples of the last frame after the end of the signal.
// The error is a *dsp.ArgError.
func NewSynthesis(size, hop, left, right int, options ...layer.Option) (*layer.ConvTranspose1D[float32], error) {
	filters, err := SynthesisFilters(size, hop)
	if err != nil {
		return nil, err
	}
	g := layer.TransposeGeometry{In: size, Out: 1, Kernel: size, Stride: hop, Left: left, Right: right}
	return layer.NewConvTranspose1D(g, filters, nil, options...)
}
