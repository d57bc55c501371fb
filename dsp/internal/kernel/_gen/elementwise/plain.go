package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"

	"github.com/tailwave/tailwave/dsp/internal/kernel/_gen/share"
)

// Comparison predicates of VCMPPS. They raise no exception for a quiet NaN.
const (
	lessThan       = U8(0x11) // false for NaN
	greaterThan    = U8(0x1e) // false for NaN
	notLessOrEqual = U8(0x16) // true for NaN
)

// add is the body of Level.Add and Level.AddFrames.
func add() body {
	return func(in inputs) vectors {
		x, y := in(0), in(1)
		x.each(func(j int) { VADDPS(y[j], x[j], x[j]) })
		return x
	}
}

// scale is the body of Level.Scale.
func scale() body {
	s := spread("s")
	return func(in inputs) vectors {
		x := in(0)
		x.each(func(j int) { VMULPS(s, x[j], x[j]) })
		return x
	}
}

// relu is the body of Level.ReLU: a comparison and a mask. VMAXPS would keep -0.
func relu() body {
	zero := share.Zeros()
	return func(in inputs) vectors {
		x := in(0)
		x.each(func(j int) {
			keep := YMM()
			VCMPPS(notLessOrEqual, zero, x[j], keep)
			VANDPS(keep, x[j], x[j])
		})
		return x
	}
}

// leakyReLU is the body of Level.LeakyReLU.
func leakyReLU() body {
	slope, zero := spread("slope"), share.Zeros()
	return func(in inputs) vectors {
		x := in(0)
		x.each(func(j int) {
			scaled, negative := YMM(), YMM()
			VMULPS(slope, x[j], scaled)
			VCMPPS(lessThan, zero, x[j], negative)
			VBLENDVPS(negative, scaled, x[j], x[j])
		})
		return x
	}
}
