package kernel

import "math"

// Lanes or HalfLanes is how many transforms the functions below do at once, each by the operations that it would take
// alone: which lane a signal is in, how many there are, and what is in the others, does not change a bit of it.
//
// Complex values are in two slices, real and imaginary parts, with a row of Lanes or HalfLanes values for each
// position: that of transform l at position n is x[lanes*n+l]. A product of complex values (a+bi)(c+di) is fma(a, c,
// -(b*d)) + fma(a, d, b*c)i.
const (
	Lanes     = 8
	HalfLanes = 4
)

// Split4 is a step of decimation in frequency: in each run of 4*m rows, with w = exp(-2*pi*i/(4*m)) and the four rows
// a, b, c, d from row k on, m apart,
//
//	a, b, c, d = a+c + (b+d), (a-c - i*(b-d)) * w^k, (a+c - (b+d)) * w^2k, (a-c + i*(b-d)) * w^3k
//
// turns holds the real and imaginary parts of w^k, w^2k, w^3k for k from 0 to m-1.
func (l Level) Split4(re, im, turns []float64, m, lanes int) {
	checkPass(len(re), len(im), len(turns), m, lanes)
	switch {
	case l >= AVX2 && lanes == HalfLanes:
		split4Half(re, im, turns, m)
	case l == AVX512:
		split4AVX512(re, im, turns, m)
	case l == AVX2:
		split4AVX2(re, im, turns, m)
	default:
		split4Go(re, im, turns, m, lanes)
	}
}

// Join4 is the step of decimation in time that undoes Split4 up to the order of the values and the sign of the
// frequency: with the four rows first multiplied by 1, w^k, w^2k and w^3k,
//
//	a, b, c, d = a+c + (b+d), a-c - i*(b-d), a+c - (b+d), a-c + i*(b-d)
func (l Level) Join4(re, im, turns []float64, m, lanes int) {
	checkPass(len(re), len(im), len(turns), m, lanes)
	switch {
	case l >= AVX2 && lanes == HalfLanes:
		join4Half(re, im, turns, m)
	case l == AVX512:
		join4AVX512(re, im, turns, m)
	case l == AVX2:
		join4AVX2(re, im, turns, m)
	default:
		join4Go(re, im, turns, m, lanes)
	}
}

// Pairs is a transform of length 2, of each row with the one behind it: a, b = a+b, a-b. x has an even number of rows.
func (l Level) Pairs(x []float64, lanes int) {
	checkLanes(lanes)
	if len(x)%(2*lanes) != 0 {
		panic("kernel: rows that are not pairs")
	}
	switch {
	case len(x) == 0:
	case l >= AVX2 && lanes == HalfLanes:
		pairsHalf(x)
	case l == AVX512:
		pairsAVX512(x)
	case l == AVX2:
		pairsAVX2(x)
	default:
		pairsGo(x, lanes)
	}
}

// Mix combines the transform of a packed real signal with its mirror image, which does all that a filter needs: for
// each row i,
//
//	dst[i] = p*src[i] + q*conj(src[mirror[i]])
//
// weights holds the real and imaginary parts of p and of q for each row. The sums begin with the real part of p, then
// the imaginary one, then those of q.
func (l Level) Mix(dstRe, dstIm, re, im, weights []float64, mirror []int32, lanes int) {
	checkLanes(lanes)
	rows := len(mirror)
	if len(re) < rows*lanes || len(im) < rows*lanes || len(dstRe) < rows*lanes || len(dstIm) < rows*lanes || len(weights) < 4*rows {
		panic("kernel: slices of a mix are too short")
	}
	last := uint32(0) // negative ones are the largest
	for _, j := range mirror {
		last = max(last, uint32(j))
	}
	if int64(last) >= int64(max(1, rows)) {
		panic("kernel: mirror image of a row that is none")
	}
	switch {
	case l >= AVX2 && lanes == HalfLanes:
		mixHalf(dstRe, dstIm, re, im, weights, mirror)
	case l == AVX512:
		mixAVX512(dstRe, dstIm, re, im, weights, mirror)
	case l == AVX2:
		mixAVX2(dstRe, dstIm, re, im, weights, mirror)
	default:
		mixGo(dstRe, dstIm, re, im, weights, mirror, lanes)
	}
}

