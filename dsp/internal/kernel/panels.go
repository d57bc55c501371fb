package kernel

import "math"

// Panels is a matrix of weights, packed for the kernels of one level: as many adjacent columns as a vector has lanes
// form a panel, in which row follows row. The last panel is filled up with zeros. It does not change once packed, so
// streams may share it.
type Panels[T Float] struct {
	level      Level
	lanes      int
	rows, cols int
	stride     int // elements from one panel to the next
	data       []T
	bias       []T // a whole number of panels, or nil
	mask       []uint32
}

// Pack returns the matrix whose element (r, c) is at(r, c), for r from 0 to rows-1 and c from 0 to cols-1, with bias,
// [cols], or nil. The float64 kernels are Go at every level.
func Pack[T Float](level Level, rows, cols int, at func(r, c int) T, bias []T) *Panels[T] {
	if _, single := any(T(0)).(float32); !single {
		level = Generic
	}
	p := &Panels[T]{level: level, lanes: 8, rows: rows, cols: cols}
	if level == AVX512 {
		p.lanes = 16
	}
	// A cache line between panels keeps those of a power-of-two size from falling into the same few cache sets.
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

// Size returns the numbers of rows and columns, and At an element.
func (p *Panels[T]) Size() (rows, cols int) { return p.rows, p.cols }
func (p *Panels[T]) At(r, c int) T          { return p.data[c/p.lanes*p.stride+r*p.lanes+c%p.lanes] }

// Count returns the number of panels.
func (p *Panels[T]) Count() int { return (p.cols + p.lanes - 1) / p.lanes }

// laneMask marks the first lanes of a vector in the way the level's masked moves take it, nil if there is nothing to
// mask.
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

// A Product is the argument of Panels.Mul: rows of sums, and Taps*Channels samples for each row. All distances are in
// elements.
type Product[T Float] struct {
	Acc        []T // row r begins at r*AccRow
	X          []T // tap t of row r begins at r*XRow + t*XTap
	Rows       int
	AccRow     int
	XRow       int
	Taps       int // Taps*Channels is the number of rows of the matrix
	XTap       int
	Channels   int
	Accumulate bool // the sums start at the values in Acc instead of +0
}

// check reports whether there is anything to compute, and panics unless all of it lies inside the slices: the assembly
// does not look. Rows of Acc are at least cols wide; used is how many columns are.
func (m *Product[T]) check(cols, used int) bool {
	if m.Taps < 1 || m.Channels < 1 || m.XRow < 0 || m.XTap < 0 || m.AccRow < cols && m.Rows > 1 {
		panic("kernel: a product with distances that overlap or go back")
	}
	if m.Rows == 0 {
		return false
	}
	_ = m.Acc[(m.Rows-1)*m.AccRow+used-1]
	_ = m.X[(m.Rows-1)*m.XRow+(m.Taps-1)*m.XTap+m.Channels-1]
	return true
}

// Mul computes the columns of the panels from first to end-1:
//
//	for r, c {
//		acc := Acc[r*AccRow+c] if Accumulate, else +0
//		for t, k { acc = fma(X[r*XRow+t*XTap+k], at(t*Channels+k, c), acc) }
//		Acc[r*AccRow+c] = acc + bias[c]
//	}
//
// Without a bias nothing is added. m.AccRow must be at least the number of columns. Parts of the rows or of the panels
// may be computed concurrently.
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

// mulPanel is Mul for the panel that begins at column c, by definition.
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

// accumulate adds len(x) terms to eight accumulators:
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

// accumulate32 repeats the common path of FMA32, which is too large for the compiler to inline.
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

// Elements returns how many numbers the packed weights are.
func (p *Panels[T]) Elements() int { return len(p.data) + len(p.bias) }
