// Command pcm writes the AVX2 assembly of package pcm:
//
//	go run ./pcm -out _out/pcm_amd64.s -stubs _out/pcm_amd64.go -pkg pcm
//
// The functions process whole vectors of 8 samples. The slices of samples and codes have the same length, a multiple of
// 8 and at least 8.
package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// lanes is the number of samples of a vector.
const lanes = 8

// Comparison predicates of VCMPPS. They raise no exception for a quiet NaN.
const (
	unordered      = U8(0x03)
	notLessOrEqual = U8(0x16) // true for NaN
)

func main() {
	ConstraintExpr("!purego")
	peak()
	quantize()
	dither()
	pack("pack8AVX2", 1, pack8)
	pack("pack16AVX2", 2, pack16)
	pack("pack24AVX2", 3, pack24)
	packFloat("packF32AVX2", 4, packF32)
	packFloat("packF64AVX2", 8, packF64)
	Generate()
}

// begin begins a function. doc continues its name.
func begin(name, signature string, doc ...string) {
	TEXT(name, NOSPLIT, "func"+signature)
	doc[0] = name + " " + doc[0]
	Doc(doc...)
	Pragma("noescape")
}

// start loads the address of the first element of a slice parameter.
func start(name string) Mem { return Mem{Base: Load(Param(name).Base(), GP64())} }

// vectors returns the number of vectors in a slice parameter of samples or codes.
func vectors(name string) Register {
	n := Load(Param(name).Len(), GP64())
	SHRQ(Imm(3), n)
	return n
}

// next emits the end of a loop over n vectors: it advances addresses and jumps to the label while vectors are left.
func next(label string, n Register, steps ...step) {
	for _, s := range steps {
		ADDQ(Imm(uint64(s.bytes)), s.at.Base)
	}
	DECQ(n)
	JNZ(LabelRef(label))
}

// A step is the bytes by which an address advances for each vector.
type step struct {
	at    Mem
	bytes int
}

// spread loads a parameter into all lanes of a new register.
func spread(name string, broadcast func(ops ...Op)) VecVirtual {
	a, err := Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	v := YMM()
	broadcast(a.Addr, v)
	return v
}

// anySet emits the return of a function whose result is whether any lane of a mask is set.
func anySet(mask VecVirtual) {
	bits, is := GP32(), GP8()
	VMOVMSKPS(mask, bits)
	TESTL(bits, bits)
	SETNE(is)
	VZEROUPPER()
	Store(is, ReturnIndex(0))
	RET()
}
