package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"github.com/tailwave/tailwave/dsp/internal/kernel/_gen/share"
)

// double returns the address of a vector of 4 float64, all v.
func double(name string, v float64) Mem {
	w := math.Float64bits(v)
	return share.Words(name, w)
}

// single returns the address of a vector of 8 float32, all v.
func single(name string, v float32) Mem { return word(name, math.Float32bits(v)) }

// word returns the address of a vector of 8 words of 32 bits, all w.
func word(name string, w uint32) Mem {
	d := uint64(w)<<32 | uint64(w)
	return share.Words(name, d)
}

// masks returns the address of 8 words of 32 ones and 8 words of zeros. The vector that begins at word 8-n is a mask of
// the first n lanes.
func masks() Mem {
	const ones = 1<<64 - 1
	return share.Words("masks", ones, ones, ones, ones, 0, 0, 0, 0)
}

// spread loads a float32 parameter into all lanes of a new register.
func spread(name string) VecVirtual {
	a, err := Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	v := YMM()
	VBROADCASTSS(a.Addr, v)
	return v
}
