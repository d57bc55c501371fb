package kernel

import "math"

// RowTurns is the number of values in the turns of SplitRows for each group of Row rows.
const RowTurns = 12 * Row

// SplitRows computes the last steps of the transform, in place: a step of radix 4 whose quarters are single rows, and
// then steps of radix 4 and 2 inside the rows. Each row is then a polynomial of its own. Before the steps inside the
// rows, groups of eight rows are transposed: value k of row r of a group becomes value r of row k, so that each row of
// the result has one value of each polynomial.
//
// The turns of a group are twelve rows. The first ten hold five complex values for each row of the group: w, w^2, w^3
// for the step of radix 4 inside it, and v and v*exp(i*pi/4), where w = v^2, for the steps of radix 2. A row of turns
// has the real parts of w, the next one its imaginary parts, and so on. The last two rows begin with the turns of
// Split4 for the two runs of the group, six values for each.
//
// The step of radix 4 inside a row leaves four parts of two values e and o. For part s, the step of radix 2 computes
//
//	e, o = e + u*o, e - u*o
//
// with u = v*exp(i*pi*s/4). A factor of i in u exchanges real and imaginary parts without rounding. The lengths of re
// and im are the same multiple of 64.
func (l Level) SplitRows(re, im, turns []float64) {
	checkRows(len(re), len(im), len(turns))
	switch l {
	case AVX512:
		splitRowsAVX512(re, im, turns)
	case AVX2:
		splitRowsAVX2(re, im, turns)
	default:
		splitRowsGo(re, im, turns)
	}
}

// A SpectrumProduct is a product of two transforms, value by value: one of a signal, and one of a filter.
type SpectrumProduct = struct{ Re, Im, FilterRe, FilterIm []float64 }

// JoinRows undoes SplitRows with the same turns, except for a factor of 32, on a sum of products. It reads the products
// from index at on, and writes the result to re and im. Each value of the sum is a chain of fused multiply-adds: for
// each product in order, first the terms with the real part of the signal, then those with its imaginary part. re and
// im may be the signal of the only product, at the same index. Otherwise they must not overlap the products.
func (l Level) JoinRows(re, im, turns []float64, products []SpectrumProduct, at int) {
	n := len(re)
	checkRows(n, len(im), len(turns))
	for _, p := range products {
		if at < 0 || min(len(p.Re), len(p.Im), len(p.FilterRe), len(p.FilterIm))-n < at {
			panic("kernel: a product is too short")
		}
	}
	if len(products) == 0 {
		panic("kernel: no product")
	}
	switch l {
	case AVX512:
		joinRowsAVX512(re, im, turns, products, at)
	case AVX2:
		joinRowsAVX2(re, im, turns, products, at)
	default:
		joinRowsGo(re, im, turns, products, at)
	}
}

// checkRows panics if the lengths of the slices do not fit SplitRows.
func checkRows(re, im, turns int) {
	if re != im || re == 0 || re%(Row*Row) != 0 || turns < re/(Row*Row)*RowTurns {
		panic("kernel: slices do not fit the last steps of a transform")
	}
}

func splitRowsGo(re, im, turns []float64) {
	for ; len(re) > 0; re, im, turns = re[Row*Row:], im[Row*Row:], turns[RowTurns:] {
		split4Go(re[:Row*Row], im[:Row*Row], turns[10*Row:], Row)
		transpose(re)
		transpose(im)
		for k := range Row {
			w, vr, vi, ur, ui := rowTurns(turns, k)
			r, i := (*[7*Row + 1]float64)(re[k:]), (*[7*Row + 1]float64)(im[k:])
			er0, ei0, er1, ei1, er2, ei2, er3, ei3 := split(r[0], i[0], r[16], i[16], r[32], i[32], r[48], i[48], &w)
			or0, oi0, or1, oi1, or2, oi2, or3, oi3 := split(r[8], i[8], r[24], i[24], r[40], i[40], r[56], i[56], &w)
			or0, oi0 = turned(or0, oi0, vr, vi)
			or1, oi1 = turned(or1, oi1, ur, ui)
			or2, oi2 = turned(or2, oi2, vr, vi)
			or3, oi3 = turned(or3, oi3, ur, ui)
			r[0], i[0], r[8], i[8] = er0+or0, ei0+oi0, er0-or0, ei0-oi0
			r[16], i[16], r[24], i[24] = er1+or1, ei1+oi1, er1-or1, ei1-oi1
			r[32], i[32], r[40], i[40] = er2-oi2, ei2+or2, er2+oi2, ei2-or2
			r[48], i[48], r[56], i[56] = er3-oi3, ei3+or3, er3+oi3, ei3-or3
		}
	}
}

