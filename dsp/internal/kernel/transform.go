package kernel

import "math"

// The steps below compute a transform of complex values in place, and its inverse. Real and imaginary parts are in two
// slices of the same length. The values are the coefficients of a polynomial, which the transform evaluates at the
// roots of its modulus. A step of radix r splits a polynomial modulo x^(r*m) - w^r into r polynomials modulo x^m -
// w*exp(2*pi*i*s/r), s = 0 to r-1, until each has one coefficient. The turns (twiddle factors) w, w^2 and w^3 are the
// same for a whole run of r*m values.
//
// A product of complex values (a+bi)(c+di) is
//
//	fma(a, c, -(b*d)) + fma(a, d, b*c)i
//
// with b*d and b*c rounded to float64. A product with the conjugate of c+di is fma(a, c, b*d) + fma(b, c, -(a*d))i.

// Row is the number of values that a vector holds at the highest level. The lengths of all slices are multiples of it.
const Row = 8

// Split4 computes a step of radix 4, in place. For the values a, b, c and d at the same index in the four quarters of m
// values of each run, it computes
//
//	b, c, d = b*w, c*w^2, d*w^3
//	a, b, c, d = a+c + (b+d), a-c + i*(b-d), a+c - (b+d), a-c - i*(b-d)
//
// turns holds six values for each run: the real and imaginary parts of w, w^2 and w^3. m is a multiple of Row, and the
// lengths of re and im are the same multiple of 4*m.
func (l Level) Split4(re, im, turns []float64, m int) {
	checkStep(len(re), len(im), len(turns), 4, m)
	switch l {
	case AVX512:
		split4AVX512(re, im, turns, m)
	case AVX2:
		split4AVX2(re, im, turns, m)
	default:
		split4Go(re, im, turns, m)
	}
}

// Join4 undoes Split4 with the same turns and m, except for a factor of 4:
//
//	a, b, c, d = a+c + (b+d), a-c - i*(b-d), a+c - (b+d), a-c + i*(b-d)
//	b, c, d = b*conj(w), c*conj(w^2), d*conj(w^3)
func (l Level) Join4(re, im, turns []float64, m int) {
	checkStep(len(re), len(im), len(turns), 4, m)
	switch l {
	case AVX512:
		join4AVX512(re, im, turns, m)
	case AVX2:
		join4AVX2(re, im, turns, m)
	default:
		join4Go(re, im, turns, m)
	}
}

// LoadSplit4 is Split4 of a single run whose real parts are the first half of x, and whose imaginary parts are the
// second half. It writes the results to re and im.
func (l Level) LoadSplit4(re, im []float64, x []float32, turns []float64) {
	checkLoad(len(re), len(im), len(x), len(turns), 4)
	switch l {
	case AVX512:
		loadSplit4AVX512(re, im, x, turns)
	case AVX2:
		loadSplit4AVX2(re, im, x, turns)
	default:
		loadSplit4Go(re, im, x, turns)
	}
}

// LoadSplit2 is LoadSplit4 for a step of radix 2: turns holds the real and imaginary part of w, and for values a and b
// at the same place of the two halves,
//
//	a, b = a + b*w, a - b*w
func (l Level) LoadSplit2(re, im []float64, x []float32, turns []float64) {
	checkLoad(len(re), len(im), len(x), len(turns), 2)
	switch l {
	case AVX512:
		loadSplit2AVX512(re, im, x, turns)
	case AVX2:
		loadSplit2AVX2(re, im, x, turns)
	default:
		loadSplit2Go(re, im, x, turns)
	}
}

// Join2 undoes the step of LoadSplit2 on re and im in place, except for a factor of 2:
//
//	a, b = a+b, (a-b)*conj(w)
func (l Level) Join2(re, im, turns []float64) {
	checkLoad(len(re), len(im), 2*len(re), len(turns), 2)
	switch l {
	case AVX512:
		join2AVX512(re, im, turns)
	case AVX2:
		join2AVX2(re, im, turns)
	default:
		join2Go(re, im, turns)
	}
}

// LoadSplit8 is LoadSplit2, with the turns two, followed by Split4 of both halves, with the turns four.
func (l Level) LoadSplit8(re, im []float64, x []float32, two, four []float64) {
	checkLoad(len(re), len(im), len(x), len(two), 2)
	checkStep(len(re), len(im), len(four), 4, len(re)/8)
	if l == AVX512 && len(re) < crowded {
		loadSplit8AVX512(re, im, x, two, four)
		return
	}
	l.LoadSplit2(re, im, x, two)
	l.Split4(re, im, four, len(re)/8)
}

// crowded is the number of values from which the eighths of a transform are multiples of 4 KiB apart. Their rows then
// compete for the same places of the first-level cache.
const crowded = 4096

// Join8 undoes LoadSplit8 in place, except for a factor of 8.
func (l Level) Join8(re, im, two, four []float64) {
	checkLoad(len(re), len(im), 2*len(re), len(two), 2)
	checkStep(len(re), len(im), len(four), 4, len(re)/8)
	if l == AVX512 && len(re) < crowded {
		join8AVX512(re, im, two, four)
		return
	}
	l.Join4(re, im, four, len(re)/8)
	l.Join2(re, im, two)
}

