package kernel

import "math"

// Panels is a matrix of weights, packed for the kernels of one level. A panel has as many adjacent columns as a vector
// has lanes, row after row. Zeros fill up the last panel. Panels never change, so streams may share them.
type Panels[T Float] struct {
	level      Level
	lanes      int // columns of a panel: 16 for AVX512, otherwise 8
	rows, cols int
	stride     int      // elements from one panel to the next
	data       []T      // element (r, c) is at c/lanes*stride + r*lanes + c%lanes
	bias       []T      // a whole number of panels, or nil
	mask       []uint32 // lanes of the last panel; nil if it is complete
}

// Pack returns the matrix whose element (r, c) is at(r, c), for r from 0 to rows-1 and c from 0 to cols-1. bias is
// [cols], or nil for no bias. The float64 kernels are Go code at every level.
func Pack[T Float](level Level, rows, cols int, at func(r, c int) T, bias []T) *Panels[T] {
	if _, single := any(T(0)).(float32); !single {
		level = Generic
	}
	p := &Panels[T]{level: level, lanes: 8, rows: rows, cols: cols}
	if level == AVX512 {
		p.lanes = 16
	}
	// A cache line between panels: panels at a power-of-two distance would compete for the same few cache sets.
	p.stride = rows*p.lanes + 16
	p.data = make([]T, p.Count()*p.stride)
	for r := range rows {
		for c := range cols {
			p.data[c/p.lanes*p.stride+r*p.lanes+c%p.lanes] = at(r, c)
		}
	}
	if bias != nil {
		p.bias = make([]T, p.Count()*p.lanes)
		copy(p.bias, bias[:cols])
	}
	p.mask = laneMask(level, cols%p.lanes)
	return p
}

// Size returns the numbers of rows and columns.
func (p *Panels[T]) Size() (rows, cols int) { return p.rows, p.cols }

// At returns the element in row r and column c.
func (p *Panels[T]) At(r, c int) T { return p.data[c/p.lanes*p.stride+r*p.lanes+c%p.lanes] }

// Count returns the number of panels, including an incomplete last one.
func (p *Panels[T]) Count() int { return (p.cols + p.lanes - 1) / p.lanes }

// laneMask returns the operand with which masked moves of a level touch only the first lanes of a vector: 8 words of
// ones or zeros for AVX2, one word of bits for AVX512. It returns nil for 0 lanes and for Generic.
func laneMask(level Level, lanes int) []uint32 {
	switch {
	case lanes == 0 || level == Generic:
		return nil
	case level == AVX512:
		return []uint32{1<<lanes - 1}
	}
	m := make([]uint32, 8)
	for i := range lanes {
		m[i] = 1<<32 - 1
	}
	return m
}

// A Product is the argument of [Panels.Mul], [Planes.Mul] and [Depthwise.Mul]: rows of sums, and Taps*Channels samples
// for each row. Distances are in elements. Acc and X must not overlap; rows and taps of X may.
type Product[T Float] struct {
	Acc        []T  // results; row r begins at r*AccRow
	X          []T  // samples; tap t of row r begins at r*XRow + t*XTap
	Rows       int  // at least 0
	AccRow     int  // at least the number of columns, if there are several rows
	XRow       int  // at least 0
	Taps       int  // at least 1
	XTap       int  // at least 0
	Channels   int  // adjacent samples of a tap, at least 1
	Accumulate bool // the sums start at the values in Acc instead of +0
}

// check reports whether there is anything to compute. It panics if a field is out of range, or if a row reaches beyond
// Acc or X, which the assembly does not check. cols is the number of columns of the weights, and used is the end of
// those that are computed.
func (m *Product[T]) check(cols, used int) bool {
	if m.Taps < 1 || m.Channels < 1 || m.XRow < 0 || m.XTap < 0 || m.AccRow < cols && m.Rows > 1 {
		panic("kernel: a product without terms, with negative distances, or with rows that overlap")
	}
	if m.Rows == 0 {
		return false
	}
	_ = m.Acc[(m.Rows-1)*m.AccRow+used-1]
	_ = m.X[(m.Rows-1)*m.XRow+(m.Taps-1)*m.XTap+m.Channels-1]
	return true
}

