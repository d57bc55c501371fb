package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// interleaved is the number of signals that are interleaved or deinterleaved together.
const interleaved = 4

// signals loads the four pointers of an array of pointers to signals.
func signals(parameter string) (p [interleaved]GPVirtual) {
	c := Dereference(Param(parameter))
	for i := range p {
		p[i] = Load(c.Index(i), GP64()).(GPVirtual)
	}
	return p
}

// transpose transposes a block of 4x4 values.
func transpose(x [interleaved]VecVirtual) (y [interleaved]VecVirtual) {
	var t [interleaved]VecVirtual
	for i := range t {
		t[i], y[i] = YMM(), YMM()
	}
	VUNPCKLPD(x[1], x[0], t[0])
	VUNPCKHPD(x[1], x[0], t[1])
	VUNPCKLPD(x[3], x[2], t[2])
	VUNPCKHPD(x[3], x[2], t[3])
	VPERM2F128(Imm(0x20), t[2], t[0], y[0])
	VPERM2F128(Imm(0x20), t[3], t[1], y[1])
	VPERM2F128(Imm(0x31), t[2], t[0], y[2])
	VPERM2F128(Imm(0x31), t[3], t[1], y[3])
	return y
}

// interleave emits Level.Interleave for two rows in each turn of the loop.
func interleave() {
	TEXT("interleaveAVX2", NOSPLIT, "func(re, im *float64, x *[4]*float32, pairs, row int)")
	Doc("interleaveAVX2 is Level.Interleave for 2*pairs rows of row bytes, at least one pair.")
	Pragma("noescape")
	re, im, n := Load(Param("re"), GP64()), Load(Param("im"), GP64()), Load(Param("pairs"), GP64())
	row := Load(Param("row"), GP64())
	x := signals("x")
	Label("pair")
	var v [interleaved]VecVirtual
	for i := range v {
		v[i] = YMM()
		VCVTPS2PD(Mem{Base: x[i]}, v[i])
		ADDQ(Imm(16), x[i])
	}
	v = transpose(v)
	VMOVUPD(v[0], Mem{Base: re})
	VMOVUPD(v[1], Mem{Base: im})
	VMOVUPD(v[2], Mem{Base: re, Index: row, Scale: 1})
	VMOVUPD(v[3], Mem{Base: im, Index: row, Scale: 1})
	LEAQ(Mem{Base: re, Index: row, Scale: 2}, re)
	LEAQ(Mem{Base: im, Index: row, Scale: 2}, im)
	DECQ(n)
	JNZ(LabelRef("pair"))
	VZEROUPPER()
	RET()
}

// deinterleave emits Level.Deinterleave.
func deinterleave() {
	TEXT("deinterleaveAVX2", NOSPLIT, "func(y *[4]*float64, step int, rows *[4]*float64, rowStep, count int)")
	Doc("deinterleaveAVX2 is Level.Deinterleave for a count of at least 1. Steps are in bytes.")
	Pragma("noescape")
	step, rowStep, n := Load(Param("step"), GP64()), Load(Param("rowStep"), GP64()), Load(Param("count"), GP64())
	y, rows := signals("y"), signals("rows")
	to, from := GP64(), GP64()
	XORQ(to, to)
	XORQ(from, from)
	Label("four")
	var v [interleaved]VecVirtual
	for i := range v {
		v[i] = YMM()
		VMOVUPD(Mem{Base: rows[i], Index: from, Scale: 1}, v[i])
	}
	v = transpose(v)
	for i := range v {
		VMOVUPD(v[i], Mem{Base: y[i], Index: to, Scale: 1})
	}
	ADDQ(step, to)
	ADDQ(rowStep, from)
	DECQ(n)
	JNZ(LabelRef("four"))
	VZEROUPPER()
	RET()
}

// round emits Level.Round for adjacent values.
func round() {
	TEXT("roundAVX2", NOSPLIT, "func(dst *float32, x *float64, fours int)")
	Doc("roundAVX2 rounds 4*fours adjacent values to float32. fours is at least 1.")
	Pragma("noescape")
	dst, x, n := Load(Param("dst"), GP64()), Load(Param("x"), GP64()), Load(Param("fours"), GP64())
	Label("four")
	v := XMM()
	VCVTPD2PSY(Mem{Base: x}, v)
	VMOVUPS(v, Mem{Base: dst})
	ADDQ(Imm(32), x)
	ADDQ(Imm(16), dst)
	DECQ(n)
	JNZ(LabelRef("four"))
	VZEROUPPER()
	RET()
}
