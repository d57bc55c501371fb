// Command tile writes the register tiles of package kernel whose lanes are output channels:
//
//	go run ./tile -out _out/tile_amd64.s -stubs _out/tile_amd64.go -pkg kernel
//
// A tile computes R rows of V vectors. For every term of the sum it loads V vectors of weights and R samples, each of
// these broadcast to all lanes, and computes R*V fused multiply-adds, each into its own accumulator register. 8 or more
// accumulators hide the latency of an operation, 4 cycles with two operations started per cycle. R+V loads for R*V
// operations are few enough not to limit the speed.
package main

import (
	"fmt"
	"sort"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"github.com/tailwave/tailwave/dsp/internal/kernel/_gen/share"
)

// A level is a set of instructions with the shapes of its tiles.
type level struct {
	name   string
	lanes  int
	shapes map[int][]int // numbers of vectors for each number of rows
}

var levels = []level{
	{"AVX2", 8, map[int][]int{12: {1}, 6: {2, 1}, 5: {2, 1}, 4: {3, 2, 1}, 3: {4, 2, 1}, 2: {6, 2, 1}, 1: {12, 4, 1}}},
	{"AVX512", 16, map[int][]int{24: {1}, 12: {2, 1}, 8: {3, 2, 1}, 6: {4, 2, 1}, 4: {6, 2, 1}, 3: {8, 2, 1}, 2: {12, 4, 1}, 1: {12, 4, 1}}},
}

// unroll is the number of terms of the sum that one turn of the inner loop adds.
const unroll = 4

func main() {
	ConstraintExpr("!purego")
	for _, l := range levels {
		var rows []int
		for r := range l.shapes {
			rows = append(rows, r)
		}
		sort.Sort(sort.Reverse(sort.IntSlice(rows)))
		for _, r := range rows {
			for _, v := range l.shapes[r] {
				t := &tile{level: l, rows: r, vectors: v}
				t.write()
			}
		}
	}
	writePrefetch()
	Generate()
}

// writePrefetch emits the loop of kernel.Prefetch.
func writePrefetch() {
	TEXT("prefetchLines", NOSPLIT, "func(p *float32, lines int)")
	Doc("prefetchLines prefetches a number of cache lines of 64 bytes, at least 1, from p on.")
	Pragma("noescape")
	p, lines := Load(Param("p"), GP64()), Load(Param("lines"), GP64())
	Label("loop")
	PREFETCHT0(Mem{Base: p.(GPVirtual)})
	ADDQ(I32(64), p)
	DECQ(lines)
	JNZ(LabelRef("loop"))
	RET()
}

// arguments is the type tile of package kernel, which documents the fields.
const arguments = "struct{ acc, x, w, bias *float32; mask *uint32; accRow, xRow, panel, taps, skip, channels, accumulate, count int }"

type tile struct {
	level
	rows, vectors int

	args share.Arguments
	acc  [][]Register // [row][vector]
	free []Register   // the other vector registers
}

// write emits the function of a tile.
func (t *tile) write() {
	name := fmt.Sprintf("tile%dx%d%s", t.rows, t.vectors, t.name)
	TEXT(name, NOSPLIT, "func(t *"+arguments+")")
	Doc(fmt.Sprintf("%s computes t.count tiles of %s and %s.", name, share.Count(t.rows, "row"), share.Count(t.vectors, "vector")))
	Pragma("noescape")
	t.args = share.NewArguments()
	t.acc, t.free = share.Vectors(t.lanes, t.rows, t.vectors)

	x, acc := t.args.Load("x"), t.args.Load("acc")
	Label("tile")
	t.start(acc)
	t.sum(x)
	t.end(acc)
	t.nextTile(x, "xRow")
	t.nextTile(acc, "accRow")
	DECQ(t.args.Memory("count"))
	JNZ(LabelRef("tile"))
	VZEROUPPER()
	RET()
}

// nextTile emits the step of p to the rows of the next tile. row is the field with the distance between rows.
func (t *tile) nextTile(p GPVirtual, row string) {
	step := GP64()
	IMUL3Q(Imm(uint64(t.rows)), t.args.Memory(row), step)
	ADDQ(step, p)
}

