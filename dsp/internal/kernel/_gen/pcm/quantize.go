package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"github.com/tailwave/tailwave/dsp/internal/kernel/_gen/share"
)

// magnitude is a mask of all bits of a float32 except the sign.
var magnitude = share.Words("magnitude", 0x7FFFFFFF_7FFFFFFF)

// peak emits the search for a peak, with four vectors of maxima.
func peak() {
	begin("peakAVX2", "(src []float32, peak float32) float32", "returns the largest of peak and the absolute values of src. It ignores NaN.")
	src, n := start("src"), vectors("src")
	top := spread("peak", func(ops ...Op) { VBROADCASTSS(ops[0], ops[1]) })
	size := share.Held(magnitude)
	// If an operand of VMAXPS is NaN, the result is the operand named first here, the maximum so far.
	largest := func(at int, top VecVirtual) {
		x := YMM()
		VANDPS(src.Offset(at), size, x)
		VMAXPS(top, x, top)
	}
	tops := []VecVirtual{top, share.Zeros(), share.Zeros(), share.Zeros()}

	fours := GP64()
	MOVQ(n, fours)
	SHRQ(Imm(2), fours)
	JZ(LabelRef("below4"))
	Label("by4")
	for j, t := range tops {
		largest(32*j, t)
	}
	next("by4", fours, step{src, 32 * len(tops)})
	Label("below4")
	ANDQ(Imm(3), n)
	JZ(LabelRef("end"))
	Label("by1")
	largest(0, top)
	next("by1", n, step{src, 32})

	Label("end")
	for _, t := range tops[1:] {
		VMAXPS(top, t, top)
	}
	low, high := top.AsX(), XMM()
	VEXTRACTF128(Imm(1), top, high)
	VMAXPS(low, high, low)
	VPERMILPS(Imm(0b1110), low, high)
	VMAXPS(low, high, low)
	VPERMILPS(Imm(1), low, high)
	VMAXSS(low, high, low)
	VZEROUPPER()
	Store(low, ReturnIndex(0))
	RET()
}

const beyondDoc = "and reports whether any |src[i]| is NaN or above limit. The codes of such samples are undefined."

// beyond adds the lanes to mask in which x is NaN or its magnitude is above limit. It overwrites x. size is magnitude
// in a register.
func beyond(x, size, limit, mask VecVirtual) {
	VANDPS(size, x, x)
	VCMPPS(notLessOrEqual, limit, x, x)
	VORPS(x, mask, mask)
}

// quantize emits rounding to codes.
func quantize() {
	begin("quantizeAVX2", "(codes []int32, src []float32, scale, limit float32) bool",
		"rounds src[i]*scale to nearest even,", beyondDoc)
	codes, src, n := start("codes"), start("src"), vectors("codes")
	single := func(ops ...Op) { VBROADCASTSS(ops[0], ops[1]) }
	scale, limit := spread("scale", single), spread("limit", single)
	size, mask := share.Held(magnitude), share.Zeros()
	Label("loop")
	x, y := YMM(), YMM()
	VMOVUPS(src, x)
	VMULPS(scale, x, y) // exact unless it overflows: scale is a power of two
	VCVTPS2DQ(y, y)
	VMOVDQU(y, codes)
	beyond(x, size, limit, mask)
	next("loop", n, step{src, 32}, step{codes, 32})
	anySet(mask)
}

// multiplier holds a 64-bit factor in each lane, and its upper half in the low 32 bits of each lane.
type multiplier struct{ all, upper VecVirtual }

// newMultiplier loads the constants of a multiplier.
func newMultiplier(name string, c uint64) multiplier {
	return multiplier{share.Held(share.Words(name, c)), share.Held(share.Words(name+"Upper", c>>32))}
}

// times multiplies z modulo 2^64, by products of 32-bit halves.
func (m multiplier) times(z VecVirtual) {
	t, u := YMM(), YMM()
	VPSRLQ(Imm(32), z, t)
	VPMULUDQ(m.all, t, t)
	VPMULUDQ(m.upper, z, u)
	VPADDQ(u, t, t)
	VPSLLQ(Imm(32), t, t)
	VPMULUDQ(m.all, z, z)
	VPADDQ(t, z, z)
}

// shifted replaces z by z ^ z>>by.
func shifted(z VecVirtual, by uint64) {
	t := YMM()
	VPSRLQ(Imm(by), z, t)
	VPXOR(t, z, z)
}

// dither emits rounding to codes with dither.
func dither() {
	begin("ditherAVX2", "(codes []int32, src []float32, counters []uint64, step uint64, scale float64, limit float32) bool",
		"rounds src[i]*scale + tpdf(mix(c)) to nearest even,", beyondDoc,
		"c is the counter of sample i, counters[i%len(counters)], to which step is added after each use. len(counters) is a",
		"multiple of 8.")
	codes, src, n := start("codes"), start("src"), vectors("codes")
	scale := spread("scale", func(ops ...Op) { VBROADCASTSD(ops[0], ops[1]) })
	limit := spread("limit", func(ops ...Op) { VBROADCASTSS(ops[0], ops[1]) })
	increment := spread("step", func(ops ...Op) { VPBROADCASTQ(ops[0], ops[1]) })
	counters, end := start("counters"), Load(Param("counters").Len(), GP64())
	LEAQ(counters.Idx(end, 8), end)
	first := GP64()
	MOVQ(counters.Base, first)

	one, two := newMultiplier("mix1", 0xBF58476D1CE4E5B9), newMultiplier("mix2", 0x94D049BB133111EB)
	magic := share.Held(share.Words("magic", math.Float64bits(1<<52)))
	unit := share.Words("unit", math.Float64bits(1.0/(1<<32)))
	mask := share.Zeros()
	Label("loop")
	for _, half := range []int{0, 1} {
		z := YMM()
		VMOVDQU(counters.Offset(32*half), z)
		moved := YMM()
		VPADDQ(increment, z, moved)
		VMOVDQU(moved, counters.Offset(32*half))
		shifted(z, 30)
		one.times(z)
		shifted(z, 27)
		two.times(z)
		shifted(z, 31)
		// With a number u below 2^32 as its low bits, the float64 2^52 becomes 2^52+u. The difference of two such
		// values is the difference of the numbers.
		noise, y := YMM(), YMM()
		VPSRLQ(Imm(32), z, noise)
		VPOR(magic, noise, noise)
		VPBLENDD(Imm(0b10101010), magic, z, z)
		VSUBPD(z, noise, noise)
		VCVTPS2PD(src.Offset(16*half), y)
		VMULPD(scale, y, y)
		VFMADD231PD(unit, noise, y) // the product is exact, so the sum is rounded once, fused or not
		VCVTPD2DQY(y, y.AsX())
		VMOVDQU(y.AsX(), codes.Offset(16*half))
	}
	x := YMM()
	VMOVUPS(src, x)
	size := YMM()
	VMOVUPS(magnitude, size)
	beyond(x, size, limit, mask)
	ADDQ(Imm(64), counters.Base)
	CMPQ(counters.Base, end)
	CMOVQEQ(first, counters.Base)
	next("loop", n, step{src, 32}, step{codes, 32})
	anySet(mask)
}
