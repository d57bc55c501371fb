package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// inMemory emits the loop of a function for AVX2, whose registers hold half a row of a quarter of a group. body
// computes a group. It has room for the values of a group, real parts and then imaginary parts. advance moves further
// arguments to the next group.
func (v vectors) inMemory(body func(g groups, room Register), advance func()) {
	g := newGroups()
	room := GP64()
	LEAQ(AllocLocal(2*groupBytes+rowBytes), room)
	ADDQ(Imm(rowBytes-1), room)
	ANDQ(I8(-rowBytes), room) // a vector is then inside a cache line
	Label("group")
	body(g, room)
	g.advance()
	advance()
	DECQ(g.left)
	JNZ(LabelRef("group"))
	VZEROUPPER()
	RET()
}

// inRoom returns the vector in half a row of the values at room.
func (v vectors) inRoom(room Register, row, half int) complexVec {
	m := func(at int) Mem { return Mem{Base: room, Disp: at + row*rowBytes + half*v.bytes} }
	return complexVec{v.load(m(0)), v.load(m(groupBytes))}
}

func (v vectors) toRoom(x complexVec, room Register, row, half int) {
	VMOVUPD(x.re, Mem{Base: room, Disp: row*rowBytes + half*v.bytes})
	VMOVUPD(x.im, Mem{Base: room, Disp: groupBytes + row*rowBytes + half*v.bytes})
}

// splitGroup computes the step over the rows of a group, half a run at a time, transposes the results to the room, and
// computes the steps inside the rows from there.
func (v vectors) splitGroup(g groups, room Register) {
	for run := range 2 {
		for half := range 2 {
			var x [4]complexVec
			for n := range x {
				x[n] = v.value(g.re, g.im, (4*run+n)*rowBytes+half*v.bytes)
			}
			for n, y := range v.transposed4(v.split(x, v.runTurns(g, 0, run))) {
				v.toRoom(y, room, 4*half+n, run)
			}
		}
	}
	for half := range 2 {
		at, turn := half*v.bytes, v.turn(g, 0, half*v.bytes)
		for s, y := range v.split(v.everySecond(room, 0, half), turn) {
			v.store(y, g.re, g.im, 2*s*rowBytes+at)
		}
		for s, o := range v.split(v.everySecond(room, 1, half), turn) {
			x, y := v.part(s, v.value(g.re, g.im, 2*s*rowBytes+at), o, turn)
			v.store(x, g.re, g.im, 2*s*rowBytes+at)
			v.store(y, g.re, g.im, (2*s+1)*rowBytes+at)
		}
	}
}

// joinGroup adds the products, undoes the steps inside the rows, and then the step over the rows.
func (v vectors) joinGroup(g groups, room Register, sums sums) {
	for half := range 2 {
		turn := v.turn(g, 0, half*v.bytes)
		var odd [4]complexVec
		for s := range odd {
			x, y := v.sum(sums, s, half*v.bytes)
			e, o := v.unpart(s, x, y, turn)
			v.toRoom(e, room, 2*s, half)
			odd[s] = o
		}
		for n, y := range v.join(odd, turn) {
			v.toRoom(y, room, 2*n+1, half)
		}
		for n, y := range v.join(v.everySecond(room, 0, half), turn) {
			v.toRoom(y, room, 2*n, half)
		}
	}
	for run := range 2 {
		for half := range 2 {
			var x [4]complexVec
			for n := range x {
				x[n] = v.inRoom(room, 4*half+n, run)
			}
			for n, y := range v.join(v.transposed4(x), v.runTurns(g, 0, run)) {
				v.store(y, g.re, g.im, (4*run+n)*rowBytes+half*v.bytes)
			}
		}
	}
}

// everySecond returns half of every second row in the room, from row first on.
func (v vectors) everySecond(room Register, first, half int) (x [4]complexVec) {
	for n := range x {
		x[n] = v.inRoom(room, 2*n+first, half)
	}
	return x
}

// transposed4 transposes four rows of four values.
func (v vectors) transposed4(x [4]complexVec) (y [4]complexVec) {
	re := transposed4([4]VecVirtual{x[0].re, x[1].re, x[2].re, x[3].re})
	im := transposed4([4]VecVirtual{x[0].im, x[1].im, x[2].im, x[3].im})
	for n := range y {
		y[n] = complexVec{re[n], im[n]}
	}
	return y
}

// transposed4 transposes a block of 4x4 values.
func transposed4(x [4]VecVirtual) (y [4]VecVirtual) {
	var t [4]VecVirtual
	for i := range t {
		t[i], y[i] = YMM(), YMM()
	}
	VUNPCKLPD(x[1], x[0], t[0])
	VUNPCKHPD(x[1], x[0], t[1])
	VUNPCKLPD(x[3], x[2], t[2])
	VUNPCKHPD(x[3], x[2], t[3])
	VPERM2F128(Imm(0x20), t[2], t[0], y[0])
	VPERM2F128(Imm(0x20), t[3], t[1], y[1])
	VPERM2F128(Imm(0x31), t[2], t[0], y[2])
	VPERM2F128(Imm(0x31), t[3], t[1], y[3])
	return y
}
