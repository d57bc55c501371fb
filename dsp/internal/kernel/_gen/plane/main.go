// Command plane writes the tiles of package kernel whose lanes are successive frames, for layers with few output
// channels, and the transposition between frames and planes:
//
//	go run ./plane -out _out/plane_amd64.s -stubs _out/plane_amd64.go -pkg kernel
//
// A tile computes C output channels of V vectors of frames. For every term of the sum it loads V vectors of samples and
// C weights, each of these broadcast to all lanes, and computes C*V fused multiply-adds, each into its own accumulator.
package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"github.com/tailwave/tailwave/dsp/internal/kernel/_gen/share"
)

// A level is a set of instructions with the shapes of its tiles.
type level struct {
	name   string
	lanes  int
	shapes [][2]int // output channels, vectors of frames
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

// arguments is the type planeTile of package kernel, which documents the fields.
const arguments = "struct{ acc, x, w, bias *float32; accPlane, plane, tap, taps, channels, count int }"

type tile struct {
	level
	channels, vectors int

	args share.Arguments
	acc  [][]Register // [channel][vector]
	free []Register   // the other vector registers
}

// write emits the function of a tile.
func (t *tile) write() {
	name := fmt.Sprintf("plane%dx%d%s", t.channels, t.vectors, t.name)
	TEXT(name, NOSPLIT, "func(t *"+arguments+")")
	Doc(fmt.Sprintf("%s computes t.count tiles of %s and %s of frames.", name,
		share.Count(t.channels, "output channel"), share.Count(t.vectors, "vector")))
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

// sum emits the loop over taps and, inside it, over the input channels of a tap, two in each turn.
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

// term emits one term of the sum for all accumulators. If the tile has fewer channels than vectors, the weights stay in
// registers and the samples pass through the remaining ones; otherwise it is the other way round.
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

// end emits the addition of the bias, if there is one, and the stores.
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

// writeTransposition emits the transposition of 8x8 blocks: it interleaves pairs of rows, then pairs of pairs, and then
// exchanges halves of vectors.
func writeTransposition() {
	TEXT("transposeAVX2", NOSPLIT, "func(dst, src *float32, dstRow, srcRow, dstStep, srcStep, count int)")
	Doc("transposeAVX2 transposes count blocks of 8 rows of 8 values, at least one block. Rows are srcRow and dstRow bytes",
		"apart, and blocks srcStep and dstStep.")
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
