// Command pcm writes the AVX2 assembly of package pcm. Its functions process whole vectors of 8 samples, at least one:
//
//	go run ./pcm -out _out/pcm_amd64.s -stubs _out/pcm_amd64.go -pkg pcm
package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// lanes is the number of samples of a vector.
const lanes = 8

// Predicates of VCMPPS and VCMPPD that raise no exception for a quiet NaN.
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

// begin starts a function with its signature and documentation.
func begin(name, signature string, doc ...string) {
	TEXT(name, NOSPLIT, "func"+signature)
	doc[0] = name + " " + doc[0]
	Doc(doc...)
	Pragma("noescape")
}

// start loads the address of the first element of a slice.
func start(name string) Mem { return Mem{Base: Load(Param(name).Base(), GP64())} }

// vectors loads the number of whole vectors in a slice of samples.
func vectors(name string) Register {
	n := Load(Param(name).Len(), GP64())
	SHRQ(Imm(3), n)
	return n
}

// next advances each address by its number of bytes and jumps to the label while vectors are left.
func next(label string, n Register, steps ...step) {
	for _, s := range steps {
		ADDQ(Imm(uint64(s.bytes)), s.at.Base)
	}
	DECQ(n)
	JNZ(LabelRef(label))
}

type step struct {
	at    Mem
	bytes int
}

// spread fills every lane of a register with a parameter.
func spread(name string, broadcast func(ops ...Op)) VecVirtual {
	a, err := Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	v := YMM()
	broadcast(a.Addr, v)
	return v
}

// anySet returns whether a lane of a mask is set.
func anySet(mask VecVirtual) {
	bits, is := GP32(), GP8()
	VMOVMSKPS(mask, bits)
	TESTL(bits, bits)
	SETNE(is)
	VZEROUPPER()
	Store(is, ReturnIndex(0))
	RET()
}
