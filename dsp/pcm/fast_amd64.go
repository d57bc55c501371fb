//go:build !purego

package pcm

import "github.com/tailwave/tailwave/dsp/internal/kernel"

// lanes is the number of samples that the assembly takes at a time.
const lanes = 8

// whole returns how many of n samples are in whole vectors, 0 for a level that has none.
func whole(l kernel.Level, n int) int {
	if l < kernel.AVX2 {
		return 0
	}
	return n / lanes * lanes
}

// The functions below do as many samples as are in whole vectors, from the first on, and return how many those are.

// peakFast returns the largest of peak and the absolute values, NaN left out.
func peakFast(l kernel.Level, src []float32, peak float32) (float32, int) {
	n := whole(l, len(src))
	if n == 0 {
		return peak, 0
	}
	return peakAVX2(src[:n], peak), n
}

// quantizeFast rounds to codes, and tells whether any sample is not within the limit: the codes of those are not
// defined.
func quantizeFast(l kernel.Level, codes []int32, src []float32, scale float64, limit float32) (n int, beyond bool) {
	if n = whole(l, len(codes)); n > 0 {
		beyond = quantizeAVX2(codes[:n], src[:n], float32(scale), limit)
	}
	return n, beyond
}

// ditherFast is quantizeFast with the noise of successive counters, for which see newCounters.
func ditherFast(l kernel.Level, codes []int32, src []float32, counters []uint64, step uint64, scale float64, limit float32) (n int, beyond bool) {
	if n = whole(l, len(codes)); n > 0 {
		beyond = ditherAVX2(codes[:n], src[:n], counters, step, scale, limit)
	}
	return n, beyond
}

// packFast is pack for codes that are in range.
func packFast(l kernel.Level, out []byte, codes []int32, size int) int {
	n := whole(l, len(codes))
	if n == 0 {
		return 0
	}
	codes, out = codes[:n], out[:n*size]
	switch size {
	case 1:
		pack8AVX2(out, codes)
	case 2:
		pack16AVX2(out, codes)
	case 3:
		pack24AVX2(out, codes)
	default:
		return 0
	}
	return n
}

// packFloatFast writes floating-point numbers of so many bytes, 4 or 8, and counts those that are NaN.
func packFloatFast(l kernel.Level, out []byte, src []float32, size int) (n, nans int) {
	n = whole(l, len(src))
	if n == 0 {
		return 0, 0
	}
	src, out = src[:n], out[:n*size]
	if size == 4 {
		return n, packF32AVX2(out, src)
	}
	return n, packF64AVX2(out, src)
}