func joinRowsGo(re, im, turns []float64, products []SpectrumProduct, at int) {
	for i, p := range products {
		multiply(re, im, p.Re[at:], p.Im[at:], p.FilterRe[at:], p.FilterIm[at:], i > 0)
	}
	for ; len(re) > 0; re, im, turns = re[Row*Row:], im[Row*Row:], turns[RowTurns:] {
		for k := range Row {
			w, vr, vi, ur, ui := rowTurns(turns, k)
			r, i := (*[7*Row + 1]float64)(re[k:]), (*[7*Row + 1]float64)(im[k:])
			or0, oi0 := turnedBack(r[0]-r[8], i[0]-i[8], vr, vi)
			or1, oi1 := turnedBack(r[16]-r[24], i[16]-i[24], ur, ui)
			// The negated differences are -0 where those of the other order are +0.
			or2, oi2 := turnedBack(i[32]-i[40], -(r[32] - r[40]), vr, vi)
			or3, oi3 := turnedBack(i[48]-i[56], -(r[48] - r[56]), ur, ui)
			r[0], i[0], r[16], i[16], r[32], i[32], r[48], i[48] = join(r[0]+r[8], i[0]+i[8], r[16]+r[24], i[16]+i[24],
				r[32]+r[40], i[32]+i[40], r[48]+r[56], i[48]+i[56], &w)
			r[8], i[8], r[24], i[24], r[40], i[40], r[56], i[56] = join(or0, oi0, or1, oi1, or2, oi2, or3, oi3, &w)
		}
		transpose(re)
		transpose(im)
		join4Go(re[:Row*Row], im[:Row*Row], turns[10*Row:], Row)
	}
}

// multiply sets dst to the product of x and w, value by value, or adds the product if add is set.
func multiply(dstRe, dstIm, re, im, wRe, wIm []float64, add bool) {
	n := len(dstRe)
	dstIm, re, im, wRe, wIm = dstIm[:n], re[:n], im[:n], wRe[:n], wIm[:n]
	for i := range dstRe {
		a, b, c, d := re[i], im[i], wRe[i], wIm[i]
		r, s := float64(a*c), float64(a*d)
		if add {
			r, s = math.FMA(a, c, dstRe[i]), math.FMA(a, d, dstIm[i])
		}
		dstRe[i], dstIm[i] = math.FMA(-b, d, r), math.FMA(b, c, s)
	}
}

// rowTurns returns the turns inside row k of a group: w, w^2, w^3, and v and u = v*exp(i*pi/4).
func rowTurns(turns []float64, k int) (w [6]float64, vr, vi, ur, ui float64) {
	t := (*[9*Row + 1]float64)(turns[k:])
	return [6]float64{t[0], t[8], t[16], t[24], t[32], t[40]}, t[48], t[56], t[64], t[72]
}

// transpose transposes the first eight rows of eight values of x.
func transpose(x []float64) {
	x = x[:Row*Row]
	for r := range Row {
		for c := range r {
			x[Row*r+c], x[Row*c+r] = x[Row*c+r], x[Row*r+c]
		}
	}
}
