// Command plane writes the tiles of package kernel whose lanes are successive frames, for few output channels, and the
// transpositions between frames and planes:
//
//	go run ./plane -out _out/plane_amd64.s -stubs _out/plane_amd64.go -pkg kernel
//
// A tile computes C output channels of V vectors of frames. For every term of the sum it loads V vectors of samples,
// and C weights, each broadcast to all lanes.
package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"github.com/tailwave/tailwave/dsp/internal/kernel/_gen/share"
)

// A level is a set of instructions, and the tiles made for it: numbers of channels with numbers of vectors.
type level struct {
	name   string
	lanes  int
	shapes [][2]int
}

var levels = []level{
	{"AVX2", 8, [][2]int{{4, 3}, {4, 1}, {3, 4}, {3, 1}, {2, 6}, {2, 1}, {1, 8}, {1, 1}}},
	{"AVX512", 16, [][2]int{{8, 3}, {8, 1}, {4, 6}, {4, 1}, {3, 8}, {3, 1}, {2, 8}, {2, 1}, {1, 8}, {1, 1}}},
}

func main() {
	ConstraintExpr("!purego")
	for _, l := range levels {
		for _, s := range l.shapes {
			t := &tile{level: l, channels: s[0], vectors: s[1]}
			t.write()
		}
	}
	writeTransposition()
	Generate()
}

// arguments is the type planeTile of the kernel package, which has the fields' meanings.
const arguments = "struct{ acc, x, w, bias *float32; accPlane, plane, tap, taps, channels, count int }"

type tile struct {
	level
	channels, vectors int

	args share.Arguments
	acc  [][]Register // [channel][vector]
	free []Register   // the other vector registers
}

func (t *tile) write() {
	name := fmt.Sprintf("plane%dx%d%s", t.channels, t.vectors, t.name)
	TEXT(name, NOSPLIT, "func(t *"+arguments+")")
	Doc(fmt.Sprintf("%s runs tiles of %d output channels and %d vectors of frames.", name, t.channels, t.vectors))
	Pragma("noescape")
	t.args = share.NewArguments()
	t.acc, t.free = share.Vectors(t.lanes, t.channels, t.vectors)

	x, acc := t.args.Load("x"), t.args.Load("acc")
	Label("tile")
	for _, c := range t.acc {
		share.Clear(c...)
	}
	t.sum(x)
	t.end(acc)
	ADDQ(I32(4*t.lanes*t.vectors), x)
	ADDQ(I32(4*t.lanes*t.vectors), acc)
	DECQ(t.args.Memory("count"))
	JNZ(LabelRef("tile"))
	VZEROUPPER()
	RET()
}

// sum is the loop over taps, and over the input channels of a tap, two at a time.
func (t *tile) sum(x GPVirtual) {
	tap := GP64()
	MOVQ(x, tap)
	weights := t.args.Load("w")
	plane := t.args.Load("plane")
	taps := t.args.Load("taps")
	Label("tap")
	sample := GP64()
	MOVQ(tap, sample)
	channels := t.args.Load("channels")
	SUBQ(Imm(2), channels)
	JLT(LabelRef("rest"))
	Label("channels")
	t.term(Mem{Base: sample}, Mem{Base: weights})
	t.term(Mem{Base: sample, Index: plane, Scale: 1}, Mem{Base: weights, Disp: 4 * t.channels})
	LEAQ(Mem{Base: sample, Index: plane, Scale: 2}, sample)
	ADDQ(I32(8*t.channels), weights)
	SUBQ(Imm(2), channels)
	JGE(LabelRef("channels"))
	Label("rest")
	ADDQ(Imm(2), channels)
	JZ(LabelRef("nextTap"))
	t.term(Mem{Base: sample}, Mem{Base: weights})
	ADDQ(I32(4*t.channels), weights)
	Label("nextTap")
	ADDQ(t.args.Memory("tap"), tap)
	DECQ(taps)
	JNZ(LabelRef("tap"))
}

