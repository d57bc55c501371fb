package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// maxZipped is kernel.maxZipped.
const maxZipped = 8

// lanes is the number of float32 in a register, and of values of each signal that a turn of a loop processes.
const lanes = 8

func zips() {
	for count := 2; count <= maxZipped; count++ {
		unzip(count)
		zip(fmt.Sprintf("zip%d", count), fmt.Sprintf("zip%d is Zip of %d signals", count, count), "float32", count)
	}
	for count := 1; count <= maxZipped; count++ {
		zip(fmt.Sprintf("zipRound%d", count), fmt.Sprintf("zipRound%d is ZipRound of %d signals", count, count), "float64", count)
	}
	zipWide()
}

// A choice takes some lanes of a source for the lanes in mask.
type choice struct {
	source int
	mask   uint64
	from   [lanes]uint32
}

// choices returns the choices whose union is a vector. source returns the source of each lane, and the lane there.
func choices(sources int, source func(lane int) (n, from int)) (all []choice) {
	for n := range sources {
		c := choice{source: n}
		for lane := range lanes {
			if s, from := source(lane); s == n {
				c.mask |= 1 << lane
				c.from[lane] = uint32(from)
			}
		}
		if c.mask != 0 {
			all = append(all, c)
		}
	}
	return all
}

// indices returns the address of a constant with the lanes of a choice.
func (c choice) indices(name string) Mem {
	m := GLOBL(name, RODATA|NOPTR)
	for lane, from := range c.from {
		DATA(4*lane, U32(from))
	}
	return m
}

// collect sets dst to the lanes that the choices take from their sources, and clears the other lanes. permute sets a
// register to the lanes of a choice.
func collect(dst VecVirtual, all []choice, permute func(i int, c choice, dst VecVirtual)) {
	for i, c := range all {
		if i == 0 {
			permute(i, c, dst)
			continue
		}
		t := YMM()
		permute(i, c, t)
		VBLENDPS(Imm(c.mask), t, dst, dst)
	}
}

// unzip emits Unzip for a stride: in each turn of the loop, eight values from as many vectors as the stride.
func unzip(stride int) {
	name := fmt.Sprintf("unzip%dAVX2", stride)
	TEXT(name, NOSPLIT, "func(dst, src *float32, eights int)")
	Doc(fmt.Sprintf("%s is Unzip with a stride of %d, for 8*eights values, at least 8.", name, stride))
	Pragma("noescape")
	dst, src, n := Load(Param("dst"), GP64()), Load(Param("src"), GP64()), Load(Param("eights"), GP64())
	all := choices(stride, func(lane int) (int, int) { return lane * stride / lanes, lane * stride % lanes })
	var indices []VecVirtual
	for i, c := range all {
		r := YMM()
		VMOVDQU(c.indices(fmt.Sprintf("unzip%d_%d", stride, i)), r)
		indices = append(indices, r)
	}
	Label("eight")
	y := YMM()
	collect(y, all, func(i int, c choice, dst VecVirtual) {
		VPERMPS(Mem{Base: src, Disp: 32 * c.source}, indices[i], dst)
	})
	VMOVUPS(y, Mem{Base: dst})
	ADDQ(Imm(32), dst)
	ADDQ(U32(uint32(32*stride)), src)
	DECQ(n)
	JNZ(LabelRef("eight"))
	VZEROUPPER()
	RET()
}