// start emits the start values of the accumulators: +0, or loads, with the last vector of a row through the mask if
// there is one.
func (t *tile) start(acc GPVirtual) {
	CMPQ(t.args.Memory("accumulate"), Imm(0))
	JNE(LabelRef("load"))
	for _, row := range t.acc {
		share.Clear(row...)
	}
	JMP(LabelRef("sum"))

	Label("load")
	rows := newPointers(acc, t.args.Load("accRow"), t.rows)
	mask := t.args.Load("mask")
	last := t.vectors - 1
	for r, row := range t.acc {
		for v, a := range row[:last] {
			VMOVUPS(rows.at(r, 4*t.lanes*v), a)
		}
	}
	TESTQ(mask, mask)
	JNE(LabelRef("loadMasked"))
	for r, row := range t.acc {
		VMOVUPS(rows.at(r, 4*t.lanes*last), row[last])
	}
	JMP(LabelRef("sum"))
	Label("loadMasked")
	m := t.loadMask(mask)
	for r, row := range t.acc {
		if t.lanes == 16 {
			VMOVUPS_Z(rows.at(r, 4*t.lanes*last), m, row[last])
		} else {
			VMASKMOVPS(rows.at(r, 4*t.lanes*last), m, row[last])
		}
	}
	Label("sum")
}

// loadMask emits the load of the mask of the last vector and returns its register: a free vector register for AVX2, a
// mask register for AVX-512.
func (t *tile) loadMask(mask GPVirtual) Register {
	if t.lanes == 16 {
		KMOVW(Mem{Base: mask}, K1)
		return K1
	}
	VMOVUPS(Mem{Base: mask}, t.free[0])
	return t.free[0]
}

// sum emits the loop over taps and, inside it, over the channels of a tap.
func (t *tile) sum(x GPVirtual) {
	samples := newPointers(x, t.args.Load("xRow"), t.rows)
	weights := newPointers(t.args.Load("w"), t.args.Load("panel"), t.vectors)
	taps := t.args.Load("taps")
	Label("tap")
	channels := t.args.Load("channels")
	SUBQ(Imm(unroll), channels)
	JLT(LabelRef("rest"))
	Label("channels")
	if t.vectors == 1 && t.rows > 4 {
		for k := 0; k < unroll; k += 2 {
			t.twoTerms(samples, weights, k)
		}
	} else {
		for k := range unroll {
			t.term(samples, weights, k)
		}
	}
	samples.advance(I32(4 * unroll))
	weights.advance(I32(4 * unroll * t.lanes))
	SUBQ(Imm(unroll), channels)
	JGE(LabelRef("channels"))
	Label("rest")
	ADDQ(Imm(unroll), channels)
	JZ(LabelRef("nextTap"))
	Label("channel")
	t.term(samples, weights, 0)
	samples.advance(I32(4))
	weights.advance(I32(4 * t.lanes))
	DECQ(channels)
	JNZ(LabelRef("channel"))
	Label("nextTap")
	samples.advance(t.args.Memory("skip"))
	DECQ(taps)
	JNZ(LabelRef("tap"))
}

// term emits term k after the pointers for all accumulators. If the tile has no more rows than vectors, the samples
// stay in registers and the weights pass through the remaining ones; otherwise it is the other way round.
func (t *tile) term(samples, weights *pointers, k int) {
	sample := func(r int) Mem { return samples.at(r, 4*k) }
	weight := func(v int) Mem { return weights.at(v, 4*t.lanes*k) }
	if t.rows <= t.vectors {
		for r := range t.rows {
			VBROADCASTSS(sample(r), t.free[r])
		}
		for v := range t.vectors {
			if t.rows == 1 {
				VFMADD231PS(weight(v), t.free[0], t.acc[0][v])
				continue
			}
			w := t.free[t.rows+v%(len(t.free)-t.rows)]
			VMOVUPS(weight(v), w)
			for r := range t.rows {
				VFMADD231PS(w, t.free[r], t.acc[r][v])
			}
		}
		return
	}
	for v := range t.vectors {
		VMOVUPS(weight(v), t.free[v])
	}
	for r := range t.rows {
		b := t.free[t.vectors+r%(len(t.free)-t.vectors)]
		VBROADCASTSS(sample(r), b)
		for v := range t.vectors {
			VFMADD231PS(t.free[v], b, t.acc[r][v])
		}
	}
}

