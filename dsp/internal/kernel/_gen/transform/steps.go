package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// steps emits the steps of radix 2 and 4 over rows.
func (v vectors) steps() {
	v.step("split4", "Split4", v.split)
	v.step("join4", "Join4", v.join)
	v.loadSplit4()
	v.loadSplit2()
	v.join2()
}

// A walk goes through the rows of a run, at the same place of each of its quarters or halves.
type walk struct {
	re, im  Register
	m       Register // bytes of a quarter or half
	threeM  Register // 3*m, for quarters
	turns   Register
	rowsNum Register // rows of a quarter or half
}

// row returns the addresses of the vector at offset in part n of the run.
func (w walk) row(base Register, n, offset int) Mem {
	switch n {
	case 0:
		return Mem{Base: base, Disp: offset}
	case 3:
		return Mem{Base: base, Index: w.threeM, Scale: 1, Disp: offset}
	default:
		return Mem{Base: base, Index: w.m, Scale: uint8(n), Disp: offset}
	}
}

// read loads the vector at offset in part n of the run.
func (v vectors) read(w walk, n, offset int) complexVec {
	return complexVec{v.load(w.row(w.re, n, offset)), v.load(w.row(w.im, n, offset))}
}

// write stores the vector at offset in part n of the run.
func (v vectors) write(x complexVec, w walk, n, offset int) {
	VMOVUPD(x.re, w.row(w.re, n, offset))
	VMOVUPD(x.im, w.row(w.im, n, offset))
}

// turns returns a function that returns turn n of a run, in all lanes. AVX-512 has registers to hold the turns; AVX2
// loads them again for each row.
func (v vectors) turns(w walk, count int) func(n int) complexVec {
	load := func(n int) complexVec {
		return complexVec{v.broadcast(Mem{Base: w.turns, Disp: 16 * n}), v.broadcast(Mem{Base: w.turns, Disp: 16*n + 8})}
	}
	if v.bytes == 32 {
		return load
	}
	var held []complexVec
	for n := range count {
		held = append(held, load(n))
	}
	return func(n int) complexVec { return held[n] }
}

// step emits a step of radix 4, in place: butterfly for every row of a quarter, in every run.
func (v vectors) step(name, doc string, butterfly func(x [4]complexVec, turn func(n int) complexVec) [4]complexVec) {
	v.begin(name, "re, im, turns []float64, m int", "is Level."+doc+".")
	w := walk{re: Load(Param("re").Base(), GP64()), im: Load(Param("im").Base(), GP64()), m: GP64(), threeM: GP64()}
	end := Load(Param("re").Len(), GP64())
	SHLQ(Imm(3), end)
	ADDQ(w.re, end)
	w.turns, w.rowsNum = Load(Param("turns").Base(), GP64()), Load(Param("m"), GP64())
	MOVQ(w.rowsNum, w.m)
	SHLQ(Imm(3), w.m)
	LEAQ(Mem{Base: w.m, Index: w.m, Scale: 2}, w.threeM)
	SHRQ(Imm(3), w.rowsNum)
	left := GP64()

	Label("run")
	turn := v.turns(w, 3)
	MOVQ(w.rowsNum, left)
	Label("row")
	for at := 0; at < rowBytes; at += v.bytes {
		var x [4]complexVec
		for n := range x {
			x[n] = v.read(w, n, at)
		}
		for n, y := range butterfly(x, turn) {
			v.write(y, w, n, at)
		}
	}
	ADDQ(Imm(rowBytes), w.re)
	ADDQ(Imm(rowBytes), w.im)
	DECQ(left)
	JNZ(LabelRef("row"))
	ADDQ(Imm(48), w.turns)
	ADDQ(w.threeM, w.re)
	ADDQ(w.threeM, w.im)
	CMPQ(w.re, end)
	JB(LabelRef("run"))
	VZEROUPPER()
	RET()
}

// single emits a function for a single run of parts, over all rows of a part. body emits the code for the vector at an
// offset in bytes.
func (v vectors) single(name, parameters, doc string, parts int, body func(w walk, turn func(n int) complexVec, at int), then func()) {
	v.begin(name, parameters, doc)
	w := walk{re: Load(Param("re").Base(), GP64()), im: Load(Param("im").Base(), GP64()), m: GP64(), threeM: GP64()}
	w.turns = Load(Param("turns").Base(), GP64())
	left := Load(Param("re").Len(), GP64()) // values, then rows of a part
	shift := map[int]uint64{2: 1, 4: 2}[parts]
	SHRQ(Imm(shift), left)
	MOVQ(left, w.m)
	SHLQ(Imm(3), w.m)
	LEAQ(Mem{Base: w.m, Index: w.m, Scale: 2}, w.threeM)
	SHRQ(Imm(3), left)
	turn := v.turns(w, parts-1)
	body(w, turn, -1)
	Label("row")
	for at := 0; at < rowBytes; at += v.bytes {
		body(w, turn, at)
	}
	ADDQ(Imm(rowBytes), w.re)
	ADDQ(Imm(rowBytes), w.im)
	then()
	DECQ(left)
	JNZ(LabelRef("row"))
	VZEROUPPER()
	RET()
}

// loads emits a step that reads its values from halves of a signal of float32.
func (v vectors) loads(name, doc string, parts int, butterfly func(x []complexVec, turn func(n int) complexVec) []complexVec) {
	var x walk // re and im point to the halves of the signal
	v.single(name, "re, im []float64, x []float32, turns []float64", doc, parts, func(w walk, turn func(n int) complexVec, at int) {
		if at < 0 {
			x.re, x.im, x.m, x.threeM = Load(Param("x").Base(), GP64()), GP64(), GP64(), GP64()
			half := Load(Param("re").Len(), GP64())
			LEAQ(Mem{Base: x.re, Index: half, Scale: 4}, x.im)
			MOVQ(w.m, x.m)
			SHRQ(Imm(1), x.m)
			MOVQ(w.threeM, x.threeM)
			SHRQ(Imm(1), x.threeM)
			return
		}
		var values []complexVec
		for n := range parts {
			values = append(values, complexVec{v.widened(x.row(x.re, n, at/2)), v.widened(x.row(x.im, n, at/2))})
		}
		for n, y := range butterfly(values, turn) {
			v.write(y, w, n, at)
		}
	}, func() {
		ADDQ(Imm(rowBytes/2), x.re)
		ADDQ(Imm(rowBytes/2), x.im)
	})
}

func (v vectors) loadSplit4() {
	v.loads("loadSplit4", "is Level.LoadSplit4.", 4, func(x []complexVec, turn func(n int) complexVec) []complexVec {
		y := v.split([4]complexVec(x), turn)
		return y[:]
	})
}

func (v vectors) loadSplit2() {
	v.loads("loadSplit2", "is Level.LoadSplit2.", 2, func(x []complexVec, turn func(n int) complexVec) []complexVec {
		b := v.times(x[1], turn(0))
		return []complexVec{v.plus(x[0], b), v.minus(x[0], b)}
	})
}

func (v vectors) join2() {
	v.single("join2", "re, im, turns []float64", "is Level.Join2.", 2, func(w walk, turn func(n int) complexVec, at int) {
		if at < 0 {
			return
		}
		a, b := v.read(w, 0, at), v.read(w, 1, at)
		v.write(v.plus(a, b), w, 0, at)
		v.write(v.timesConjugate(v.minus(a, b), turn(0)), w, 1, at)
	}, func() {})
}
