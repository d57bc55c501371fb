//go:build !purego

package kernel

// A planeTile is the argument of the assembly, which computes count tiles at successive frames. A tile is C output
// channels of V vectors of frames; planeCxV is the name of its function. Samples and results are in planes: the
// successive frames of one channel are adjacent. Distances are in bytes.
type planeTile = struct {
	acc      *float32 // the first frame of the first output channel
	x        *float32 // the sample of the first term of the first frame
	w        *float32 // weights [taps, channels, output channels of the tile]
	bias     *float32 // added at the end, one for each output channel of the tile; nil for no bias
	accPlane int      // from one output channel to the next
	plane    int      // from one input channel to the next
	tap      int      // from one tap to the next
	taps     int      // at least 1
	channels int      // input channels, at least 1
	count    int      // at least 1; 0 after the call
}

// mulPlanes is Planes.Mul in assembly, without the checks. Block by block, it transposes samples into planes, computes
// the products, and transposes the results back.
func mulPlanes(p *Planes[float32], m Product[float32], scratch []float32) {
	dilation := m.XTap / m.XRow
	stride := planeStride(m.Taps, dilation)
	in := scratch[:m.Channels*stride]
	out := scratch[m.Channels*stride:][:MaxPlanes*planeOut]
	for r := 0; r < m.Rows; r += planeBlock {
		rows := min(planeBlock, m.Rows-r)
		toPlanes(in, m.X[r*m.XRow:], m.XRow, rows+(m.Taps-1)*dilation, m.Channels, stride)
		p.mulBlock(out, in, rows, stride, dilation)
		fromPlanes(m.Acc[r*m.AccRow:], out, m.AccRow, rows, p.cols)
	}
}

// mulBlock computes the output planes of a block. It also computes up to lanes-1 further rows, from whatever the
// scratch contains, to complete the last vector. fromPlanes ignores those.
func (p *Planes[T]) mulBlock(out, in []float32, rows, stride, dilation int) {
	const size = 4
	lanes := 8
	if p.level == AVX512 {
		lanes = 16
	}
	vectors := (rows + lanes - 1) / lanes
	data, bias := any(p.data).([]float32), any(p.bias).([]float32)
	t := planeTile{accPlane: planeOut * size, plane: stride * size, tap: dilation * size, taps: p.taps, channels: p.channels}
	for c := 0; c < p.cols; {
		group := planeGroup(p.level, p.cols-c)
		width := planeVectors(p.level, group)
		t.w = &data[0]
		if bias != nil {
			t.bias = &bias[c]
		}
		if t.count = vectors / width; t.count > 0 {
			t.acc, t.x = &out[c*planeOut], &in[0]
			runPlanes(&t, p.level, group, width)
		}
		if done := vectors / width * width; done < vectors {
			t.acc, t.x, t.count = &out[c*planeOut+done*lanes], &in[done*lanes], vectors-done
			runPlanes(&t, p.level, group, 1)
		}
		data = data[p.taps*p.channels*group:]
		c += group
	}
}

// planeVectors returns the vectors of the widest tile for a group of output channels.
func planeVectors(l Level, group int) int {
	if l == AVX512 {
		return [...]int{1: 8, 2: 8, 3: 8, 4: 6, 8: 3}[group]
	}
	return [...]int{1: 8, 2: 6, 3: 4, 4: 3}[group]
}

// runPlanes runs the assembly for tiles of group output channels and width vectors.
func runPlanes(t *planeTile, l Level, group, width int) {
	if l == AVX512 {
		runPlanesAVX512(t, group, width)
	} else {
		runPlanesAVX2(t, group, width)
	}
}

func runPlanesAVX2(t *planeTile, group, width int) {
	switch [2]int{group, width} {
	case [2]int{4, 3}:
		plane4x3AVX2(t)
	case [2]int{4, 1}:
		plane4x1AVX2(t)
	case [2]int{3, 4}:
		plane3x4AVX2(t)
	case [2]int{3, 1}:
		plane3x1AVX2(t)
	case [2]int{2, 6}:
		plane2x6AVX2(t)
	case [2]int{2, 1}:
		plane2x1AVX2(t)
	case [2]int{1, 8}:
		plane1x8AVX2(t)
	case [2]int{1, 1}:
		plane1x1AVX2(t)
	default:
		panic("kernel: no such tile")
	}
}

func runPlanesAVX512(t *planeTile, group, width int) {
	switch [2]int{group, width} {
	case [2]int{8, 3}:
		plane8x3AVX512(t)
	case [2]int{8, 1}:
		plane8x1AVX512(t)
	case [2]int{4, 6}:
		plane4x6AVX512(t)
	case [2]int{4, 1}:
		plane4x1AVX512(t)
	case [2]int{3, 8}:
		plane3x8AVX512(t)
	case [2]int{3, 1}:
		plane3x1AVX512(t)
	case [2]int{2, 8}:
		plane2x8AVX512(t)
	case [2]int{2, 1}:
		plane2x1AVX512(t)
	case [2]int{1, 8}:
		plane1x8AVX512(t)
	case [2]int{1, 1}:
		plane1x1AVX512(t)
	default:
		panic("kernel: no such tile")
	}
}

// toPlanes transposes rows into planes:
//
//	for r from 0 to rows-1, c from 0 to channels-1 { planes[c*stride+r] = x[r*row+c] }
//
// x may end with the last channel of the last row.
func toPlanes(planes, x []float32, row, rows, channels, stride int) {
	r8, c8 := rows/8*8, channels/8*8
	for c := 0; c < c8 && r8 > 0; c += 8 {
		_ = x[(r8-1)*row+c+7]
		_ = planes[(c+7)*stride+r8-1]
		transposeAVX2(&planes[c*stride], &x[c], 4*stride, 4*row, 32, 32*row, r8/8)
	}
	for c := range channels {
		from := r8
		if c >= c8 {
			from = 0
		}
		plane := planes[c*stride:][:rows]
		for r := from; r < rows; r++ {
			plane[r] = x[r*row+c]
		}
	}
}

// fromPlanes transposes planes back into rows:
//
//	for r from 0 to rows-1, c from 0 to cols-1 { acc[r*row+c] = planes[c*planeOut+r] }
func fromPlanes(acc, planes []float32, row, rows, cols int) {
	r8 := 0
	if cols == 8 && rows >= 8 {
		r8 = rows / 8 * 8
		_ = acc[(r8-1)*row+7]
		transposeAVX2(&acc[0], &planes[0], 4*row, 4*planeOut, 32*row, 32, r8/8)
	}
	if cols == 1 && row == 1 {
		copy(acc[:rows], planes)
		return
	}
	for c := range cols {
		plane := planes[c*planeOut:][:rows]
		for r := r8; r < rows; r++ {
			acc[r*row+c] = plane[r]
		}
	}
}
