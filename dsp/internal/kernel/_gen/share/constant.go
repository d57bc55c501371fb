package share

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

var constants = map[string]Mem{}

// Words returns the place of a constant, whose 8-byte words are given: those of a vector or more, or fewer that repeat.
func Words(name string, words ...uint64) Mem {
	if m, ok := constants[name]; ok {
		return m
	}
	m := GLOBL(name, RODATA|NOPTR)
	for i := range max(len(words), 4) {
		DATA(8*i, U64(words[i%len(words)]))
	}
	constants[name] = m
	return m
}

// Held loads a constant into a register of its own.
func Held(m Mem) VecVirtual {
	v := YMM()
	VMOVUPS(m, v)
	return v
}

// Zeros returns a vector of zeros.
func Zeros() VecVirtual {
	v := YMM()
	VXORPS(v, v, v)
	return v
}
