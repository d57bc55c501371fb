package kernel

// Interleave copies four signals of one even length into lanes first to first+3 of the rows of re and im. A row has
// lanes values. Values of even index go to re, those of odd index to im:
//
//	re[lanes*n+first+l] = x[l][2*n]; im[lanes*n+first+l] = x[l][2*n+1]
func (l Level) Interleave(re, im []float64, lanes, first int, x *[4][]float32) {
	checkLanes(lanes)
	n := len(x[0]) / 2
	for _, s := range x {
		if len(s) != 2*n {
			panic("kernel: signals to interleave differ in length, or have an odd one")
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

// Deinterleave sets four signals to lanes first to first+3 of four series of rows. Rows of a series are rowStep values
// apart. The four series hold successive values of a signal:
//
//	y[l][step*i+j] = rows[j][rowStep*i+first+l], i from 0 to count-1, j from 0 to 3
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

// Round sets dst[0], dst[stride], ..., n values, to x[0], x[step], ... rounded to float32.
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
