package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// inRegisters emits the loop of a function for AVX-512, which has registers for a whole group. The work on a group has
// two halves. The second half follows the first half of the next group, so that the processor has independent
// instructions while it waits for results. A half is called with the place of its group after the current one: 0 or 1.
// advance moves further arguments to the next group.
func (v vectors) inRegisters(first, second func(g groups, next int), advance func()) {
	g := newGroups()
	first(g, 0)
	JMP(LabelRef("test"))
	Label("group")
	first(g, 1)
	second(g, 0)
	g.advance()
	advance()
	Label("test")
	DECQ(g.left)
	JNZ(LabelRef("group"))
	second(g, 0)
	VZEROUPPER()
	RET()
}

// splitRuns computes the step over rows and transposes the rows.
func (v vectors) splitRuns(g groups, next int) {
	x := v.read8(g, next)
	for run := range 2 {
		y := v.split([4]complexVec(x[4*run:]), v.runTurns(g, next, run))
		copy(x[4*run:], y[:])
	}
	v.write8(v.transposed(x), g, next)
}

// splitInside computes the steps inside the rows, after they have been transposed.
func (v vectors) splitInside(g groups, next int) {
	x := v.read8(g, next)
	turn := v.turn(g, next, 0)
	even, odd := v.split([4]complexVec{x[0], x[2], x[4], x[6]}, turn), v.split([4]complexVec{x[1], x[3], x[5], x[7]}, turn)
	for s := range 4 {
		x[2*s], x[2*s+1] = v.part(s, even[s], odd[s], turn)
	}
	v.write8(x, g, next)
}

// joinInside adds the products, and undoes splitInside.
func (v vectors) joinInside(g groups, next int, sums sums) {
	turn := v.turn(g, next, 0)
	var even, odd [4]complexVec
	for s := range 4 {
		x, y := v.sum(sums, s, next*groupBytes)
		even[s], odd[s] = v.unpart(s, x, y, turn)
	}
	even, odd = v.join(even, turn), v.join(odd, turn)
	var x [8]complexVec
	for n := range 4 {
		x[2*n], x[2*n+1] = even[n], odd[n]
	}
	v.write8(x, g, next)
}

// joinRuns undoes splitRuns.
func (v vectors) joinRuns(g groups, next int) {
	x := v.transposed(v.read8(g, next))
	for run := range 2 {
		y := v.join([4]complexVec(x[4*run:]), v.runTurns(g, next, run))
		copy(x[4*run:], y[:])
	}
	v.write8(x, g, next)
}

func (v vectors) read8(g groups, next int) (x [8]complexVec) {
	for n := range x {
		x[n] = v.value(g.re, g.im, next*groupBytes+n*rowBytes)
	}
	return x
}

func (v vectors) write8(x [8]complexVec, g groups, next int) {
	for n := range x {
		v.store(x[n], g.re, g.im, next*groupBytes+n*rowBytes)
	}
}

// transposed transposes eight rows of eight values.
func (v vectors) transposed(x [8]complexVec) (y [8]complexVec) {
	var re, im [8]VecVirtual
	for n := range x {
		re[n], im[n] = x[n].re, x[n].im
	}
	re, im = transposed8(re), transposed8(im)
	for n := range y {
		y[n] = complexVec{re[n], im[n]}
	}
	return y
}

// transposed8 transposes a block of 8x8 values.
func transposed8(x [8]VecVirtual) (y [8]VecVirtual) {
	for odd := range 2 { // columns of even, then of odd index
		var t [4]VecVirtual
		for n := range t {
			t[n] = ZMM()
			if odd == 0 {
				VUNPCKLPD(x[2*n+1], x[2*n], t[n])
			} else {
				VUNPCKHPD(x[2*n+1], x[2*n], t[n])
			}
		}
		for half, imm := range []uint64{0x88, 0xdd} { // columns 0 and 4, then 2 and 6
			u, w := ZMM(), ZMM()
			VSHUFF64X2(Imm(imm), t[1], t[0], u)
			VSHUFF64X2(Imm(imm), t[3], t[2], w)
			low, high := ZMM(), ZMM()
			VSHUFF64X2(Imm(0x88), w, u, low)
			VSHUFF64X2(Imm(0xdd), w, u, high)
			y[2*half+odd], y[2*half+odd+4] = low, high
		}
	}
	return y
}
