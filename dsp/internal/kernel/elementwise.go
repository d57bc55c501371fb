package kernel

import "fmt"

// The elementwise functions below need slices of equal length and panic otherwise. dst is either the same slice as an
// input, or does not overlap it. Subnormal numbers are kept, and the result for NaN is NaN.
//
// Errors are in units in the last place (ulp) of the float32 result. They were measured over all 2^32 arguments.

// Exp computes dst[i] = e^src[i] with an error of at most 0.5001 ulp. Exp(-Inf) is 0.
func (l Level) Exp(dst, src []float32) {
	mustFit(len(dst), len(src))
	if l >= AVX2 {
		expAVX2(dst, src)
	} else {
		expGo(dst, src)
	}
}

// Expm1 computes dst[i] = e^src[i] - 1 with an error of at most 0.5002 ulp. Expm1(-Inf) is -1, and Expm1(±0) is ±0.
func (l Level) Expm1(dst, src []float32) {
	mustFit(len(dst), len(src))
	if l >= AVX2 {
		expm1AVX2(dst, src)
	} else {
		expm1Go(dst, src)
	}
}

// Tanh computes dst[i] = tanh(src[i]) with an error of at most 0.5002 ulp. Tanh(±Inf) is ±1, and Tanh(±0) is ±0.
func (l Level) Tanh(dst, src []float32) {
	mustFit(len(dst), len(src))
	if l >= AVX2 {
		tanhAVX2(dst, src)
	} else {
		tanhGo(dst, src)
	}
}

// Sigmoid computes dst[i] = 1/(1 + e^-src[i]) with an error of at most 0.5001 ulp. Sigmoid(-Inf) is 0.
func (l Level) Sigmoid(dst, src []float32) {
	mustFit(len(dst), len(src))
	if l >= AVX2 {
		sigmoidAVX2(dst, src)
	} else {
		sigmoidGo(dst, src)
	}
}

// Sin computes dst[i] = sin(src[i]) for |src[i]| <= 2^48 with an error of at most 0.5001 ulp. For larger arguments and
// for infinities the result is NaN. Sin(±0) is ±0.
func (l Level) Sin(dst, src []float32) {
	mustFit(len(dst), len(src))
	if l >= AVX2 {
		sinAVX2(dst, src)
	} else {
		sinGo(dst, src)
	}
}

// ReLU computes dst[i] = src[i] where src[i] is positive or NaN, else +0. ReLU(-0) is +0.
func (l Level) ReLU(dst, src []float32) {
	mustFit(len(dst), len(src))
	if l >= AVX2 {
		reluAVX2(dst, src)
	} else {
		reluGo(dst, src)
	}
}

// LeakyReLU computes dst[i] = src[i] where src[i] is ±0, positive or NaN, else slope*src[i].
func (l Level) LeakyReLU(dst, src []float32, slope float32) {
	mustFit(len(dst), len(src))
	if l >= AVX2 {
		leakyReLUAVX2(dst, src, slope)
	} else {
		leakyReLUGo(dst, src, slope)
	}
}

// ELU computes dst[i] = src[i] where src[i] is positive, else alpha*(e^src[i] - 1), rounded to float32 once, with an
// error of at most 0.5002 ulp (D.-A. Clevert, T. Unterthiner and S. Hochreiter, "Fast and Accurate Deep Network
// Learning by Exponential Linear Units", 2016).
func (l Level) ELU(dst, src []float32, alpha float32) {
	mustFit(len(dst), len(src))
	if l >= AVX2 {
		eluAVX2(dst, src, alpha)
	} else {
		eluGo(dst, src, alpha)
	}
}

// Snake computes, for frames t of len(a) = len(b) channels c,
//
//	dst[t, c] = src[t, c] + s*s/b[c] with s = sin(a[c]*src[t, c])
//
// Every operation is rounded to float32, and sin is that of Sin (L. Ziyin, T. Hartwig and M. Ueda, "Neural Networks
// Fail to Learn Periodic Functions and How to Fix It", 2020). len(src) must be a whole number of frames. Snake with one
// parameter for each channel has b equal to a; SnakeBeta has two parameters.
func (l Level) Snake(dst, src, a, b []float32) {
	mustFit(len(dst), len(src))
	mustFit(len(a), len(b))
	mustFill(len(src), len(a))
	if l < AVX2 {
		snakeGo(dst, src, a, b)
		return
	}
	if narrow(len(a), len(src)) {
		var wideA, wideB [widest]float32
		a, b = widen(&wideA, a), widen(&wideB, b)
	}
	snakeAVX2(dst, src, a, b)
}

// Add computes dst[i] = x[i] + y[i].
func (l Level) Add(dst, x, y []float32) {
	mustFit(len(dst), len(x))
	mustFit(len(dst), len(y))
	if l >= AVX2 {
		addAVX2(dst, x, y)
	} else {
		addGo(dst, x, y)
	}
}

// Scale computes dst[i] = src[i]*s.
func (l Level) Scale(dst, src []float32, s float32) {
	mustFit(len(dst), len(src))
	if l >= AVX2 {
		scaleAVX2(dst, src, s)
	} else {
		scaleGo(dst, src, s)
	}
}

// AddFrames computes dst[t, c] = src[t, c] + row[c] for frames t of len(row) channels c. len(src) must be a whole
// number of frames.
func (l Level) AddFrames(dst, src, row []float32) {
	mustFit(len(dst), len(src))
	mustFill(len(src), len(row))
	if l < AVX2 {
		addFramesGo(dst, src, row)
		return
	}
	if narrow(len(row), len(src)) {
		var wide [widest]float32
		row = widen(&wide, row)
	}
	addFramesAVX2(dst, src, row)
}

func mustFit(n, m int) {
	if n != m {
		panicUnequal(n, m)
	}
}

func panicUnequal(n, m int) {
	panic(fmt.Sprintf("kernel: slices of %d and %d samples, must be equally long", n, m))
}

func mustFill(n, channels int) {
	if channels == 0 || n%channels != 0 {
		panic(fmt.Sprintf("kernel: %d samples are not a whole number of frames of %d channels", n, channels))
	}
}

const (
	lanes  = 8
	widest = 8 * lanes
)

// narrow reports whether to widen rows of the given number of channels for n samples. Otherwise each frame would be an
// incomplete vector or two. Widening pays if a few repetitions fill whole vectors, and if there are 8 frames or more.
func narrow(channels, n int) bool {
	return channels <= widest/2 && period(channels) <= widest && n >= 8*channels
}

// period returns the least common multiple of channels and lanes.
func period(channels int) int {
	powerOfTwo := channels & -channels
	return channels * lanes / min(powerOfTwo, lanes)
}

// widen fills buf with repetitions of row and returns the longest prefix of buf that is a whole number of periods.
func widen(buf *[widest]float32, row []float32) []float32 {
	p := period(len(row))
	wide := buf[:widest/p*p]
	for done := copy(wide, row); done < len(wide); {
		done += copy(wide[done:], wide[:done])
	}
	return wide
}
