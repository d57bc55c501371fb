package fft

// run computes the butterflies of a pass. For each p < m and q < stride, it transforms four values, k from 0 to 3,
// multiplies the results by the twiddle factors, and writes them to dst:
//
//	src[q + stride*(p + m*k)] to dst[q + stride*(4*p + k)]
func (p *pass) run(dst, src []complex128) {
	if p.stride == 1 {
		p.first(dst, src)
		return
	}
	s := p.stride
	quarter := p.m * s
	tw := p.twiddles
	for i := range p.m {
		w1, w2, w3 := tw[3*i], tw[3*i+1], tw[3*i+2]
		at := i * s
		x0 := src[at : at+s]
		x1 := src[at+quarter:][:len(x0)]
		x2 := src[at+2*quarter:][:len(x0)]
		x3 := src[at+3*quarter:][:len(x0)]
		y0 := dst[4*at:][:len(x0)]
		y1 := dst[4*at+s:][:len(x0)]
		y2 := dst[4*at+2*s:][:len(x0)]
		y3 := dst[4*at+3*s:][:len(x0)]
		for q, a := range x0 {
			b, c, d := x1[q], x2[q], x3[q]
			ac, bd := a+c, b+d
			am, bm := a-c, turn(b-d)
			y0[q] = ac + bd
			y1[q] = mul(am+bm, w1)
			y2[q] = mul(ac-bd, w2)
			y3[q] = mul(am-bm, w3)
		}
	}
}

// first is run for the first pass, where stride is 1 and each butterfly has its own twiddle factors.
func (p *pass) first(dst, src []complex128) {
	m := p.m
	x0 := src[:m]
	x1, x2, x3 := src[m:][:len(x0)], src[2*m:][:len(x0)], src[3*m:][:len(x0)]
	tw := p.twiddles
	for i, a := range x0 {
		b, c, d := x1[i], x2[i], x3[i]
		w, y := tw[:3], dst[:4]
		tw, dst = tw[3:], dst[4:]
		ac, bd := a+c, b+d
		am, bm := a-c, turn(b-d)
		y[0] = ac + bd
		y[1] = mul(am+bm, w[0])
		y[2] = mul(ac-bd, w[1])
		y[3] = mul(am-bm, w[2])
	}
}

// last4 computes the transforms of length 4 that remain at the end.
func last4(dst, src []complex128) {
	n := len(src) / 4
	x0 := src[:n]
	x1, x2, x3 := src[n:][:len(x0)], src[2*n:][:len(x0)], src[3*n:][:len(x0)]
	y0 := dst[:n]
	y1, y2, y3 := dst[n:][:len(x0)], dst[2*n:][:len(x0)], dst[3*n:][:len(x0)]
	for q, a := range x0 {
		b, c, d := x1[q], x2[q], x3[q]
		ac, bd := a+c, b+d
		am, bm := a-c, turn(b-d)
		y0[q], y1[q], y2[q], y3[q] = ac+bd, am+bm, ac-bd, am-bm
	}
}

// halfRoot is the square root of 1/2.
const halfRoot = 0.70710678118654752440

// last8 computes the transforms of length 8 that remain at the end, each from two transforms of length 4, over the even
// and the odd elements.
func last8(dst, src []complex128) {
	n := len(src) / 8
	x0 := src[:n]
	x1, x2, x3 := src[n:][:len(x0)], src[2*n:][:len(x0)], src[3*n:][:len(x0)]
	x4, x5, x6, x7 := src[4*n:][:len(x0)], src[5*n:][:len(x0)], src[6*n:][:len(x0)], src[7*n:][:len(x0)]
	y0 := dst[:n]
	y1, y2, y3 := dst[n:][:len(x0)], dst[2*n:][:len(x0)], dst[3*n:][:len(x0)]
	y4, y5, y6, y7 := dst[4*n:][:len(x0)], dst[5*n:][:len(x0)], dst[6*n:][:len(x0)], dst[7*n:][:len(x0)]
	for q := range x0 {
		a, b, c, d := x0[q], x2[q], x4[q], x6[q]
		ac, bd := a+c, b+d
		am, bm := a-c, turn(b-d)
		e0, e1, e2, e3 := ac+bd, am+bm, ac-bd, am-bm
		a, b, c, d = x1[q], x3[q], x5[q], x7[q]
		ac, bd = a+c, b+d
		am, bm = a-c, turn(b-d)
		o0, o1, o2, o3 := ac+bd, am+bm, ac-bd, am-bm
		o1 = times(o1+turn(o1), halfRoot)
		o2 = turn(o2)
		o3 = times(turn(o3)-o3, halfRoot)
		y0[q], y1[q], y2[q], y3[q] = e0+o0, e1+o1, e2+o2, e3+o3
		y4[q], y5[q], y6[q], y7[q] = e0-o0, e1-o1, e2-o2, e3-o3
	}
}
