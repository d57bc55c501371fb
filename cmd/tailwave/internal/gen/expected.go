package main

import (
	"fmt"
	"math"
	"math/big"
)

// precision holds every product and sum of the files exactly.
const precision = 600

// full returns the definition's untrimmed sums and, for the error bound, the sums of magnitudes and the counts of
// products, each [row][sample][channel].
//
//	full[f, o] = sum over i, j with i*s + j*d == f, over c, of input[i, c] * filters[j, o, c]
func (c *testCase) full() (sum [][][]*big.Float, size [][][]float64, count [][][]int) {
	length := max(c.left+c.width, c.frames*c.stride+c.span())
	for b := range c.batch {
		s, m, n := make([][]*big.Float, length), make([][]float64, length), make([][]int, length)
		for f := range length {
			s[f], m[f], n[f] = make([]*big.Float, c.out), make([]float64, c.out), make([]int, c.out)
			for o := range c.out {
				s[f][o] = new(big.Float).SetPrec(precision)
			}
		}
		for i := range c.frames {
			for j := range c.kernel {
				for o := range c.out {
					group := o / (c.out / c.groups)
					for k := range c.in / c.groups {
						x := c.x(b, i, group*(c.in/c.groups)+k)
						w := c.w(j, o, k)
						f := i*c.stride + j*c.dilation
						product := new(big.Float).SetPrec(precision).Mul(big.NewFloat(x), big.NewFloat(w))
						s[f][o].Add(s[f][o], product)
						m[f][o] += math.Abs(x * w)
						n[f][o]++
					}
				}
			}
		}
		sum, size, count = append(sum, s), append(size, m), append(count, n)
	}
	return sum, size, count
}

// expected returns the result in the layout of the case, whether every partial sum in any order is exact in the type,
// and the bound on the error if not.
func (c *testCase) expected() (values []float64, exact bool, tol float64) {
	sum, size, count := c.full()
	values = make([]float64, c.batch*c.width*c.out)
	unit := 0x1p-24
	if c.dtype == "float64" {
		unit = 0x1p-53
	}
	for b := range c.batch {
		for t := range c.width {
			for o := range c.out {
				v, magnitude, n := sum[b][t+c.left][o], size[b][t+c.left][o], count[b][t+c.left][o]
				if c.bias != nil {
					v.Add(v, big.NewFloat(c.bias[o]))
					magnitude += math.Abs(c.bias[o])
					n++
				}
				values[c.index(b, t, o, c.width, c.out)] = c.round(v)
				tol = max(tol, float64(n+1)*unit*magnitude)
			}
		}
	}
	// Products of quarters are sixteenths: with a magnitude below 2^20 they and their sums have at most 24 bits.
	exact = c.quarters && tol < 0x1p19*unit
	if exact {
		tol = 0
	}
	return values, exact, tol
}

func (c *testCase) round(v *big.Float) float64 {
	if c.dtype == "float64" {
		r, _ := v.Float64()
		return r
	}
	r, _ := v.Float32()
	return float64(r)
}

// special returns the result for inputs with NaN and infinities, in plain float64, which holds the finite values
// exactly. Sums and products take place only where the definition has them.
func (c *testCase) special() []float64 {
	full := make([]float64, c.batch*(c.left+c.width+c.frames*c.stride+c.span())*c.out)
	rows := len(full) / max(1, c.batch*c.out)
	for b := range c.batch {
		for i := range c.frames {
			for j := range c.kernel {
				for o := range c.out {
					for k := range c.in {
						p := c.x(b, i, k) * c.w(j, o, k)
						full[(b*rows+i*c.stride+j*c.dilation)*c.out+o] += p
					}
				}
			}
		}
	}
	values := make([]float64, c.batch*c.width*c.out)
	for b := range c.batch {
		for t := range c.width {
			for o := range c.out {
				values[c.index(b, t, o, c.width, c.out)] = full[(b*rows+t+c.left)*c.out+o]
			}
		}
	}
	return values
}

// legalWidths finds by trial the widths whose forward convolution has as many frames as the input.
func (c *testCase) legalWidths() (lo, hi int, err error) {
	lo = -1
	for w := range (c.frames+1)*c.stride + c.span() + 1 {
		frames := 0
		if c.padding == "SAME" {
			for frames*c.stride < w {
				frames++
			}
		} else {
			for at := 0; at+c.span() <= w; at += c.stride {
				frames++
			}
		}
		if frames == c.frames && (w > 0 || frames == 0) {
			if lo < 0 {
				lo = w
			}
			hi = w
		}
	}
	if lo < 0 {
		return 0, 0, fmt.Errorf("no legal width")
	}
	return lo, hi, nil
}
