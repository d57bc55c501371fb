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

// each calls op, which emits an operation, for the number of every register.
func (v vectors) each(op func(j int)) {
	for j := range v {
		op(j)
	}
}

// inputs emits loads of the vectors of input k into new registers. Each call emits them again.
type inputs func(k int) vectors

// A body emits the computation of the results from the inputs. It may overwrite the registers of both.
type body func(in inputs) vectors

// flat emits a function that computes one result for each element of its slices. make is called once and emits the
// loads of constants. The body is emitted three times: for unroll vectors, for one vector, and for the remaining
// elements with a mask. A mask changes no operation, so elements have the same bits in all three.
func flat(name, signature string, unroll int, make func() body) {
	TEXT(name, NOSPLIT, signature)
	Doc(docOf(name))
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

// frames is flat for a source and rows that repeat for every frame of the source. The last repetition may be
// incomplete.
func frames(name, signature string, unroll int, make func() body) {
	TEXT(name, NOSPLIT, signature)
	Doc(docOf(name))
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

// docOf returns the doc of a function, which is its Go definition in assembly.
func docOf(name string) string {
	return name + " computes the same as " + strings.TrimSuffix(name, "AVX2") + "Go."
}

// start loads the address of the first element of a slice parameter.
func start(name string) Mem { return Mem{Base: Load(Param(name).Base(), GP64())} }

// length loads the length of a slice parameter.
func length(name string) Register { return Load(Param(name).Len(), GP64()) }

// sources returns the names of the slices of a signature after the first, dst.
func sources(signature string) []string {
	list, _, _ := strings.Cut(strings.TrimPrefix(signature, "func(dst, "), " []float32")
	return strings.Split(list, ", ")
}

// sweep emits the loops over n elements. They overwrite n.
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
