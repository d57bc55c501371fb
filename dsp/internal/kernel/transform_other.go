//go:build !amd64 || purego

package kernel

func split4Half(re, im, turns []float64, m int)   { split4Go(re, im, turns, m, HalfLanes) }
func split4AVX2(re, im, turns []float64, m int)   { split4Go(re, im, turns, m, Lanes) }
func split4AVX512(re, im, turns []float64, m int) { split4Go(re, im, turns, m, Lanes) }

func join4Half(re, im, turns []float64, m int)   { join4Go(re, im, turns, m, HalfLanes) }
func join4AVX2(re, im, turns []float64, m int)   { join4Go(re, im, turns, m, Lanes) }
func join4AVX512(re, im, turns []float64, m int) { join4Go(re, im, turns, m, Lanes) }

func mixHalf(dstRe, dstIm, re, im, weights []float64, mirror []int32) {
	mixGo(dstRe, dstIm, re, im, weights, mirror, HalfLanes)
}

func mixAVX2(dstRe, dstIm, re, im, weights []float64, mirror []int32) {
	mixGo(dstRe, dstIm, re, im, weights, mirror, Lanes)
}

func mixAVX512(dstRe, dstIm, re, im, weights []float64, mirror []int32) {
	mixGo(dstRe, dstIm, re, im, weights, mirror, Lanes)
}

func pairsHalf(x []float64)   { pairsGo(x, HalfLanes) }
func pairsAVX2(x []float64)   { pairsGo(x, Lanes) }
func pairsAVX512(x []float64) { pairsGo(x, Lanes) }

func interpolateAVX2(dst []float32, stride, n int, x, table []float64, w *Walk) {
	interpolateGo(dst, stride, n, x, table, w)
}

func interleaveFast(Level, []float64, []float64, int, *[4][]float32, int) int       { return 0 }
func deinterleaveFast(Level, *[4][]float64, int, *[4][]float64, int, int, int) bool { return false }
func roundFast(Level, []float32, []float64, int) int                                { return 0 }
