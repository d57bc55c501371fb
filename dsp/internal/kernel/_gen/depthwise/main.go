// Command depthwise writes the kernel of depthwise convolutions, whose lanes are channels of input and output alike:
//
//	go run ./depthwise -out out/depthwise_amd64.s -stubs out/depthwise_amd64.go -pkg kernel
//
// There are two loads for every two multiply-adds at best, so wider vectors would gain little: AVX2 serves all levels.
package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/gotypes"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

func main() {
	ConstraintExpr("!purego")
	for _, rows := range []int{8, 1} {
		for _, masked := range []bool{false, true} {
			t := &tile{rows: rows, masked: masked}
			t.write()
		}
	}
	Generate()
}

// arguments is the type depthwiseTile of the kernel package, which has the fields' meanings.
const arguments = "struct{ acc, x, w, bias *float32; mask *uint32; accRow, xRow, tap, row, taps, from, count int }"

type tile struct {
	rows   int
	masked bool
	args   gotypes.Component
	mask   VecVirtual
}

func (t *tile) field(name string) GPVirtual { return Load(t.args.Field(name), GP64()).(GPVirtual) }

func (t *tile) memory(name string) Mem {
	b, err := t.args.Field(name).Resolve()
	if err != nil {
		panic(err)
	}
	return b.Addr
}

func (t *tile) write() {
	name, what := fmt.Sprintf("depthwise%dAVX2", t.rows), "8 channels"
	if t.masked {
		name, what = fmt.Sprintf("depthwise%dMaskedAVX2", t.rows), "those of 8 channels that the mask marks"
	}
	TEXT(name, NOSPLIT, "func(t *"+arguments+")")
	Doc(fmt.Sprintf("%s runs tiles of %d rows and %s.", name, t.rows, what))
	Pragma("noescape")
	t.args = Dereference(Param("t"))
	if t.masked {
		t.mask = YMM()
		VMOVUPS(Mem{Base: t.field("mask")}, t.mask)
	}
	x, acc := t.field("x"), t.field("acc")
	xRow, accRow := t.field("xRow"), t.field("accRow")
	var sums []VecVirtual
	for range t.rows {
		sums = append(sums, YMM())
	}

	Label("tile")
	CMPQ(t.memory("from"), Imm(0))
	JNE(LabelRef("load"))
	for _, s := range sums {
		VXORPS(s, s, s)
	}
	JMP(LabelRef("sum"))
	Label("load")
	t.each(acc, accRow, func(m Mem, r int) { t.load(m, sums[r]) })

	Label("sum")
	weights, tap, taps := t.field("w"), GP64(), t.field("taps")
	MOVQ(x, tap)
	Label("tap")
	w := YMM()
	VMOVUPS(Mem{Base: weights}, w)
	t.each(tap, xRow, func(m Mem, r int) {
		if !t.masked {
			VFMADD231PS(m, w, sums[r])
			return
		}
		s := YMM()
		t.load(m, s)
		VFMADD231PS(s, w, sums[r])
	})
	ADDQ(t.memory("row"), weights)
	ADDQ(t.memory("tap"), tap)
	DECQ(taps)
	JNZ(LabelRef("tap"))

	bias := t.field("bias")
	TESTQ(bias, bias)
	JZ(LabelRef("store"))
	b := YMM()
	VMOVUPS(Mem{Base: bias}, b)
	for _, s := range sums {
		VADDPS(b, s, s)
	}
	Label("store")
	t.each(acc, accRow, func(m Mem, r int) {
		if t.masked {
			VMASKMOVPS(sums[r], t.mask, m)
		} else {
			VMOVUPS(sums[r], m)
		}
	})
	for _, p := range []struct{ pointer, row GPVirtual }{{x, xRow}, {acc, accRow}} {
		step := GP64()
		IMUL3Q(Imm(uint64(t.rows)), p.row, step)
		ADDQ(step, p.pointer)
	}
	DECQ(t.memory("count"))
	JNZ(LabelRef("tile"))
	VZEROUPPER()
	RET()
}

func (t *tile) load(m Mem, v VecVirtual) {
	if t.masked {
		VMASKMOVPS(m, t.mask, v)
	} else {
		VMOVUPS(m, v)
	}
}

// each visits the rows from base on.
func (t *tile) each(base, row GPVirtual, visit func(m Mem, r int)) {
	p := GP64()
	MOVQ(base, p)
	for r := range t.rows {
		if r > 0 {
			ADDQ(row, p)
		}
		visit(Mem{Base: p}, r)
	}
}
