//go:build !purego

package kernel

// interleaveFast computes an even number of the n rows of Level.Interleave, from the first on, and returns that number:
// 0 if the level has no assembly for it.
func interleaveFast(l Level, re, im []float64, lanes int, x *[4][]float32, n int) int {
	if l < AVX2 || n < 2 {
		return 0
	}
	interleaveAVX2(&re[0], &im[0], &[4]*float32{&x[0][0], &x[1][0], &x[2][0], &x[3][0]}, n/2, 8*lanes)
	return n / 2 * 2
}

// deinterleaveFast is Level.Deinterleave in assembly. It returns false, and does nothing, if the level has none.
func deinterleaveFast(l Level, y *[4][]float64, step int, rows *[4][]float64, rowStep, first, count int) bool {
	if l < AVX2 {
		return false
	}
	deinterleaveAVX2(&[4]*float64{&y[0][0], &y[1][0], &y[2][0], &y[3][0]}, 8*step,
		&[4]*float64{&rows[0][first], &rows[1][first], &rows[2][first], &rows[3][first]}, 8*rowStep, count)
	return true
}

// roundFast rounds a multiple of four of the n adjacent values, from the first on, and returns that number: 0 if the
// level has no assembly for it.
func roundFast(l Level, dst []float32, x []float64, n int) int {
	if l < AVX2 || n < 4 {
		return 0
	}
	roundAVX2(&dst[0], &x[0], n/4)
	return n / 4 * 4
}
