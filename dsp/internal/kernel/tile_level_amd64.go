//go:build !purego

package kernel

// A tile is the argument of the assembly, which computes count tiles at successive rows. A tile is R rows of V vectors
// of columns; tileRxV is the name of its function. Panels.Mul has the loop. Distances are in bytes.
type tile = struct {
	acc        *float32 // the first accumulator
	x          *float32 // the sample of the first term of the first row
	w          *float32 // the first panel
	bias       *float32 // added at the end, one for each column; nil for no bias
	mask       *uint32  // lanes of the last vector that are columns, as by laneMask; nil if all are
	accRow     int      // from one row of accumulators to the next
	xRow       int      // from one row of samples to the next
	panel      int      // from one panel of weights to the next
	taps       int      // at least 1
	skip       int      // from the end of the channels of a tap to the next tap; may be negative
	channels   int      // of a tap, at least 1
	accumulate int      // 0: the sums start at +0; 1: at the values in acc
	count      int      // at least 1; 0 after the call
}

// mulTiles is Panels.Mul in assembly, without the checks. It divides the rows into tiles, and for each run of tiles of
// one height it divides the panels.
func mulTiles(p *Panels[float32], m Product[float32], first, end int) {
	const size = 4
	t := tile{
		accRow:   m.AccRow * size,
		xRow:     m.XRow * size,
		panel:    p.stride * size,
		taps:     m.Taps,
		skip:     (m.XTap - m.Channels) * size,
		channels: m.Channels,
	}
	if m.Accumulate {
		t.accumulate = 1
	}
	for r := 0; r < m.Rows; {
		height, count := tileRows(p.level, m.Rows-r, end-first)
		for f := first; f < end; {
			width := tileVectors(p.level, height, end-f)
			t.acc, t.x, t.w = &m.Acc[r*m.AccRow+f*p.lanes], &m.X[r*m.XRow], &p.data[f*p.stride]
			if p.bias != nil {
				t.bias = &p.bias[f*p.lanes]
			}
			f += width
			t.mask = nil
			if f == p.Count() && p.mask != nil {
				t.mask = &p.mask[0]
			}
			t.count = count
			if p.level == AVX512 {
				runTileAVX512(&t, height, width)
			} else {
				runTileAVX2(&t, height, width)
			}
		}
		r += height * count
	}
}

// tileRows returns the height of the next tiles, in rows, and how many tiles of that height follow each other, if the
// given number of rows is left.
func tileRows(l Level, rows, panels int) (height, count int) {
	if l == AVX512 {
		switch {
		case panels == 1 && rows >= 24:
			return 24, rows / 24
		case rows >= 12:
			return 12, rows / 12
		case rows >= 8:
			return 8, 1
		case rows >= 6:
			return 6, 1
		}
		return min(rows, 4), 1
	}
	switch {
	case panels == 1 && rows >= 12:
		return 12, rows / 12
	case rows == 7 || rows == 8: // 4+3 and 4+4 are faster than 6+1 and 6+2
		return 4, rows / 4
	case rows > 8 && (rows%6 == 1 || rows%6 == 2):
		return 6, rows/6 - 1
	case rows >= 6:
		return 6, rows / 6
	}
	return rows, 1
}

// tileVectors returns the width, in vectors, of the widest tile of the given height that the remaining panels fill.
func tileVectors(l Level, height, panels int) int {
	var widths [2]int
	if l == AVX512 {
		widths = widthsAVX512[height]
	} else {
		widths = widthsAVX2[height]
	}
	for _, w := range widths {
		if w <= panels {
			return w
		}
	}
	return 1
}

// For each height, the widths of its tiles in vectors, widest first. Every height also has the width 1.
var (
	widthsAVX2   = [13][2]int{12: {1, 1}, 6: {2, 1}, 5: {2, 1}, 4: {3, 2}, 3: {4, 2}, 2: {6, 2}, 1: {12, 4}}
	widthsAVX512 = [25][2]int{24: {1, 1}, 12: {2, 1}, 8: {3, 2}, 6: {4, 2}, 4: {6, 2}, 3: {8, 2}, 2: {12, 4}, 1: {12, 4}}
)

func runTileAVX2(t *tile, height, width int) {
	switch [2]int{height, width} {
	case [2]int{12, 1}:
		tile12x1AVX2(t)
	case [2]int{6, 2}:
		tile6x2AVX2(t)
	case [2]int{6, 1}:
		tile6x1AVX2(t)
	case [2]int{5, 2}:
		tile5x2AVX2(t)
	case [2]int{5, 1}:
		tile5x1AVX2(t)
	case [2]int{4, 3}:
		tile4x3AVX2(t)
	case [2]int{4, 2}:
		tile4x2AVX2(t)
	case [2]int{4, 1}:
		tile4x1AVX2(t)
	case [2]int{3, 4}:
		tile3x4AVX2(t)
	case [2]int{3, 2}:
		tile3x2AVX2(t)
	case [2]int{3, 1}:
		tile3x1AVX2(t)
	case [2]int{2, 6}:
		tile2x6AVX2(t)
	case [2]int{2, 2}:
		tile2x2AVX2(t)
	case [2]int{2, 1}:
		tile2x1AVX2(t)
	case [2]int{1, 12}:
		tile1x12AVX2(t)
	case [2]int{1, 4}:
		tile1x4AVX2(t)
	case [2]int{1, 1}:
		tile1x1AVX2(t)
	default:
		panic("kernel: no such tile")
	}
}

func runTileAVX512(t *tile, height, width int) {
	switch [2]int{height, width} {
	case [2]int{24, 1}:
		tile24x1AVX512(t)
	case [2]int{12, 2}:
		tile12x2AVX512(t)
	case [2]int{12, 1}:
		tile12x1AVX512(t)
	case [2]int{8, 3}:
		tile8x3AVX512(t)
	case [2]int{8, 2}:
		tile8x2AVX512(t)
	case [2]int{8, 1}:
		tile8x1AVX512(t)
	case [2]int{6, 4}:
		tile6x4AVX512(t)
	case [2]int{6, 2}:
		tile6x2AVX512(t)
	case [2]int{6, 1}:
		tile6x1AVX512(t)
	case [2]int{4, 6}:
		tile4x6AVX512(t)
	case [2]int{4, 2}:
		tile4x2AVX512(t)
	case [2]int{4, 1}:
		tile4x1AVX512(t)
	case [2]int{3, 8}:
		tile3x8AVX512(t)
	case [2]int{3, 2}:
		tile3x2AVX512(t)
	case [2]int{3, 1}:
		tile3x1AVX512(t)
	case [2]int{2, 12}:
		tile2x12AVX512(t)
	case [2]int{2, 4}:
		tile2x4AVX512(t)
	case [2]int{2, 1}:
		tile2x1AVX512(t)
	case [2]int{1, 12}:
		tile1x12AVX512(t)
	case [2]int{1, 4}:
		tile1x4AVX512(t)
	case [2]int{1, 1}:
		tile1x1AVX512(t)
	default:
		panic("kernel: no such tile")
	}
}

// Prefetch starts to load the complete cache lines of x into the cache, without waiting for them. Samples that another
// core has written arrive many lines at a time this way, instead of one after the other.
func Prefetch(x []float32) {
	if lines := len(x) / 16; lines > 0 {
		prefetchLines(&x[0], lines)
	}
}