// twoTerms is term for k and k+1, for tiles of one vector. The two samples of a row are in the same cache line, so the
// cache can serve successive loads of them at once. The samples of different rows are often in the same cache bank,
// where loads have to wait for each other.
func (t *tile) twoTerms(samples, weights *pointers, k int) {
	VMOVUPS(weights.at(0, 4*t.lanes*k), t.free[0])
	VMOVUPS(weights.at(0, 4*t.lanes*(k+1)), t.free[1])
	for r := range t.rows {
		for i := range 2 {
			b := t.free[2+(2*r+i)%(len(t.free)-2)]
			VBROADCASTSS(samples.at(r, 4*(k+i)), b)
			VFMADD231PS(t.free[i], b, t.acc[r][0])
		}
	}
}

// end emits the addition of the bias, if there is one, and the stores, with the last vector of a row through the mask
// if there is one.
func (t *tile) end(acc GPVirtual) {
	bias := t.args.Load("bias")
	TESTQ(bias, bias)
	JZ(LabelRef("store"))
	for v := range t.vectors {
		VMOVUPS(Mem{Base: bias, Disp: 4 * t.lanes * v}, t.free[0])
		for r := range t.rows {
			VADDPS(t.free[0], t.acc[r][v], t.acc[r][v])
		}
	}
	Label("store")
	rows := newPointers(acc, t.args.Load("accRow"), t.rows)
	mask := t.args.Load("mask")
	last := t.vectors - 1
	for r, row := range t.acc {
		for v, a := range row[:last] {
			VMOVUPS(a, rows.at(r, 4*t.lanes*v))
		}
	}
	TESTQ(mask, mask)
	JNE(LabelRef("storeMasked"))
	for r, row := range t.acc {
		VMOVUPS(row[last], rows.at(r, 4*t.lanes*last))
	}
	JMP(LabelRef("next"))
	Label("storeMasked")
	m := t.loadMask(mask)
	for r, row := range t.acc {
		if t.lanes == 16 {
			VMOVUPS(row[last], m, rows.at(r, 4*t.lanes*last))
		} else {
			VMASKMOVPS(row[last], m, rows.at(r, 4*t.lanes*last))
		}
	}
	Label("next")
}

// pointers address n places at equal distances, with one base register for every four places.
type pointers struct {
	base          []GPVirtual
	stride, three GPVirtual // the distance, and three times the distance
}

// newPointers returns pointers to n places, stride bytes apart. The first is at first.
func newPointers(first, stride GPVirtual, n int) *pointers {
	p := &pointers{stride: stride}
	if n > 3 {
		p.three = GP64()
		LEAQ(Mem{Base: stride, Index: stride, Scale: 2}, p.three)
	}
	for i := 0; i < n; i += 4 {
		b := GP64()
		if i == 0 {
			MOVQ(first, b)
		} else {
			LEAQ(Mem{Base: p.base[i/4-1], Index: stride, Scale: 4}, b)
		}
		p.base = append(p.base, b)
	}
	return p
}

// at returns the address of place i plus an offset in bytes.
func (p *pointers) at(i, offset int) Mem {
	m := Mem{Base: p.base[i/4], Disp: offset}
	switch i % 4 {
	case 1:
		m.Index, m.Scale = p.stride, 1
	case 2:
		m.Index, m.Scale = p.stride, 2
	case 3:
		m.Index, m.Scale = p.three, 1
	}
	return m
}

// advance moves all places by a number of bytes.
func (p *pointers) advance(by Op) {
	for _, b := range p.base {
		ADDQ(by, b)
	}
}
