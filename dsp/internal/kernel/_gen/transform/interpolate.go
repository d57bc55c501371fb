package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

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
