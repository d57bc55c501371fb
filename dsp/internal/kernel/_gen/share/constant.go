package share

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// constants holds the constants already emitted, by name.
var constants = map[string]Mem{}

// Words returns the address of a read-only constant of 8-byte words, at least 4. Fewer words are repeated to fill a
// vector of 32 bytes. The constant is emitted at the first call for its name.
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

// Held loads a vector constant into a new register.
func Held(m Mem) VecVirtual {
	v := YMM()
	VMOVUPS(m, v)
	return v
}

// Zeros returns a new register with a vector of zeros.
func Zeros() VecVirtual {
	v := YMM()
	VXORPS(v, v, v)
	return v
}
