package main

import (
	"fmt"
	"slices"
	"strings"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

const lanes = 8

// vectors are registers of 8 float32.
type vectors []VecVirtual

func (v vectors) each(op func(j int)) {
	for j := range v {
		op(j)
	}
}

// inputs emits loads of the vectors of input k, as often as it is called.
type inputs func(k int) vectors

// A body emits the computation of results. Its registers are its own to overwrite.
type body func(in inputs) vectors

// flat emits a function of slices, one result for each element. The body is made once, which is where it loads its
// constants, and emitted for several vectors at a time, for one, and for the rest under a mask.
func flat(name, signature string, unroll int, make func() body) {
	TEXT(name, NOSPLIT, signature)
	Pragma("noescape")
	dst, n := start("dst"), length("dst")
	var in []Mem
	for _, p := range sources(signature) {
		in = append(in, start(p))
	}
	sweep(dst, in, n, unroll, make())
	VZEROUPPER()
	RET()
}

// frames is flat for a source and rows that repeat over it. The last repetition may be cut short.
func frames(name, signature string, unroll int, make func() body) {
	TEXT(name, NOSPLIT, signature)
	Pragma("noescape")
	dst, src, left := start("dst"), start("src"), length("dst")
	in := []Mem{src}
	rows := sources(signature)[1:]
	for _, p := range rows {
		in = append(in, start(p))
	}
	width := length(rows[0])
	f := make()

	Label("frame")
	TESTQ(left, left)
	JZ(LabelRef("end"))
	n, step := GP64(), GP64()
	MOVQ(width, n)
	CMPQ(left, n)
	CMOVQLT(left, n)
	MOVQ(n, step)
	sweep(dst, in, n, unroll, f)
	LEAQ(dst.Idx(step, 4), dst.Base)
	LEAQ(src.Idx(step, 4), src.Base)
	SUBQ(step, left)
	JMP(LabelRef("frame"))

	Label("end")
	VZEROUPPER()
	RET()
}

// start loads the address of a slice, length its length.
func start(name string) Mem { return Mem{Base: Load(Param(name).Base(), GP64())} }

func length(name string) Register { return Load(Param(name).Len(), GP64()) }

// sources returns the names of the slices of a signature but the first, dst.
func sources(signature string) []string {
	list, _, _ := strings.Cut(strings.TrimPrefix(signature, "func(dst, "), " []float32")
	return strings.Split(list, ", ")
}

// sweep emits a loop over n elements. It counts n down to 0.
func sweep(dst Mem, in []Mem, n Register, unroll int, f body) {
	i := GP64()
	XORQ(i, i)
	for _, k := range slices.Compact([]int{unroll, 1}) {
		loop, done := fmt.Sprintf("by%d", k*lanes), fmt.Sprintf("below%d", k*lanes)
		Label(loop)
		CMPQ(n, Imm(uint64(k*lanes)))
		JL(LabelRef(done))
		for j, y := range f(func(p int) vectors {
			x := make(vectors, k)
			x.each(func(j int) {
				x[j] = YMM()
				VMOVUPS(in[p].Idx(i, 1).Offset(32*j), x[j])
			})
			return x
		}) {
			VMOVUPS(y, dst.Idx(i, 1).Offset(32*j))
		}
		ADDQ(Imm(uint64(k*lanes*4)), i)
		SUBQ(Imm(uint64(k*lanes)), n)
		JMP(LabelRef(loop))
		Label(done)
	}

	TESTQ(n, n)
	JZ(LabelRef("swept"))
	table, from, mask := GP64(), GP64(), YMM()
	LEAQ(masks(), table)
	MOVQ(U32(lanes), from)
	SUBQ(n, from)
	VMOVUPS(Mem{Base: table}.Idx(from, 4), mask)
	rest := f(func(p int) vectors {
		x := YMM()
		VMASKMOVPS(in[p].Idx(i, 1), mask, x)
		return vectors{x}
	})
	VMASKMOVPS(rest[0], mask, dst.Idx(i, 1))
	Label("swept")
}