// zip emits Zip or, for signals of float64, ZipRound: in each turn of the loop, eight values of each signal.
func zip(name, doc, element string, count int) {
	TEXT(name+"AVX2", NOSPLIT, fmt.Sprintf("func(dst *float32, x *[%d]*%s, eights int)", maxZipped, element))
	Doc(name + "AVX2" + doc[len(name):] + ", for 8*eights values of each, at least 8.")
	Pragma("noescape")
	dst, n := Load(Param("dst"), GP64()), Load(Param("eights"), GP64())
	pointers := Dereference(Param("x"))
	var x []Register
	for i := range count {
		x = append(x, Load(pointers.Index(i), GP64()))
	}
	at := GP64()
	XORQ(at, at)
	Label("eight")
	var signals []VecVirtual
	for i := range count {
		r := YMM()
		if element == "float32" {
			VMOVUPS(Mem{Base: x[i], Index: at, Scale: 1}, r)
		} else {
			low, high := XMM(), XMM()
			VCVTPD2PSY(Mem{Base: x[i], Index: at, Scale: 2}, low)
			VCVTPD2PSY(Mem{Base: x[i], Index: at, Scale: 2, Disp: 32}, high)
			VINSERTF128(Imm(1), high, low.AsY(), r)
		}
		signals = append(signals, r)
	}
	for i, y := range zipped(signals) {
		VMOVUPS(y, Mem{Base: dst, Disp: 32 * i})
	}
	ADDQ(U32(uint32(32*count)), dst)
	ADDQ(Imm(32), at)
	DECQ(n)
	JNZ(LabelRef("eight"))
	VZEROUPPER()
	RET()
}

// zipped returns the values of all signals in turn.
func zipped(x []VecVirtual) (y []VecVirtual) {
	count := len(x)
	if count == 1 {
		return x
	}
	if count%2 == 0 { // the even signals and the odd ones are zipped first
		var even, odd []VecVirtual
		for i := 0; i < count; i += 2 {
			even, odd = append(even, x[i]), append(odd, x[i+1])
		}
		even, odd = zipped(even), zipped(odd)
		for i := range even {
			low, high, first, second := YMM(), YMM(), YMM(), YMM()
			VUNPCKLPS(odd[i], even[i], low)
			VUNPCKHPS(odd[i], even[i], high)
			VPERM2F128(Imm(0x20), high, low, first)
			VPERM2F128(Imm(0x31), high, low, second)
			y = append(y, first, second)
		}
		return y
	}
	for v := range count {
		all := choices(count, func(lane int) (int, int) { return (lanes*v + lane) % count, (lanes*v + lane) / count })
		r := YMM()
		collect(r, all, func(i int, c choice, dst VecVirtual) {
			name := fmt.Sprintf("zip%d_%d_%d", count, v, i)
			if _, ok := zipIndices[name]; !ok {
				zipIndices[name] = c.indices(name)
			}
			index := YMM()
			VMOVDQU(zipIndices[name], index)
			VPERMPS(x[c.source], index, dst)
		})
		y = append(y, r)
	}
	return y
}

// zipIndices holds the constants already emitted.
var zipIndices = map[string]Mem{}

// zipWide emits ZipWide for two signals.
func zipWide() {
	TEXT("zipWide2AVX2", NOSPLIT, "func(dst, a, b *float64, fours int)")
	Doc("zipWide2AVX2 is ZipWide of the signals a and b, for 4*fours values of each, at least 4.")
	Pragma("noescape")
	dst, a, b := Load(Param("dst"), GP64()), Load(Param("a"), GP64()), Load(Param("b"), GP64())
	n, at := Load(Param("fours"), GP64()), GP64()
	XORQ(at, at)
	Label("four")
	x, y, low, high, first, second := YMM(), YMM(), YMM(), YMM(), YMM(), YMM()
	VMOVUPD(Mem{Base: a, Index: at, Scale: 1}, x)
	VMOVUPD(Mem{Base: b, Index: at, Scale: 1}, y)
	VUNPCKLPD(y, x, low)
	VUNPCKHPD(y, x, high)
	VPERM2F128(Imm(0x20), high, low, first)
	VPERM2F128(Imm(0x31), high, low, second)
	VMOVUPD(first, Mem{Base: dst, Index: at, Scale: 2})
	VMOVUPD(second, Mem{Base: dst, Index: at, Scale: 2, Disp: 32})
	ADDQ(Imm(32), at)
	DECQ(n)
	JNZ(LabelRef("four"))
	VZEROUPPER()
	RET()
}
