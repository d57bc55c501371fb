package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// An eighths goes through the rows of a run, at the same place of each of its eighths.
type eighths struct {
	base [2][2]Register // the real and the imaginary parts of the first four eighths, and of the last four
	size uint8          // bytes of a value, divided by 4
}

// eighthsOf returns the eighths of the values at re and im. m is the number of bytes of an eighth in float32.
func eighthsOf(re, im, m Register, size uint8) eighths {
	e := eighths{[2][2]Register{{re, GP64()}, {im, GP64()}}, size}
	for _, b := range e.base {
		four := GP64()
		MOVQ(m, four)
		SHLQ(Imm(2+uint64(size-1)), four)
		LEAQ(Mem{Base: b[0], Index: four, Scale: 1}, b[1])
	}
	return e
}

// place returns the address of the vector at offset in eighth n. m and threeM are one and three eighths, in bytes of
// float32.
func (e eighths) place(part, n, offset int, m, threeM Register) Mem {
	a := Mem{Base: e.base[part][n/4], Disp: offset}
	switch n % 4 {
	case 1:
		a.Index, a.Scale = m, e.size
	case 2:
		a.Index, a.Scale = m, 2*e.size
	case 3:
		a.Index, a.Scale = threeM, e.size
	}
	return a
}

func (e eighths) advance(bytes uint64) {
	for _, b := range e.base {
		ADDQ(Imm(bytes), b[0])
		ADDQ(Imm(bytes), b[1])
	}
}

// loadSplit8 emits Level.LoadSplit8, and join8 Level.Join8, for AVX-512, which has registers for eight values.
func (v vectors) loadSplit8() {
	v.begin("loadSplit8", "re, im []float64, x []float32, two, four []float64", "is Level.LoadSplit8.")
	m, threeM, left, turn2, turns := v.eighthArguments()
	x := Load(Param("x").Base(), GP64())
	half, imaginary := Load(Param("re").Len(), GP64()), GP64()
	LEAQ(Mem{Base: x, Index: half, Scale: 4}, imaginary)
	from := eighthsOf(x, imaginary, m, 1)
	to := eighthsOf(Load(Param("re").Base(), GP64()), Load(Param("im").Base(), GP64()), m, 2)
	Label("row")
	var y [8]complexVec
	for n := range 4 {
		read := func(n int) complexVec {
			return complexVec{v.widened(from.place(0, n, 0, m, threeM)), v.widened(from.place(1, n, 0, m, threeM))}
		}
		a, b := read(n), v.times(read(n+4), turn2)
		y[n], y[n+4] = v.plus(a, b), v.minus(a, b)
	}
	for run := range 2 {
		for n, z := range v.split([4]complexVec(y[4*run:]), v.loadedTurns(turns, run)) {
			VMOVUPD(z.re, to.place(0, 4*run+n, 0, m, threeM))
			VMOVUPD(z.im, to.place(1, 4*run+n, 0, m, threeM))
		}
	}
	from.advance(rowBytes / 2)
	to.advance(rowBytes)
	DECQ(left)
	JNZ(LabelRef("row"))
	VZEROUPPER()
	RET()
}

func (v vectors) join8() {
	v.begin("join8", "re, im, two, four []float64", "is Level.Join8.")
	m, threeM, left, turn2, turns := v.eighthArguments()
	x := eighthsOf(Load(Param("re").Base(), GP64()), Load(Param("im").Base(), GP64()), m, 2)
	Label("row")
	var y [8]complexVec
	for run := range 2 {
		var z [4]complexVec
		for n := range z {
			z[n] = complexVec{v.load(x.place(0, 4*run+n, 0, m, threeM)), v.load(x.place(1, 4*run+n, 0, m, threeM))}
		}
		z = v.join(z, v.loadedTurns(turns, run))
		copy(y[4*run:], z[:])
	}
	for n := range 4 {
		sum, rest := v.plus(y[n], y[n+4]), v.timesConjugate(v.minus(y[n], y[n+4]), turn2)
		for i, z := range []complexVec{sum, rest} {
			VMOVUPD(z.re, x.place(0, n+4*i, 0, m, threeM))
			VMOVUPD(z.im, x.place(1, n+4*i, 0, m, threeM))
		}
	}
	x.advance(rowBytes)
	DECQ(left)
	JNZ(LabelRef("row"))
	VZEROUPPER()
	RET()
}

// eighthArguments loads the size of an eighth, in bytes of float32, three times that, the number of rows of an eighth,
// the turn of the step of radix 2, and the address of the turns of the step of radix 4.
func (v vectors) eighthArguments() (m, threeM, left Register, turn2 complexVec, turns Register) {
	rows := Load(Param("re").Len(), GP64())
	SHRQ(Imm(6), rows)
	eighth, three := GP64(), GP64()
	MOVQ(rows, eighth)
	SHLQ(Imm(5), eighth)
	LEAQ(Mem{Base: eighth, Index: eighth, Scale: 2}, three)
	two := Load(Param("two").Base(), GP64())
	turn2 = complexVec{v.broadcast(Mem{Base: two}), v.broadcast(Mem{Base: two, Disp: 8})}
	return eighth, three, rows, turn2, Load(Param("four").Base(), GP64())
}

// loadedTurns returns a function that loads a turn of a run, in all lanes.
func (v vectors) loadedTurns(turns Register, run int) func(n int) complexVec {
	return func(n int) complexVec {
		at := 48*run + 16*n
		return complexVec{v.broadcast(Mem{Base: turns, Disp: at}), v.broadcast(Mem{Base: turns, Disp: at + 8})}
	}
}
