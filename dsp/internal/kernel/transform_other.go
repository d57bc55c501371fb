//go:build !amd64 || purego

package kernel

func split4AVX2(re, im, turns []float64, m int)   { split4Go(re, im, turns, m) }
func split4AVX512(re, im, turns []float64, m int) { split4Go(re, im, turns, m) }

func join4AVX2(re, im, turns []float64, m int)   { join4Go(re, im, turns, m) }
func join4AVX512(re, im, turns []float64, m int) { join4Go(re, im, turns, m) }

func loadSplit4AVX2(re, im []float64, x []float32, turns []float64)   { loadSplit4Go(re, im, x, turns) }
func loadSplit4AVX512(re, im []float64, x []float32, turns []float64) { loadSplit4Go(re, im, x, turns) }

func loadSplit2AVX2(re, im []float64, x []float32, turns []float64)   { loadSplit2Go(re, im, x, turns) }
func loadSplit2AVX512(re, im []float64, x []float32, turns []float64) { loadSplit2Go(re, im, x, turns) }

func join2AVX2(re, im, turns []float64)   { join2Go(re, im, turns) }
func join2AVX512(re, im, turns []float64) { join2Go(re, im, turns) }

func loadSplit8AVX512(re, im []float64, x []float32, two, four []float64) {
	loadSplit2Go(re, im, x, two)
	split4Go(re, im, four, len(re)/8)
}

func join8AVX512(re, im, two, four []float64) {
	join4Go(re, im, four, len(re)/8)
	join2Go(re, im, two)
}

func splitRowsAVX2(re, im, turns []float64)   { splitRowsGo(re, im, turns) }
func splitRowsAVX512(re, im, turns []float64) { splitRowsGo(re, im, turns) }

func joinRowsAVX2(re, im, turns []float64, products []SpectrumProduct, at int) {
	joinRowsGo(re, im, turns, products, at)
}

func joinRowsAVX512(re, im, turns []float64, products []SpectrumProduct, at int) {
	joinRowsGo(re, im, turns, products, at)
}

func interpolateAVX2(dst []float32, stride, n int, x, table []float64, w *Walk) {
	interpolateGo(dst, stride, n, x, table, w)
}
