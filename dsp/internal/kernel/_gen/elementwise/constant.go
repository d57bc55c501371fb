package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

var constants = map[string]Mem{}

// constant returns the place of a 32-byte constant, whose 8-byte words are given.
func constant(name string, words ...uint64) Mem {
	if m, ok := constants[name]; ok {
		return m
	}
	m := GLOBL(name, RODATA|NOPTR)
	for i, w := range words {
		DATA(8*i, U64(w))
	}
	constants[name] = m
	return m
}

// double returns a vector of 4 float64, all v.
func double(name string, v float64) Mem {
	w := math.Float64bits(v)
	return constant(name, w, w, w, w)
}

// single returns a vector of 8 float32, all v.
func single(name string, v float32) Mem { return word(name, math.Float32bits(v)) }

// word returns a vector of 8 words, all w.
func word(name string, w uint32) Mem {
	d := uint64(w)<<32 | uint64(w)
	return constant(name, d, d, d, d)
}

// masks returns 8 words of ones, then 8 of zeros: the vector that begins at word 8-n selects n lanes.
func masks() Mem {
	const ones = 1<<64 - 1
	return constant("masks", ones, ones, ones, ones, 0, 0, 0, 0)
}

// held loads a constant into a register of its own.
func held(m Mem) VecVirtual {
	v := YMM()
	VMOVUPS(m, v)
	return v
}

// spread fills a register with a float32 parameter.
func spread(name string) VecVirtual {
	a, err := Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	v := YMM()
	VBROADCASTSS(a.Addr, v)
	return v
}
