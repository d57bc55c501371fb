package spectral

import (
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/elementary"
	"github.com/tailwave/tailwave/dsp/layer"
)

// SynthesisFilters returns the filters with which a transposed convolution of stride hop is the inverse short-time
// Fourier transform. Their shape is [size, 1, size]: taps, output channels, input channels. The input channels are a
// spectrum as [NewSpectra] emits it. A frame X adds
//
//	w(n)/g * 1/size * sum over k of X[k]*exp(2*pi*i*k*n/size),  0 <= n < size
//
// to the signal. w is the Hann window. g = 3*size/(8*hop) is the sum of w^2 over all windows that overlap at a sample,
// which is the same for every sample (D. W. Griffin and J. S. Lim, "Signal estimation from modified short-time Fourier
// transform", 1984, equation 6).
//
// size is a power of two from 4 to 4096, and size/hop a whole number of at least 4. The error is a *dsp.ArgError.
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
			row[size/2+k] = float32(float64(2*gain) * cosine[(at+size/4)&(size-1)]) // -sin(x) = cos(x + pi/2)
		}
	}
	return filters, nil
}

// maxSynthesis is the largest size of a synthesis. Its filters have size*size coefficients, 64 MiB at this size.
const maxSynthesis = 1 << 12

// checkOverlap returns an error for sizes that a synthesis does not support. With fewer than 4 windows over a sample,
// the sum of squared Hann windows is not constant.
func checkOverlap(size, hop int) error {
	if size < minSize || size > maxSynthesis || size&(size-1) != 0 {
		return dsp.NewArgError("transform size", size, "a power of two from %d to %d", minSize, maxSynthesis)
	}
	if hop < 1 || size%hop != 0 || size/hop < 4 {
		return dsp.NewArgError("hop", hop, "a divisor of the transform size %d, at most a quarter of it", size)
	}
	return nil
}

// NewSynthesis returns the transposed convolution with [SynthesisFilters]. It consumes frames of size values, as
// [NewSpectra] emits them, and emits samples of one channel. It drops left samples at the start and right samples at
// the end. With left and right equal to size-hop it is the inverse of [NewSpectra] for a [FrameLayout] that covers the
// signal. Its output is then a whole number of hops, so up to hop-1 samples follow the end of the signal. The error is
// a *dsp.ArgError.
func NewSynthesis(size, hop, left, right int, options ...layer.Option) (*layer.ConvTranspose1D[float32], error) {
	filters, err := SynthesisFilters(size, hop)
	if err != nil {
		return nil, err
	}
	g := layer.TransposeGeometry{In: size, Out: 1, Kernel: size, Stride: hop, Left: left, Right: right}
	return layer.NewConvTranspose1D(g, filters, nil, options...)
}
