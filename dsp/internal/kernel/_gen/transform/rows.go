package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// groups are the arguments of a function that goes through groups of eight rows.
type groups struct {
	re, im, turns, left Register
}

// groupBytes and groupTurns are the numbers of bytes of the values and the turns of a group.
const (
	groupBytes = 8 * rowBytes
	groupTurns = 12 * rowBytes
)

func newGroups() groups {
	re, im := Load(Param("re").Base(), GP64()), Load(Param("im").Base(), GP64())
	turns, left := Load(Param("turns").Base(), GP64()), Load(Param("re").Len(), GP64())
	SHRQ(Imm(6), left)
	return groups{re, im, turns, left}
}

// advance goes to the next group.
func (g groups) advance() {
	ADDQ(U32(groupBytes), g.re)
	ADDQ(U32(groupBytes), g.im)
	ADDQ(U32(groupTurns), g.turns)
}

// rowsAttribute returns the attributes of splitRows and joinRows. The version for AVX2 has room for a group on the
// stack.
func (v vectors) rowsAttribute() attr.Attribute {
	if v.bytes == 64 {
		return NOSPLIT
	}
	return 0
}

// splitRows emits Level.SplitRows, and joinRows emits Level.JoinRows.
func (v vectors) splitRows() {
	v.beginWith(v.rowsAttribute(), "splitRows", "re, im, turns []float64", "is Level.SplitRows.")
	if v.bytes == 64 {
		v.inRegisters(v.splitRuns, v.splitInside, func() {})
	} else {
		v.inMemory(v.splitGroup, func() {})
	}
}

func (v vectors) joinRows() {
	v.beginWith(v.rowsAttribute(), "joinRows", "re, im, turns []float64, products []struct{ Re, Im, FilterRe, FilterIm []float64 }, at int",
		"is Level.JoinRows.")
	s := sums{at: Load(Param("at"), GP64())}
	SHLQ(Imm(3), s.at)
	s.products, s.count = Load(Param("products").Base(), GP64()), Load(Param("products").Len(), GP64())
	advance := func() { ADDQ(U32(groupBytes), s.at) }
	if v.bytes == 64 {
		v.inRegisters(func(g groups, next int) { v.joinInside(g, next, s) }, v.joinRuns, advance)
	} else {
		v.inMemory(func(g groups, room Register) { v.joinGroup(g, room, s) }, advance)
	}
}

// A butterfly is a step of radix 4.
type butterfly func(x [4]complexVec, turn func(n int) complexVec) [4]complexVec

// runTurns returns a function that loads a turn of a run of four rows, in all lanes.
func (v vectors) runTurns(g groups, next, run int) func(n int) complexVec {
	return func(n int) complexVec {
		at := next*groupTurns + 10*rowBytes + 48*run + 16*n
		return complexVec{v.broadcast(Mem{Base: g.turns, Disp: at}), v.broadcast(Mem{Base: g.turns, Disp: at + 8})}
	}
}

// sums are the arguments of sum: the products, their number, and the place of the group in bytes.
type sums struct{ products, count, at Register }

// product is the number of bytes of a kernel.SpectrumProduct: four slices.
const productBytes = 4 * 24

// sum returns the sums of products for the values in rows 2*n and 2*n+1 of a group, at an offset in bytes.
func (v vectors) sum(s sums, n, offset int) (x, y complexVec) {
	x, y = complexVec{v.register(), v.register()}, complexVec{v.register(), v.register()}
	p, left := GP64(), GP64()
	MOVQ(s.products, p)
	v.multiply(p, s.at, 2*n*rowBytes+offset, x, false)
	v.multiply(p, s.at, (2*n+1)*rowBytes+offset, y, false)
	MOVQ(s.count, left)
	name := labels.next()
	JMP(LabelRef(name + "test"))
	Label(name)
	ADDQ(Imm(productBytes), p)
	v.multiply(p, s.at, 2*n*rowBytes+offset, x, true)
	v.multiply(p, s.at, (2*n+1)*rowBytes+offset, y, true)
	Label(name + "test")
	DECQ(left)
	JNZ(LabelRef(name))
	return x, y
}

// multiply sets dst to a product, or adds it.
func (v vectors) multiply(p, at Register, offset int, dst complexVec, add bool) {
	var base [4]GPVirtual
	for i := range base {
		base[i] = GP64()
		MOVQ(Mem{Base: p, Disp: 24 * i}, base[i])
	}
	place := func(i int) Mem { return Mem{Base: base[i], Index: at, Scale: 1, Disp: offset} }
	a, b, c, d := v.load(place(0)), v.load(place(1)), v.load(place(2)), v.load(place(3))
	if add {
		VFMADD231PD(c, a, dst.re)
		VFMADD231PD(d, a, dst.im)
	} else {
		VMULPD(c, a, dst.re)
		VMULPD(d, a, dst.im)
	}
	VFNMADD231PD(d, b, dst.re)
	VFMADD231PD(c, b, dst.im)
}

// A counter makes names of labels.
type counter int

var labels counter

func (c *counter) next() string {
	*c++
	return fmt.Sprintf("product%d", *c)
}

// value returns the vector at an offset in bytes of the values at re and im.
func (v vectors) value(re, im Register, at int) complexVec {
	return complexVec{v.load(Mem{Base: re, Disp: at}), v.load(Mem{Base: im, Disp: at})}
}

// store stores the vector at an offset in bytes of the values at re and im.
func (v vectors) store(x complexVec, re, im Register, at int) {
	VMOVUPD(x.re, Mem{Base: re, Disp: at})
	VMOVUPD(x.im, Mem{Base: im, Disp: at})
}

// turn returns a function that loads turn n inside the rows of a group: 0 to 2 for the step of radix 4, 3 and 4 for
// those of radix 2.
func (v vectors) turn(g groups, next, at int) func(n int) complexVec {
	return func(n int) complexVec {
		m := func(row int) Mem { return Mem{Base: g.turns, Disp: next*groupTurns + row*rowBytes + at} }
		return complexVec{v.load(m(2 * n)), v.load(m(2*n + 1))}
	}
}

// part computes e+u*o and e-u*o for part s of the results of the step of radix 4.
func (v vectors) part(s int, e, o complexVec, turn func(n int) complexVec) (x, y complexVec) {
	t := v.times(o, turn(3+s%2))
	if s >= 2 {
		return v.plusTurned(e, t), v.minusTurned(e, t)
	}
	return v.plus(e, t), v.minus(e, t)
}

// unpart undoes part, except for a factor of 2.
func (v vectors) unpart(s int, x, y complexVec, turn func(n int) complexVec) (e, o complexVec) {
	u := turn(3 + s%2)
	e = v.plus(x, y)
	if s >= 2 {
		return e, v.timesConjugateTurned(v.minus(x, y), u)
	}
	return e, v.timesConjugate(v.minus(x, y), u)
}