// Mul computes, for the m.Rows rows and for the columns of the panels first to end-1,
//
//	for r, c {
//		acc := Acc[r*AccRow+c] if Accumulate, else +0
//		for t, k { acc = fma(X[r*XRow+t*XTap+k], at(t*Channels+k, c), acc) }
//		Acc[r*AccRow+c] = acc + bias[c]
//	}
//
// with t from 0 to Taps-1 and k from 0 to Channels-1, t in the outer loop. Without a bias nothing is added. m.Taps *
// m.Channels must be the number of rows of the matrix. Disjoint rows or panels may be computed concurrently.
func (p *Panels[T]) Mul(m Product[T], first, end int) {
	if m.Taps*m.Channels != p.rows || first < 0 || end > p.Count() {
		panic("kernel: the product does not fit the panels")
	}
	if first >= end || !m.check(p.cols, min(end*p.lanes, p.cols)) {
		return
	}
	if p.level != Generic {
		mulTiles(any(p).(*Panels[float32]), any(m).(Product[float32]), first, end)
		return
	}
	for c := first * p.lanes; c < min(end*p.lanes, p.cols); c += p.lanes {
		p.mulPanel(m, c)
	}
}

// mulPanel is Mul for the panel that begins at column c. It is the definition, for 8 lanes.
func (p *Panels[T]) mulPanel(m Product[T], c int) {
	width := min(p.lanes, p.cols-c)
	for r := range m.Rows {
		out := m.Acc[r*m.AccRow+c:][:width]
		var acc [8]T
		if m.Accumulate {
			copy(acc[:], out)
		}
		w := p.data[c/p.lanes*p.stride:]
		for t := range m.Taps {
			x := m.X[r*m.XRow+t*m.XTap:][:m.Channels]
			accumulate(&acc, x, w[:8*len(x)])
			w = w[8*len(x):]
		}
		if p.bias != nil {
			for i, b := range p.bias[c:][:width] {
				acc[i] += b
			}
		}
		copy(out, acc[:])
	}
}

// accumulate adds len(x) terms to each of eight accumulators:
//
//	for k, i { acc[i] = fma(x[k], w[8*k+i], acc[i]) }
func accumulate[T Float](acc *[8]T, x, w []T) {
	switch acc := any(acc).(type) {
	case *[8]float32:
		accumulate32(acc, any(x).([]float32), any(w).([]float32))
	case *[8]float64:
		accumulate64(acc, any(x).([]float64), any(w).([]float64))
	}
}

// accumulate32 is accumulate for float32. It repeats the common path of FMA32, which the compiler does not inline.
func accumulate32(acc *[8]float32, x, w []float32) {
	for k, xk := range x {
		a := float64(xk)
		for i, wi := range w[8*k:][:8] {
			p, c := float64(a*float64(wi)), float64(acc[i])
			s := p + c
			if b := math.Float64bits(s); b&(1<<29-1) == 1<<28 || b&(1<<63-1) < (1023-126)<<52 {
				acc[i] = fmaOdd(p, c, s)
				continue
			}
			acc[i] = float32(s)
		}
	}
}

// accumulate64 is accumulate for float64.
func accumulate64(acc *[8]float64, x, w []float64) {
	for k, xk := range x {
		wk := (*[8]float64)(w[8*k:])
		acc[0] = math.FMA(xk, wk[0], acc[0])
		acc[1] = math.FMA(xk, wk[1], acc[1])
		acc[2] = math.FMA(xk, wk[2], acc[2])
		acc[3] = math.FMA(xk, wk[3], acc[3])
		acc[4] = math.FMA(xk, wk[4], acc[4])
		acc[5] = math.FMA(xk, wk[5], acc[5])
		acc[6] = math.FMA(xk, wk[6], acc[6])
		acc[7] = math.FMA(xk, wk[7], acc[7])
	}
}

// Elements returns the number of packed weights, filling and bias included.
func (p *Panels[T]) Elements() int { return len(p.data) + len(p.bias) }
