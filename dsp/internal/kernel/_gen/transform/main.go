// Command transform writes the assembly of the Fourier transforms of package kernel, and of the copies, roundings and
// interpolations around them:
//
//	go run ./transform -out _out/transform_amd64.s -stubs _out/transform_amd64.go -pkg kernel
//
// Each function computes the operations of its Go definition in the same order.
package main

import (
	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// rowBytes is the number of bytes of a row of kernel.Row float64.
const rowBytes = 64

func main() {
	ConstraintExpr("!purego")
	for _, v := range []vectors{{"AVX2", 32}, {"AVX512", 64}} {
		v.steps()
		if v.bytes == 64 {
			v.loadSplit8()
			v.join8()
		}
		v.splitRows()
		v.joinRows()
	}
	zips()
	interpolate()
	Generate()
}

// vectors describes one version of the functions.
type vectors struct {
	level string // suffix of the names
	bytes int    // of a vector register
}

// register returns a new vector register.
func (v vectors) register() VecVirtual {
	if v.bytes == 64 {
		return ZMM()
	}
	return YMM()
}

// load loads a vector into a new register.
func (v vectors) load(m Mem) VecVirtual {
	r := v.register()
	VMOVUPD(m, r)
	return r
}

// widened loads a vector of float32 into a new register of float64.
func (v vectors) widened(m Mem) VecVirtual {
	r := v.register()
	VCVTPS2PD(m, r)
	return r
}

// broadcast loads a float64 into all lanes of a new register.
func (v vectors) broadcast(m Mem) VecVirtual {
	r := v.register()
	VBROADCASTSD(m, r)
	return r
}

// begin begins a function with the given parameters.
func (v vectors) begin(name, parameters, doc string) {
	v.beginWith(NOSPLIT, name, parameters, doc)
}

// beginWith begins a function with attributes: none if it needs more room on the stack than NOSPLIT allows.
func (v vectors) beginWith(a attr.Attribute, name, parameters, doc string) {
	TEXT(name+v.level, a, "func("+parameters+")")
	Doc(name + v.level + " " + doc)
	Pragma("noescape")
}

// A complexVec is a vector of complex values, with real and imaginary parts in a register each.
type complexVec struct{ re, im VecVirtual }

// plus returns x+y.
func (v vectors) plus(x, y complexVec) complexVec {
	z := complexVec{v.register(), v.register()}
	VADDPD(y.re, x.re, z.re)
	VADDPD(y.im, x.im, z.im)
	return z
}

// minus returns x-y.
func (v vectors) minus(x, y complexVec) complexVec {
	z := complexVec{v.register(), v.register()}
	VSUBPD(y.re, x.re, z.re)
	VSUBPD(y.im, x.im, z.im)
	return z
}

// plusTurned returns x+i*y.
func (v vectors) plusTurned(x, y complexVec) complexVec {
	z := complexVec{v.register(), v.register()}
	VSUBPD(y.im, x.re, z.re)
	VADDPD(y.re, x.im, z.im)
	return z
}

// minusTurned returns x-i*y.
func (v vectors) minusTurned(x, y complexVec) complexVec {
	z := complexVec{v.register(), v.register()}
	VADDPD(y.im, x.re, z.re)
	VSUBPD(y.re, x.im, z.im)
	return z
}

// times returns x*w, as turned in package kernel.
func (v vectors) times(x, w complexVec) complexVec {
	z := complexVec{v.register(), v.register()}
	VMULPD(w.im, x.im, z.re)
	VMULPD(w.re, x.im, z.im)
	VFMSUB231PD(w.re, x.re, z.re)
	VFMADD231PD(w.im, x.re, z.im)
	return z
}

// timesConjugate returns x*conj(w), as turnedBack in package kernel.
func (v vectors) timesConjugate(x, w complexVec) complexVec {
	z := complexVec{v.register(), v.register()}
	VMULPD(w.im, x.im, z.re)
	VMULPD(w.im, x.re, z.im)
	VFMADD231PD(w.re, x.re, z.re)
	VFMSUB231PD(w.re, x.im, z.im)
	return z
}

// timesConjugateTurned returns -i*x*conj(w), as turnedBack in package kernel of the exchanged parts of x.
func (v vectors) timesConjugateTurned(x, w complexVec) complexVec {
	z := complexVec{v.register(), v.register()}
	VMULPD(w.im, x.re, z.re)
	VMULPD(w.im, x.im, z.im)
	VFMSUB231PD(w.re, x.im, z.re)
	VFNMSUB231PD(w.re, x.re, z.im)
	return z
}

// split is split in package kernel. The turns are loaded when they are needed.
func (v vectors) split(x [4]complexVec, turn func(n int) complexVec) [4]complexVec {
	c := v.times(x[2], turn(1))
	p, s := v.plus(x[0], c), v.minus(x[0], c)
	b := v.times(x[1], turn(0))
	d := v.times(x[3], turn(2))
	q, t := v.plus(b, d), v.minus(b, d)
	return [4]complexVec{v.plus(p, q), v.plusTurned(s, t), v.minus(p, q), v.minusTurned(s, t)}
}

// join is join in package kernel.
func (v vectors) join(x [4]complexVec, turn func(n int) complexVec) [4]complexVec {
	p, s := v.plus(x[0], x[2]), v.minus(x[0], x[2])
	q, t := v.plus(x[1], x[3]), v.minus(x[1], x[3])
	return [4]complexVec{
		v.plus(p, q),
		v.timesConjugate(v.minusTurned(s, t), turn(0)),
		v.timesConjugate(v.minus(p, q), turn(1)),
		v.timesConjugate(v.plusTurned(s, t), turn(2)),
	}
}
