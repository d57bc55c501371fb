package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// The constants of sin.go in package kernel.
const (
	piHigh   = 0x1.921fb54442d18p+1
	piLow    = 0x1.1a62633145c07p-53
	sinMagic = 0x1.8p52
	sinLimit = 0x1p48
)

var sinCoefficients = []float64{
	1, -0.166666666666565, 0.00833333333046867, -0.0001984126853351394, 2.7557100789424093e-06,
	-2.5035598474975218e-08, 1.5482213053580817e-10,
}

// sin32 emits sin(x). It overwrites x.
func sin32(x vectors) vectors {
	// Above the limit, all bits of x are set, which makes it NaN.
	limit, magnitude := single("sinLimit", sinLimit), word("magnitude", 1<<31-1)
	x.each(func(j int) {
		beyond := YMM()
		VANDPS(magnitude, x[j], beyond)
		VCMPPS(notLessOrEqual, limit, beyond, beyond)
		VORPS(beyond, x[j], x[j])
	})

	magic, inversePi := double("sinMagic", sinMagic), double("inversePi", 1/math.Pi)
	high, low := double("piHigh", piHigh), double("piLow", piLow)
	r := widened(x)
	t, n := loaded(magic, r), like(r)
	t.each(func(h int) { VFMADD231PD(inversePi, r[h], t[h]) })
	n.each(func(h int) { VSUBPD(magic, t[h], n[h]) })
	r.each(func(h int) { VFNMADD231PD(high, n[h], r[h]) })
	r.each(func(h int) { VFNMADD231PD(low, n[h], r[h]) })
	t.each(func(h int) { VPSLLQ(U8(63), t[h], t[h]) })
	r.each(func(h int) { VXORPD(t[h], r[h], r[h]) })

	z := like(r)
	z.each(func(h int) { VMULPD(r[h], r[h], z[h]) })
	p := polynomial(z, "sin", sinCoefficients)
	p.each(func(h int) { VMULPD(r[h], p[h], p[h]) })
	return narrowed(p)
}

// sin is the body of Level.Sin.
func sin() body {
	return func(in inputs) vectors { return sin32(in(0)) }
}

// snake is the body of Level.Snake, for inputs x, a and b.
func snake() body {
	return func(in inputs) vectors {
		x, a := in(0), in(1)
		x.each(func(j int) { VMULPS(x[j], a[j], a[j]) })
		s := sin32(a)
		s.each(func(j int) { VMULPS(s[j], s[j], s[j]) })
		b := in(2)
		s.each(func(j int) { VDIVPS(b[j], s[j], s[j]) })
		x = in(0)
		s.each(func(j int) { VADDPS(s[j], x[j], x[j]) })
		return x
	}
}
