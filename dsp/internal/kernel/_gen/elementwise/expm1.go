package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"

	"github.com/tailwave/tailwave/dsp/internal/kernel/_gen/share"
)

// The constants of expm1.go in package kernel.
const (
	expMagic = 0x1.8p52 + 1023
	expLimit = 104.5
)

var expCoefficients = []float64{
	1, 0.49999999999910233, 0.16666666719042703, 0.04166666685336125, 0.008333298465901372, 0.0013888824238576071,
	0.00019899288091186415, 2.487612019529646e-05,
}

// one returns the address of a vector of 4 float64, all 1.
func one() Mem { return double("one", 1) }

// expParts emits s = 2^n and q = e^r - 1, as expParts in package kernel. It overwrites x.
func expParts(x vectors) (s, q doubles) {
	// If a value is NaN, VMINPS and VMAXPS return their second source, which is the first operand here: x.
	highest, lowest := share.Held(single("expLimit", expLimit)), share.Held(single("minusExpLimit", -expLimit))
	x.each(func(j int) { VMINPS(x[j], highest, x[j]) })
	x.each(func(j int) { VMAXPS(x[j], lowest, x[j]) })

	magic, log2e, ln2 := double("expMagic", expMagic), double("log2e", 1/math.Ln2), double("ln2", math.Ln2)
	r := widened(x)
	s = loaded(magic, r)
	s.each(func(h int) { VFMADD231PD(log2e, r[h], s[h]) })
	n := like(r)
	n.each(func(h int) { VSUBPD(magic, s[h], n[h]) })
	r.each(func(h int) { VFNMADD231PD(ln2, n[h], r[h]) })
	s.each(func(h int) { VPSLLQ(U8(52), s[h], s[h]) })

	q = polynomial(r, "exp", expCoefficients)
	q.each(func(h int) { VMULPD(r[h], q[h], q[h]) })
	return s, q
}

// exp64 emits e^x, which replaces q.
func exp64(s, q doubles) {
	q.each(func(h int) { VFMADD213PD(s[h], s[h], q[h]) })
}

// expm164 emits e^x - 1, which replaces q.
func expm164(s, q doubles) {
	rest := loaded(one(), s)
	rest.each(func(h int) { VSUBPD(s[h], rest[h], rest[h]) })
	q.each(func(h int) { VFMSUB213PD(rest[h], s[h], q[h]) })
}

// exp is the body of Level.Exp.
func exp() body {
	return func(in inputs) vectors {
		s, q := expParts(in(0))
		exp64(s, q)
		return narrowed(q)
	}
}

// expm1 is the body of Level.Expm1.
func expm1() body {
	return func(in inputs) vectors {
		s, q := expParts(in(0))
		expm164(s, q)
		return narrowed(q)
	}
}

// tanh is the body of Level.Tanh.
func tanh() body {
	two := double("two", 2)
	return func(in inputs) vectors {
		x := in(0)
		x.each(func(j int) { VADDPS(x[j], x[j], x[j]) })
		s, q := expParts(x)
		expm164(s, q)
		below := like(q)
		q.each(func(h int) { VADDPD(two, q[h], below[h]) })
		q.each(func(h int) { VDIVPD(below[h], q[h], q[h]) })
		return narrowed(q)
	}
}

// sigmoid is the body of Level.Sigmoid.
func sigmoid() body {
	sign, unit := word("sign", 1<<31), one()
	return func(in inputs) vectors {
		x := in(0)
		x.each(func(j int) { VXORPS(sign, x[j], x[j]) })
		s, q := expParts(x)
		exp64(s, q)
		q.each(func(h int) { VADDPD(unit, q[h], q[h]) })
		above := loaded(unit, q)
		q.each(func(h int) { VDIVPD(q[h], above[h], above[h]) })
		return narrowed(above)
	}
}

// elu is the body of Level.ELU.
func elu() body {
	alpha := spread("alpha")
	VCVTPS2PD(alpha.AsX(), alpha)
	return func(in inputs) vectors {
		s, q := expParts(in(0))
		expm164(s, q)
		q.each(func(h int) { VMULPD(alpha, q[h], q[h]) })
		x, y, zero := in(0), narrowed(q), share.Zeros()
		y.each(func(j int) {
			positive := YMM()
			VCMPPS(greaterThan, zero, x[j], positive)
			VBLENDVPS(positive, x[j], y[j], y[j])
		})
		return y
	}
}
