package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"github.com/tailwave/tailwave/dsp/internal/kernel/_gen/share"
)

// pack emits a function that packs codes into size bytes each. narrow emits the constants and returns a function that
// emits the packing of a vector.
func pack(name string, size int, narrow func() func(v VecVirtual, out Mem)) {
	begin(name, "(out []byte, codes []int32)", fmt.Sprintf("is pack for codes of %d bits. All codes must be in range.", 8*size))
	out, codes, n := start("out"), start("codes"), vectors("codes")
	store := narrow()
	Label("loop")
	v := YMM()
	VMOVDQU(codes, v)
	store(v, out)
	next("loop", n, step{codes, 4 * lanes}, step{out, size * lanes})
	VZEROUPPER()
	RET()
}

// words narrows 8 codes to 16 bits each.
func words(v VecVirtual) VecVirtual {
	low, high := v.AsX().(VecVirtual), XMM()
	VEXTRACTI128(Imm(1), v, high)
	VPACKSSDW(high, low, low)
	return low
}

// pack8 adds 128, because 8-bit samples are unsigned.
func pack8() func(v VecVirtual, out Mem) {
	zero := share.Words("offset", 0x80808080_80808080)
	return func(v VecVirtual, out Mem) {
		w := words(v)
		VPACKSSWB(w, w, w)
		VPXOR(zero, w, w)
		VMOVQ(w, out)
	}
}

// pack16 stores the words as they are.
func pack16() func(v VecVirtual, out Mem) {
	return func(v VecVirtual, out Mem) { VMOVDQU(words(v), out) }
}

// pack24 moves the low three bytes of all codes together, first in each half of the vector, then across the halves.
func pack24() func(v VecVirtual, out Mem) {
	bytes := share.Held(share.Words("bytes", 0x09_08_06_05_04_02_01_00, 0x80808080_0E_0D_0C_0A))
	doublewords := share.Held(share.Words("doublewords", 1<<32|0, 4<<32|2, 6<<32|5, 7<<32|3))
	return func(v VecVirtual, out Mem) {
		rest := XMM()
		VPSHUFB(bytes, v, v)
		VPERMD(v, doublewords, v)
		VMOVDQU(v.AsX(), out)
		VEXTRACTI128(Imm(1), v, rest)
		VMOVQ(rest, out.Offset(16))
	}
}

// packFloat emits a function that packs samples as floating-point numbers of size bytes. body emits the constants and
// returns a function that emits the packing of the vector x, whose NaN the mask nan marks.
func packFloat(name string, size int, body func() func(x VecVirtual, nan VecVirtual, out Mem)) {
	begin(name, "(out []byte, src []float32) int", "writes src to out, every NaN as the canonical NaN, and returns the number of NaN.")
	out, src, n := start("out"), start("src"), vectors("src")
	store := body()
	count, bits := GP64(), GP32()
	XORQ(count, count)
	Label("loop")
	x, nan := YMM(), YMM()
	VMOVUPS(src, x)
	VCMPPS(unordered, x, x, nan)
	VMOVMSKPS(nan, bits)
	POPCNTL(bits, bits)
	ADDQ(bits.As64(), count)
	store(x, nan, out)
	next("loop", n, step{src, 4 * lanes}, step{out, size * lanes})
	VZEROUPPER()
	Store(count, ReturnIndex(0))
	RET()
}

// packF32 replaces every NaN.
func packF32() func(x, nan VecVirtual, out Mem) {
	quiet := share.Held(share.Words("quiet32", 0x7FC00000_7FC00000))
	return func(x, nan VecVirtual, out Mem) {
		VBLENDVPS(nan, quiet, x, x)
		VMOVUPS(x, out)
	}
}

// packF64 replaces every NaN before it converts to float64. The conversion turns the canonical NaN of 32 bits into that
// of 64.
func packF64() func(x, nan VecVirtual, out Mem) {
	quiet := share.Held(share.Words("quiet32", 0x7FC00000_7FC00000))
	return func(x, nan VecVirtual, out Mem) {
		low, high := YMM(), YMM()
		VBLENDVPS(nan, quiet, x, x)
		VCVTPS2PD(x.AsX(), low)
		VEXTRACTF128(Imm(1), x, x.AsX())
		VCVTPS2PD(x.AsX(), high)
		VMOVUPD(low, out)
		VMOVUPD(high, out.Offset(32))
	}
}
