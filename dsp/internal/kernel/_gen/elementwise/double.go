package main

import (
	"fmt"
	"slices"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// doubles are float64 values in registers of 4 lanes, two registers for each vector of 8 float32.
type doubles []VecVirtual

// like returns as many new registers as v has.
func like(v doubles) doubles {
	w := make(doubles, len(v))
	for h := range w {
		w[h] = YMM()
	}
	return w
}

// each calls op, which emits an operation, for the number of every register.
func (v doubles) each(op func(h int)) {
	for h := range v {
		op(h)
	}
}

// widened converts float32 values to float64, in new registers.
func widened(x vectors) doubles {
	var v doubles
	for _, x := range x {
		low, high, upper := YMM(), YMM(), XMM()
		VCVTPS2PD(x.AsX(), low)
		VEXTRACTF128(U8(1), x, upper)
		VCVTPS2PD(upper, high)
		v = append(v, low, high)
	}
	return v
}

// narrowed rounds float64 values to float32. The results replace the first register of each pair. New registers would
// be written in halves, and the register allocator would consider them in use throughout the function.
func narrowed(v doubles) vectors {
	var x vectors
	for h := 0; h < len(v); h += 2 {
		VCVTPD2PSY(v[h], v[h].AsX())
		VCVTPD2PSY(v[h+1], v[h+1].AsX())
		VINSERTF128(U8(1), v[h+1].AsX(), v[h], v[h])
		x = append(x, v[h])
	}
	return x
}

// loaded loads a constant into as many new registers as v has.
func loaded(m Mem, v doubles) doubles {
	w := like(v)
	w.each(func(h int) { VMOVUPS(m, w[h]) })
	return w
}

// polynomial emits a polynomial in z by Horner's rule with fused multiply-adds. The coefficients begin with the
// constant term and become constants named prefix0, prefix1 and so on.
func polynomial(z doubles, prefix string, coefficients []float64) doubles {
	var p doubles
	for k, v := range slices.Backward(coefficients) {
		c := double(fmt.Sprint(prefix, k), v)
		if p == nil {
			p = loaded(c, z)
			continue
		}
		p.each(func(h int) { VFMADD213PD(c, z[h], p[h]) })
	}
	return p
}
