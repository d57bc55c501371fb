package kernel

import "math"

// Lanes and HalfLanes are the numbers of transforms that Split4, Join4, Pairs and Mix compute at a time. Each lane is
// computed by the operations of a single transform. So the lane of a signal, the number of lanes, and the values in
// other lanes do not change a bit of the result.
//
// Complex values are in two slices, one for real and one for imaginary parts. A slice has a row of Lanes or HalfLanes
// values for each position: position n of transform l is x[lanes*n+l]. A product of complex values (a+bi)(c+di) is
//
//	fma(a, c, -(b*d)) + fma(a, d, b*c)i
//
// with b*d and b*c rounded to float64.
const (
	Lanes     = 8
	HalfLanes = 4
)

// Split4 computes a step of a radix-4 transform by decimation in frequency, in place. Each run of 4*m rows consists of
// four quarters of m rows. For k from 0 to m-1, with a, b, c and d for row k of the four quarters, and w =
// exp(-2*pi*i/(4*m)), it computes
//
//	a, b, c, d = a+c + (b+d), (a-c - i*(b-d)) * w^k, (a+c - (b+d)) * w^2k, (a-c + i*(b-d)) * w^3k
//
// turns holds six values for each k: the real and imaginary parts of w^k, w^2k and w^3k. len(re) and len(im) are the
// same multiple of 4*m*lanes.
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

// Join4 computes a step of a radix-4 transform by decimation in time, in place. Its arguments are those of Split4. With
// the rows a, b, c and d of Split4, first multiplied by 1, w^k, w^2k and w^3k, it computes
//
//	a, b, c, d = a+c + (b+d), a-c - i*(b-d), a+c - (b+d), a-c + i*(b-d)
//
// The inverse of a series of Split4 steps is the Join4 steps in reverse order, called with im and re exchanged, up to a
// factor of 4 for each step.
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

// Pairs computes transforms of length 2, in place. For each pair of successive rows a and b,
//
//	a, b = a+b, a-b
//
// x holds the real or the imaginary parts of an even number of rows.
func (l Level) Pairs(x []float64, lanes int) {
	checkLanes(lanes)
	if len(x)%(2*lanes) != 0 {
		panic("kernel: pairs need an even number of rows")
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

// Mix filters the transform of a real signal whose even and odd samples were packed into one complex signal. It
// combines unpacking, multiplication by the frequency response, and packing. For each row i of len(mirror),
//
//	dst[i] = p*src[i] + q*conj(src[mirror[i]])
//
// weights holds four values for each row: the real and imaginary parts of p and of q. Each sum has four terms: the
// product with the real part of p, then fused multiply-adds with the imaginary part of p, the real part of q, and the
// imaginary part of q. dst and src must not overlap.
func (l Level) Mix(dstRe, dstIm, re, im, weights []float64, mirror []int32, lanes int) {
	checkLanes(lanes)
	rows := len(mirror)
	if len(re) < rows*lanes || len(im) < rows*lanes || len(dstRe) < rows*lanes || len(dstIm) < rows*lanes || len(weights) < 4*rows {
		panic("kernel: slices of a mix are too short")
	}
	last := uint32(0) // as uint32, a negative index is larger than any row
	for _, j := range mirror {
		last = max(last, uint32(j))
	}
	if int64(last) >= int64(max(1, rows)) {
		panic("kernel: a mirror index outside of the rows")
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

// checkPass panics if the lengths of the slices do not fit a step of quarters of m rows.
func checkPass(re, im, turns, m, lanes int) {
	checkLanes(lanes)
	if m < 1 || re != im || re < 4*m*lanes || re%(4*m*lanes) != 0 || turns < 6*m {
		panic("kernel: slices do not fit the step of a transform")
	}
}

func checkLanes(lanes int) {
	if lanes != Lanes && lanes != HalfLanes {
		panic("kernel: rows must have 4 or 8 values")
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

// turned returns the complex product of a+bi and c+di.
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