func checkPass(re, im, turns, m, lanes int) {
	checkLanes(lanes)
	if m < 1 || re != im || re < 4*m*lanes || re%(4*m*lanes) != 0 || turns < 6*m {
		panic("kernel: rows do not fit the step of a transform")
	}
}

func checkLanes(lanes int) {
	if lanes != Lanes && lanes != HalfLanes {
		panic("kernel: rows of another length")
	}
}

func split4Go(re, im, turns []float64, m, lanes int) {
	quarter := m * lanes
	for ; len(re) > 0; re, im = re[4*quarter:], im[4*quarter:] {
		for k := range m {
			w := turns[6*k:][:6]
			for i := k * lanes; i < (k+1)*lanes; i++ {
				ar, ai, br, bi := re[i], im[i], re[i+quarter], im[i+quarter]
				cr, ci, dr, di := re[i+2*quarter], im[i+2*quarter], re[i+3*quarter], im[i+3*quarter]
				pr, pi, qr, qi := ar+cr, ai+ci, br+dr, bi+di
				sr, si, tr, ti := ar-cr, ai-ci, br-dr, bi-di
				re[i], im[i] = pr+qr, pi+qi
				re[i+quarter], im[i+quarter] = turned(sr+ti, si-tr, w[0], w[1])
				re[i+2*quarter], im[i+2*quarter] = turned(pr-qr, pi-qi, w[2], w[3])
				re[i+3*quarter], im[i+3*quarter] = turned(sr-ti, si+tr, w[4], w[5])
			}
		}
	}
}

func join4Go(re, im, turns []float64, m, lanes int) {
	quarter := m * lanes
	for ; len(re) > 0; re, im = re[4*quarter:], im[4*quarter:] {
		for k := range m {
			w := turns[6*k:][:6]
			for i := k * lanes; i < (k+1)*lanes; i++ {
				ar, ai := re[i], im[i]
				br, bi := turned(re[i+quarter], im[i+quarter], w[0], w[1])
				cr, ci := turned(re[i+2*quarter], im[i+2*quarter], w[2], w[3])
				dr, di := turned(re[i+3*quarter], im[i+3*quarter], w[4], w[5])
				pr, pi, qr, qi := ar+cr, ai+ci, br+dr, bi+di
				sr, si, tr, ti := ar-cr, ai-ci, br-dr, bi-di
				re[i], im[i] = pr+qr, pi+qi
				re[i+quarter], im[i+quarter] = sr+ti, si-tr
				re[i+2*quarter], im[i+2*quarter] = pr-qr, pi-qi
				re[i+3*quarter], im[i+3*quarter] = sr-ti, si+tr
			}
		}
	}
}

func pairsGo(x []float64, lanes int) {
	for ; len(x) > 0; x = x[2*lanes:] {
		for i := range lanes {
			x[i], x[i+lanes] = x[i]+x[i+lanes], x[i]-x[i+lanes]
		}
	}
}

// turned returns the product of a+bi and c+di.
func turned(a, b, c, d float64) (re, im float64) {
	return math.FMA(a, c, -float64(b*d)), math.FMA(a, d, float64(b*c))
}

func mixGo(dstRe, dstIm, re, im, weights []float64, mirror []int32, lanes int) {
	for i, j := range mirror {
		pr, pi, qr, qi := weights[4*i], weights[4*i+1], weights[4*i+2], weights[4*i+3]
		for l := range lanes {
			ar, ai := re[i*lanes+l], im[i*lanes+l]
			br, bi := re[int(j)*lanes+l], im[int(j)*lanes+l]
			r, s := float64(pr*ar), float64(pr*ai)
			r, s = math.FMA(-pi, ai, r), math.FMA(pi, ar, s)
			r, s = math.FMA(qr, br, r), math.FMA(-qr, bi, s)
			r, s = math.FMA(qi, bi, r), math.FMA(qi, br, s)
			dstRe[i*lanes+l], dstIm[i*lanes+l] = r, s
		}
	}
}