// checkStep panics if the lengths of the slices do not fit a step of runs of radix times m values.
func checkStep(re, im, turns, radix, m int) {
	if m < Row || m%Row != 0 || m > re/radix || re != im || re%(radix*m) != 0 || turns < 2*(radix-1)*(re/(radix*m)) {
		panic("kernel: slices do not fit the step of a transform")
	}
}

// checkLoad panics if the lengths of the slices do not fit a step of one run, of 2*re values of a signal.
func checkLoad(re, im, x, turns, radix int) {
	checkStep(re, im, turns, radix, re/radix)
	if x != 2*re {
		panic("kernel: a signal does not fit the step of a transform")
	}
}

// loadHalves sets re to the first half of x, and im to the second.
func loadHalves(re, im []float64, x []float32) {
	for i := range re {
		re[i], im[i] = float64(x[i]), float64(x[i+len(re)])
	}
}

func split4Go(re, im, turns []float64, m int) {
	for ; len(re) > 0; re, im, turns = re[4*m:], im[4*m:], turns[6:] {
		w := (*[6]float64)(turns)
		ar, br, cr, dr := quarters(re, m)
		ai, bi, ci, di := quarters(im, m)
		for n := range ar {
			ar[n], ai[n], br[n], bi[n], cr[n], ci[n], dr[n], di[n] = split(
				ar[n], ai[n], br[n], bi[n], cr[n], ci[n], dr[n], di[n], w)
		}
	}
}

func join4Go(re, im, turns []float64, m int) {
	for ; len(re) > 0; re, im, turns = re[4*m:], im[4*m:], turns[6:] {
		w := (*[6]float64)(turns)
		ar, br, cr, dr := quarters(re, m)
		ai, bi, ci, di := quarters(im, m)
		for n := range ar {
			ar[n], ai[n], br[n], bi[n], cr[n], ci[n], dr[n], di[n] = join(
				ar[n], ai[n], br[n], bi[n], cr[n], ci[n], dr[n], di[n], w)
		}
	}
}

// quarters returns the first four quarters of m values of x.
func quarters(x []float64, m int) (a, b, c, d []float64) {
	return x[:m:m], x[m:][:m:m], x[2*m:][:m:m], x[3*m:][:m:m]
}

func loadSplit4Go(re, im []float64, x []float32, turns []float64) {
	loadHalves(re, im, x)
	split4Go(re, im, turns, len(re)/4)
}

func loadSplit2Go(re, im []float64, x []float32, turns []float64) {
	loadHalves(re, im, x)
	Split2(re, im, turns)
}

// Split2 is the step of LoadSplit2 in place, in Go.
func Split2(re, im, turns []float64) {
	m := len(re) / 2
	for n := range m {
		br, bi := turned(re[n+m], im[n+m], turns[0], turns[1])
		re[n], im[n], re[n+m], im[n+m] = re[n]+br, im[n]+bi, re[n]-br, im[n]-bi
	}
}

func join2Go(re, im, turns []float64) {
	m := len(re) / 2
	for n := range m {
		br, bi := turnedBack(re[n]-re[n+m], im[n]-im[n+m], turns[0], turns[1])
		re[n], im[n], re[n+m], im[n+m] = re[n]+re[n+m], im[n]+im[n+m], br, bi
	}
}

// split is Split4 for one value of each quarter.
func split(ar, ai, br, bi, cr, ci, dr, di float64, w *[6]float64) (r0, i0, r1, i1, r2, i2, r3, i3 float64) {
	br, bi = turned(br, bi, w[0], w[1])
	cr, ci = turned(cr, ci, w[2], w[3])
	dr, di = turned(dr, di, w[4], w[5])
	pr, pi, qr, qi := ar+cr, ai+ci, br+dr, bi+di
	sr, si, tr, ti := ar-cr, ai-ci, br-dr, bi-di
	return pr + qr, pi + qi, sr - ti, si + tr, pr - qr, pi - qi, sr + ti, si - tr
}

// join is Join4 for one value of each quarter.
func join(ar, ai, br, bi, cr, ci, dr, di float64, w *[6]float64) (r0, i0, r1, i1, r2, i2, r3, i3 float64) {
	pr, pi, qr, qi := ar+cr, ai+ci, br+dr, bi+di
	sr, si, tr, ti := ar-cr, ai-ci, br-dr, bi-di
	r1, i1 = turnedBack(sr+ti, si-tr, w[0], w[1])
	r2, i2 = turnedBack(pr-qr, pi-qi, w[2], w[3])
	r3, i3 = turnedBack(sr-ti, si+tr, w[4], w[5])
	return pr + qr, pi + qi, r1, i1, r2, i2, r3, i3
}

// turned returns the complex product of a+bi and c+di.
func turned(a, b, c, d float64) (re, im float64) {
	return math.FMA(a, c, -float64(b*d)), math.FMA(a, d, float64(b*c))
}

// turnedBack returns the complex product of a+bi and c-di.
func turnedBack(a, b, c, d float64) (re, im float64) {
	return math.FMA(a, c, float64(b*d)), math.FMA(b, c, -float64(a*d))
}
