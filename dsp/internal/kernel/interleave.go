package kernel

// Interleave copies four signals of the same even length into lanes first to first+3 of the rows of re and im, where a
// row has lanes values, [Lanes] or [HalfLanes]:
//
//	for l from 0 to 3, n { re[lanes*n+first+l] = x[l][2*n]; im[lanes*n+first+l] = x[l][2*n+1] }
//
// The other lanes keep their values. first is at most lanes-4.
func (l Level) Interleave(re, im []float64, lanes, first int, x *[4][]float32) {
	checkLanes(lanes)
	n := len(x[0]) / 2
	for _, s := range x {
		if len(s) != 2*n {
			panic("kernel: signals to interleave must have the same even length")
		}
	}
	if n == 0 {
		return
	}
	re, im = re[first:], im[first:]
	_, _ = re[lanes*(n-1)+3], im[lanes*(n-1)+3]
	for i := interleaveFast(l, re, im, lanes, x, n); i < n; i++ {
		for lane, s := range x {
			re[lanes*i+lane], im[lanes*i+lane] = float64(s[2*i]), float64(s[2*i+1])
		}
	}
}

// Deinterleave copies lanes first to first+3 of four series of rows into four signals. Successive rows of a series are
// rowStep values apart. The rows i of the four series hold four successive values of each signal:
//
//	for l, j from 0 to 3, i from 0 to count-1 { y[l][step*i+j] = rows[j][rowStep*i+first+l] }
func (l Level) Deinterleave(y *[4][]float64, step int, rows *[4][]float64, rowStep, first, count int) {
	if count <= 0 {
		return
	}
	for j := range y {
		_, _ = y[j][step*(count-1)+3], rows[j][rowStep*(count-1)+first+3]
	}
	if deinterleaveFast(l, y, step, rows, rowStep, first, count) {
		return
	}
	for lane, s := range y {
		for i := range count {
			for j, r := range rows {
				s[step*i+j] = r[rowStep*i+first+lane]
			}
		}
	}
}

// Round rounds n values to float32, to nearest even:
//
//	for i := range n { dst[i*stride] = float32(x[i*step]) }
func (l Level) Round(dst []float32, stride, n int, x []float64, step int) {
	if n <= 0 {
		return
	}
	_, _ = dst[(n-1)*stride], x[(n-1)*step]
	done := 0
	if stride == 1 && step == 1 {
		done = roundFast(l, dst, x, n)
	}
	for i := done; i < n; i++ {
		dst[i*stride] = float32(x[i*step])
	}
}
