//go:build !purego

package pcm

import "github.com/tailwave/tailwave/dsp/internal/kernel"

// lanes is the number of samples in a vector.
const lanes = 8

// whole returns how many of n samples are in whole vectors: 0 at a level below AVX2.
func whole(l kernel.Level, n int) int {
	if l < kernel.AVX2 {
		return 0
	}
	return n / lanes * lanes
}

// The functions below process whole vectors of samples, from the first sample on, and return the number of samples that
// they processed.

// peakFast returns the largest of peak and the absolute values of src, ignoring NaN.
func peakFast(l kernel.Level, src []float32, peak float32) (float32, int) {
	n := whole(l, len(src))
	if n == 0 {
		return peak, 0
	}
	return peakAVX2(src[:n], peak), n
}

// quantizeFast rounds to codes. beyond reports whether any sample is NaN or above limit in absolute value: the codes of
// these samples are undefined.
func quantizeFast(l kernel.Level, codes []int32, src []float32, scale float64, limit float32) (n int, beyond bool) {
	if n = whole(l, len(codes)); n > 0 {
		beyond = quantizeAVX2(codes[:n], src[:n], float32(scale), limit)
	}
	return n, beyond
}

// ditherFast is quantizeFast with the noise of counters and step, from newCounters.
func ditherFast(
	l kernel.Level, codes []int32, src []float32, counters []uint64, step uint64, scale float64, limit float32,
) (n int, beyond bool) {
	if n = whole(l, len(codes)); n > 0 {
		beyond = ditherAVX2(codes[:n], src[:n], counters, step, scale, limit)
	}
	return n, beyond
}

// packFast is pack for codes in the range of the format. It packs nothing if size is 4.
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

// packFloatFast writes floating-point numbers of size bytes, 4 or 8, and returns how many of them were NaN.
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
