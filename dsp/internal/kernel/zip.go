package kernel

// maxZipped is the largest number of signals that assembly zips, and the largest stride that it unzips.
const maxZipped = 8

// Unzip sets dst to every stride-th value of src. stride is at least 1.
//
//	for i := range dst { dst[i] = src[i*stride] }
func (l Level) Unzip(dst, src []float32, stride int) {
	if stride < 1 || len(dst) > 0 && (len(src) == 0 || len(dst)-1 > (len(src)-1)/stride) {
		panic("kernel: a signal is too short to unzip")
	}
	if stride == 1 {
		copy(dst, src)
		return
	}
	for i := unzipFast(l, dst, src, stride); i < len(dst); i++ {
		dst[i] = src[i*stride]
	}
}

// Zip sets dst to the first n values of the signals, in turn. n is at least 0.
//
//	for i := range n { for s := range x { dst[i*len(x)+s] = x[s][i] } }
func (l Level) Zip(dst []float32, x [][]float32, n int) {
	checkZip(len(dst), x, n)
	if len(x) == 1 {
		copy(dst, x[0][:n])
		return
	}
	for i := zipFast(l, dst, x, n); i < n; i++ {
		for s := range x {
			dst[i*len(x)+s] = x[s][i]
		}
	}
}

// ZipRound is Zip of signals of float64, which it rounds to float32, to nearest even.
func (l Level) ZipRound(dst []float32, x [][]float64, n int) {
	checkZip(len(dst), x, n)
	for i := zipRoundFast(l, dst, x, n); i < n; i++ {
		for s := range x {
			dst[i*len(x)+s] = float32(x[s][i])
		}
	}
}

// ZipWide is Zip of signals of float64.
func (l Level) ZipWide(dst []float64, x [][]float64, n int) {
	checkZip(len(dst), x, n)
	if len(x) == 1 {
		copy(dst, x[0][:n])
		return
	}
	for i := zipWideFast(l, dst, x, n); i < n; i++ {
		for s := range x {
			dst[i*len(x)+s] = x[s][i]
		}
	}
}

// checkZip panics if dst or a signal is too short for n values of each signal.
func checkZip[T Float](dst int, x [][]T, n int) {
	short := n < 0 || len(x) == 0 || n > dst/len(x)
	for _, s := range x {
		short = short || len(s) < n
	}
	if short {
		panic("kernel: a signal is too short to zip")
	}
}
