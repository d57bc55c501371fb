//go:build !purego

package kernel

// A depthwiseTile is the argument of the assembly, which computes count tiles at successive rows. A tile is 8 rows, or
// 1 row, of a vector of 8 channels. Depthwise.Mul has the loop. Distances are in bytes.
type depthwiseTile = struct {
	acc        *float32 // the first accumulator
	x          *float32 // the sample of its first term
	w          *float32 // the weights of the first tap
	bias       *float32 // added at the end; nil for no bias
	mask       *uint32  // lanes that are channels, as by laneMask; not read by functions without Masked in their name
	accRow     int      // from one row of accumulators to the next
	xRow       int      // from one row of samples to the next
	tap        int      // from one tap to the next, in x
	row        int      // from one tap to the next, in w
	taps       int      // at least 1
	accumulate int      // 0: the sums start at +0; 1: at the values in acc
	count      int      // at least 1; 0 after the call
}

// mulDepthwise is Depthwise.Mul in assembly, without the checks.
func mulDepthwise(p *Depthwise[float32], m Product[float32], tap, first, end int) {
	const size = 4
	t := depthwiseTile{
		accRow: m.AccRow * size,
		xRow:   m.XRow * size,
		tap:    m.XTap * size,
		row:    p.row * size,
		taps:   m.Taps,
	}
	if m.Accumulate {
		t.accumulate = 1
	}
	for c := 8 * first; c < min(8*end, p.channels); c += 8 {
		t.w = &p.data[tap*p.row+c]
		if p.bias != nil {
			t.bias = &p.bias[c]
		}
		if c+8 > p.channels {
			t.mask = &p.mask[0]
		}
		r8 := m.Rows / 8 * 8
		if r8 > 0 {
			t.acc, t.x, t.count = &m.Acc[c], &m.X[c], r8/8
			if t.mask == nil {
				depthwise8AVX2(&t)
			} else {
				depthwise8MaskedAVX2(&t)
			}
		}
		if r8 < m.Rows {
			t.acc, t.x, t.count = &m.Acc[r8*m.AccRow+c], &m.X[r8*m.XRow+c], m.Rows-r8
			if t.mask == nil {
				depthwise1AVX2(&t)
			} else {
				depthwise1MaskedAVX2(&t)
			}
		}
	}
}
