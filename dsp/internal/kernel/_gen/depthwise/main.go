// Command depthwise writes the tiles of depthwise convolutions of package kernel. Their lanes are channels, of input
// and output alike:
//
//	go run ./depthwise -out _out/depthwise_amd64.s -stubs _out/depthwise_amd64.go -pkg kernel
//
// A tile needs about one load for every multiply-add, so wider vectors would gain little. The AVX2 code serves all
// levels.
package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"github.com/tailwave/tailwave/dsp/internal/kernel/_gen/share"
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

// arguments is the type depthwiseTile of package kernel, which documents the fields.
const arguments = "struct{ acc, x, w, bias *float32; mask *uint32; accRow, xRow, tap, row, taps, accumulate, count int }"

type tile struct {
	rows   int
	masked bool
	args   share.Arguments
	mask   VecVirtual
}

// write emits the function of a tile.
func (t *tile) write() {
	name, what := fmt.Sprintf("depthwise%dAVX2", t.rows), "8 channels"
	if t.masked {
		name, what = fmt.Sprintf("depthwise%dMaskedAVX2", t.rows), "those of 8 channels that the mask selects"
	}
	TEXT(name, NOSPLIT, "func(t *"+arguments+")")
	Doc(fmt.Sprintf("%s computes t.count tiles of %s and %s.", name, share.Count(t.rows, "row"), what))
	Pragma("noescape")
	t.args = share.NewArguments()
	if t.masked {
		t.mask = YMM()
		VMOVUPS(Mem{Base: t.args.Load("mask")}, t.mask)
	}
	x, acc := t.args.Load("x"), t.args.Load("acc")
	xRow, accRow := t.args.Load("xRow"), t.args.Load("accRow")
	var sums []VecVirtual
	for range t.rows {
		sums = append(sums, YMM())
	}

	Label("tile")
	CMPQ(t.args.Memory("accumulate"), Imm(0))
	JNE(LabelRef("load"))
	for _, s := range sums {
		share.Clear(s)
	}
	JMP(LabelRef("sum"))
	Label("load")
	t.each(acc, accRow, func(m Mem, r int) { t.load(m, sums[r]) })

	Label("sum")
	weights, tap, taps := t.args.Load("w"), GP64(), t.args.Load("taps")
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
	ADDQ(t.args.Memory("row"), weights)
	ADDQ(t.args.Memory("tap"), tap)
	DECQ(taps)
	JNZ(LabelRef("tap"))

	bias := t.args.Load("bias")
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
	DECQ(t.args.Memory("count"))
	JNZ(LabelRef("tile"))
	VZEROUPPER()
	RET()
}

// load loads a vector, through the mask if there is one.
func (t *tile) load(m Mem, v VecVirtual) {
	if t.masked {
		VMASKMOVPS(m, t.mask, v)
	} else {
		VMOVUPS(m, v)
	}
}

// each calls visit for the address of each row of the tile. The first is at base, and rows are row bytes apart.
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