// term adds one term of the sum to all accumulators. Whatever there is less of, channels or vectors, stays in
// registers.
func (t *tile) term(sample, weight Mem) {
	if t.channels <= t.vectors {
		for c := range t.channels {
			VBROADCASTSS(weight.Offset(4*c), t.free[c])
		}
		for v := range t.vectors {
			s := t.free[t.channels+v%(len(t.free)-t.channels)]
			VMOVUPS(sample.Offset(4*t.lanes*v), s)
			for c := range t.channels {
				VFMADD231PS(s, t.free[c], t.acc[c][v])
			}
		}
		return
	}
	for v := range t.vectors {
		VMOVUPS(sample.Offset(4*t.lanes*v), t.free[v])
	}
	for c := range t.channels {
		b := t.free[t.vectors+c%(len(t.free)-t.vectors)]
		VBROADCASTSS(weight.Offset(4*c), b)
		for v := range t.vectors {
			VFMADD231PS(t.free[v], b, t.acc[c][v])
		}
	}
}

// end adds the bias, if there is one, and stores the accumulators.
func (t *tile) end(acc GPVirtual) {
	bias := t.args.Load("bias")
	TESTQ(bias, bias)
	JZ(LabelRef("store"))
	for c := range t.channels {
		VBROADCASTSS(Mem{Base: bias, Disp: 4 * c}, t.free[0])
		for v := range t.vectors {
			VADDPS(t.free[0], t.acc[c][v], t.acc[c][v])
		}
	}
	Label("store")
	p, accPlane := GP64(), t.args.Load("accPlane")
	MOVQ(acc, p)
	for c, vectors := range t.acc {
		if c > 0 {
			ADDQ(accPlane, p)
		}
		for v, a := range vectors {
			VMOVUPS(a, Mem{Base: p, Disp: 4 * t.lanes * v})
		}
	}
}

// writeTransposition writes the transposition of 8x8 blocks: first pairs of rows are interleaved, then pairs of pairs,
// then halves are exchanged.
func writeTransposition() {
	TEXT("transposeAVX2", NOSPLIT, "func(dst, src *float32, dstRow, srcRow, dstStep, srcStep, count int)")
	Doc("transposeAVX2 writes the transpose of count blocks of 8 rows of 8: from src, rows srcRow bytes apart, to dst, rows",
		"dstRow bytes apart. From block to block src moves on by srcStep bytes and dst by dstStep.")
	Pragma("noescape")
	dst, src := Load(Param("dst"), GP64()).(GPVirtual), Load(Param("src"), GP64()).(GPVirtual)
	dstRow, srcRow := Load(Param("dstRow"), GP64()).(GPVirtual), Load(Param("srcRow"), GP64()).(GPVirtual)
	dstStep, srcStep := Load(Param("dstStep"), GP64()).(GPVirtual), Load(Param("srcStep"), GP64()).(GPVirtual)
	count := Load(Param("count"), GP64())
	r := []Register{Y0, Y1, Y2, Y3, Y4, Y5, Y6, Y7}
	s := []Register{Y8, Y9, Y10, Y11, Y12, Y13, Y14, Y15}
	rows := func(base, row GPVirtual, move func(Mem, int)) {
		p := GP64()
		MOVQ(base, p)
		for i := range 8 {
			move(Mem{Base: p}, i)
			if i < 7 {
				ADDQ(row, p)
			}
		}
	}
	Label("block")
	rows(src, srcRow, func(m Mem, i int) { VMOVUPS(m, r[i]) })
	for i := 0; i < 8; i += 2 {
		VUNPCKLPS(r[i+1], r[i], s[i])
		VUNPCKHPS(r[i+1], r[i], s[i+1])
	}
	for i := 0; i < 8; i += 4 {
		for j := range 2 {
			VUNPCKLPD(s[i+j+2], s[i+j], r[i+2*j])
			VUNPCKHPD(s[i+j+2], s[i+j], r[i+2*j+1])
		}
	}
	for i := range 4 {
		VPERM2F128(Imm(0x20), r[i+4], r[i], s[i])
		VPERM2F128(Imm(0x31), r[i+4], r[i], s[i+4])
	}
	rows(dst, dstRow, func(m Mem, i int) { VMOVUPS(s[i], m) })
	ADDQ(srcStep, src)
	ADDQ(dstStep, dst)
	DECQ(count)
	JNZ(LabelRef("block"))
	VZEROUPPER()
	RET()
}
