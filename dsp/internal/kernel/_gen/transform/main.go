// Command transform writes the assembly of the Fourier transforms of package kernel, which have one signal in each
// lane, and of the copies, roundings and interpolations around them:
//
//	go run ./transform -out _out/transform_amd64.s -stubs _out/transform_amd64.go -pkg kernel
//
// Each function computes the operations of its Go definition in the same order.
package main

import (
	"math/bits"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// Bytes of a row of kernel.Lanes and of kernel.HalfLanes float64.
const (
	rowBytes  = 64
	halfBytes = 32
)

func main() {
	ConstraintExpr("!purego")
	for _, v := range []vectors{{"Half", 32, halfBytes}, {"AVX2", 32, rowBytes}, {"AVX512", 64, rowBytes}} {
		v.pass("split4", "is Level.Split4.", v.split)
		v.pass("join4", "is Level.Join4.", v.join)
		v.mix()
		v.pairs()
	}
	interleave()
	deinterleave()
	round()
	interpolate()
	Generate()
}

// vectors describes one version of the functions.
type vectors struct {
	level string // suffix of the names
	bytes int    // of a vector register
	row   int    // bytes of a row
}

// shift returns the base-2 logarithm of the bytes of a row.
func (v vectors) shift() uint64 { return uint64(bits.TrailingZeros(uint(v.row))) }

// register returns a new vector register.
func (v vectors) register() VecVirtual {
	if v.bytes == 64 {
		return ZMM()
	}
	return YMM()
}

// load loads a vector into a new register.
func (v vectors) load(m Mem) VecVirtual {
	r := v.register()
	VMOVUPD(m, r)
	return r
}

// broadcast loads a float64 into all lanes of a new register.
func (v vectors) broadcast(m Mem) VecVirtual {
	r := v.register()
	VBROADCASTSD(m, r)
	return r
}

// begin begins a function with the given parameters.
func (v vectors) begin(name, parameters, doc string) {
	TEXT(name+v.level, NOSPLIT, "func("+parameters+")")
	Doc(name + v.level + " " + doc)
	Pragma("noescape")
}

// times returns the product of the complex values re + im*i and the one at w, as turned in package kernel.
func (v vectors) times(re, im VecVirtual, w Mem) (VecVirtual, VecVirtual) {
	c, d := v.broadcast(w), v.broadcast(w.Offset(8))
	t, u := v.register(), v.register()
	VMULPD(d, im, t)
	VMULPD(c, im, u)
	VFMSUB213PD(t, re, c)
	VFMADD213PD(u, re, d)
	return c, d
}

// added returns x+y and x-y in new registers.
func (v vectors) added(x, y VecVirtual) (sum, difference VecVirtual) {
	sum, difference = v.register(), v.register()
	VADDPD(y, x, sum)
	VSUBPD(y, x, difference)
	return sum, difference
}

// rows returns the addresses of a row in each of the four quarters.
func rows(base, quarter, threeQuarters Register, offset int) [4]Mem {
	return [4]Mem{
		{Base: base, Disp: offset},
		{Base: base, Index: quarter, Scale: 1, Disp: offset},
		{Base: base, Index: quarter, Scale: 2, Disp: offset},
		{Base: base, Index: threeQuarters, Scale: 1, Disp: offset},
	}
}

// pass emits a function that applies butterfly to every row of a quarter, in every run of four quarters. butterfly
// emits the code for the four rows of real parts, those of imaginary parts, and the powers of w at an address.
func (v vectors) pass(name, doc string, butterfly func(r, i [4]Mem, w Mem)) {
	v.begin(name, "re, im, turns []float64, m int", doc)
	re, im := Load(Param("re").Base(), GP64()), Load(Param("im").Base(), GP64())
	end := Load(Param("re").Len(), GP64())
	SHLQ(Imm(3), end)
	ADDQ(re, end)
	m := Load(Param("m"), GP64())
	quarter, three := GP64(), GP64()
	MOVQ(m, quarter)
	SHLQ(Imm(v.shift()), quarter)
	LEAQ(Mem{Base: quarter, Index: quarter, Scale: 2}, three)
	turns, k := GP64(), GP64()

	Label("run")
	Load(Param("turns").Base(), turns)
	MOVQ(m, k)
	Label("row")
	for at := 0; at < v.row; at += v.bytes {
		butterfly(rows(re, quarter, three, at), rows(im, quarter, three, at), Mem{Base: turns})
	}
	ADDQ(Imm(48), turns)
	ADDQ(Imm(uint64(v.row)), re)
	ADDQ(Imm(uint64(v.row)), im)
	DECQ(k)
	JNZ(LabelRef("row"))
	ADDQ(three, re)
	ADDQ(three, im)
	CMPQ(re, end)
	JB(LabelRef("run"))
	VZEROUPPER()
	RET()
}

// split is the butterfly of Level.Split4.
func (v vectors) split(r, i [4]Mem, w Mem) {
	pr, sr := v.added(v.load(r[0]), v.load(r[2]))
	qr, tr := v.added(v.load(r[1]), v.load(r[3]))
	pi, si := v.added(v.load(i[0]), v.load(i[2]))
	qi, ti := v.added(v.load(i[1]), v.load(i[3]))
	sum, x2r := v.added(pr, qr)
	VMOVUPD(sum, r[0])
	sum, x2i := v.added(pi, qi)
	VMOVUPD(sum, i[0])
	x1r, x3r := v.added(sr, ti)
	x3i, x1i := v.added(si, tr)
	for n, x := range [][2]VecVirtual{{x1r, x1i}, {x2r, x2i}, {x3r, x3i}} {
		a, b := v.times(x[0], x[1], w.Offset(16*n))
		VMOVUPD(a, r[n+1])
		VMOVUPD(b, i[n+1])
	}
}

// join is the butterfly of Level.Join4.
func (v vectors) join(r, i [4]Mem, w Mem) {
	cr, ci := v.times(v.load(r[2]), v.load(i[2]), w.Offset(16))
	pr, sr := v.added(v.load(r[0]), cr)
	pi, si := v.added(v.load(i[0]), ci)
	br, bi := v.times(v.load(r[1]), v.load(i[1]), w)
	dr, di := v.times(v.load(r[3]), v.load(i[3]), w.Offset(32))
	qr, tr := v.added(br, dr)
	qi, ti := v.added(bi, di)
	a, c := v.added(pr, qr)
	VMOVUPD(a, r[0])
	VMOVUPD(c, r[2])
	a, c = v.added(pi, qi)
	VMOVUPD(a, i[0])
	VMOVUPD(c, i[2])
	b, d := v.added(sr, ti)
	VMOVUPD(b, r[1])
	VMOVUPD(d, r[3])
	d, b = v.added(si, tr)
	VMOVUPD(b, i[1])
	VMOVUPD(d, i[3])
}

// mix emits Level.Mix.
func (v vectors) mix() {
	v.begin("mix", "dstRe, dstIm, re, im, weights []float64, mirror []int32", "is Level.Mix.")
	dstRe, dstIm := Load(Param("dstRe").Base(), GP64()), Load(Param("dstIm").Base(), GP64())
	re, im := Load(Param("re").Base(), GP64()), Load(Param("im").Base(), GP64())
	weights, mirror := Load(Param("weights").Base(), GP64()), Load(Param("mirror").Base(), GP64())
	n := Load(Param("mirror").Len(), GP64())
	SHLQ(Imm(v.shift()), n)
	at, j := GP64(), GP64()
	XORQ(at, at)
	JMP(LabelRef("test"))
	Label("row")
	MOVLQSX(Mem{Base: mirror}, j)
	SHLQ(Imm(v.shift()), j)
	pr, pi := v.broadcast(Mem{Base: weights}), v.broadcast(Mem{Base: weights, Disp: 8})
	qr, qi := v.broadcast(Mem{Base: weights, Disp: 16}), v.broadcast(Mem{Base: weights, Disp: 24})
	for offset := 0; offset < v.row; offset += v.bytes {
		row := func(base, index Register) Mem { return Mem{Base: base, Index: index, Scale: 1, Disp: offset} }
		ar, ai := v.load(row(re, at)), v.load(row(im, at))
		br, bi := v.load(row(re, j)), v.load(row(im, j))
		r, s := v.register(), v.register()
		VMULPD(ar, pr, r)
		VMULPD(ai, pr, s)
		VFNMADD231PD(ai, pi, r)
		VFMADD231PD(ar, pi, s)
		VFMADD231PD(br, qr, r)
		VFNMADD231PD(bi, qr, s)
		VFMADD231PD(bi, qi, r)
		VFMADD231PD(br, qi, s)
		VMOVUPD(r, row(dstRe, at))
		VMOVUPD(s, row(dstIm, at))
	}
	ADDQ(Imm(32), weights)
	ADDQ(Imm(4), mirror)
	ADDQ(Imm(uint64(v.row)), at)
	Label("test")
	CMPQ(at, n)
	JB(LabelRef("row"))
	VZEROUPPER()
	RET()
}

// pairs emits Level.Pairs.
func (v vectors) pairs() {
	v.begin("pairs", "x []float64", "is Level.Pairs for at least one pair.")
	x, n := Load(Param("x").Base(), GP64()), Load(Param("x").Len(), GP64())
	SHRQ(Imm(v.shift()-2), n) // from values to pairs of rows
	Label("pair")
	for at := 0; at < v.row; at += v.bytes {
		sum, difference := v.added(v.load(Mem{Base: x, Disp: at}), v.load(Mem{Base: x, Disp: at + v.row}))
		VMOVUPD(sum, Mem{Base: x, Disp: at})
		VMOVUPD(difference, Mem{Base: x, Disp: at + v.row})
	}
	ADDQ(U32(uint32(2*v.row)), x)
	DECQ(n)
	JNZ(LabelRef("pair"))
	VZEROUPPER()
	RET()
}

// taps is kernel.Taps.
const taps = 12

// interpolate emits Level.Interpolate. The lanes of a register hold the four sums.
func interpolate() {
	TEXT("interpolateAVX2", NOSPLIT, "func(dst []float32, stride, n int, x, table []float64, w *struct{ At, Phase, Whole, Part, Of int })")
	Doc("interpolateAVX2 is Level.Interpolate for n of at least 1.")
	Pragma("noescape")
	dst, stride, n := Load(Param("dst").Base(), GP64()), Load(Param("stride"), GP64()), Load(Param("n"), GP64())
	x, table, walk := Load(Param("x").Base(), GP64()), Load(Param("table").Base(), GP64()), Load(Param("w"), GP64())
	field := func(i int) GPVirtual {
		r := GP64()
		MOVQ(Mem{Base: walk, Disp: 8 * i}, r)
		return r
	}
	at, phase, whole, part, of := field(0), field(1), field(2), field(3), field(4)
	const row = 8 * taps
	SHLQ(Imm(2), stride)
	for _, p := range []GPVirtual{phase, part, of} { // scaled to bytes of the table
		IMUL3Q(Imm(row), p, p)
	}
	rest, next := GP64(), GP64()
	Label("result")
	s, u := YMM(), YMM()
	place := func(i int) Mem { return Mem{Base: x, Index: at, Scale: 8, Disp: 8 * i} }
	weight := func(i int) Mem { return Mem{Base: table, Index: phase, Scale: 1, Disp: 8 * i} }
	VMOVUPD(place(0), s)
	VMULPD(weight(0), s, s)
	for i := 4; i < taps; i += 4 {
		VMOVUPD(place(i), u)
		VFMADD231PD(weight(i), u, s)
	}
	low, high := s.AsX(), XMM()
	VEXTRACTF128(Imm(1), s, high)
	VADDPD(high, low, low)
	VUNPCKHPD(low, low, high)
	VADDSD(high, low, low)
	VCVTSD2SS(low, low, low)
	VMOVSS(low, Mem{Base: dst})
	ADDQ(stride, dst)
	ADDQ(whole, at)
	ADDQ(part, phase)
	MOVQ(phase, rest)
	LEAQ(Mem{Base: at, Disp: 1}, next)
	SUBQ(of, rest)
	CMOVQCC(rest, phase)
	CMOVQCC(next, at)
	DECQ(n)
	JNZ(LabelRef("result"))
	MOVQ(at, Mem{Base: walk})
	MOVQ(phase, RAX)
	XORQ(RDX, RDX)
	size := GP64()
	MOVQ(U32(row), size)
	DIVQ(size)
	MOVQ(RAX, Mem{Base: walk, Disp: 8})
	VZEROUPPER()
	RET()
}
