package kernel

import "math"

// Planes is a matrix of weights for few columns, packed for kernels whose lanes are successive rows: Product.X and the
// result go through planes, in which the values of one channel lie next to each other. Like Panels it does not change
// once packed.
type Planes[T Float] struct {
	level          Level
	taps, channels int
	cols           int
	data           []T // for each group of columns [taps, channels, columns of the group]
	bias           []T // [cols] or nil
}

// MaxPlanes is the largest number of columns that Planes can have.
const MaxPlanes = 8

// PrefersPlanes reports whether Planes are faster than Panels for that many columns: those that would fill only half a
// vector or less.
func PrefersPlanes(l Level, cols int) bool {
	if l == AVX512 {
		return cols <= 8
	}
	return cols <= 4
}

// planeBlock is how many rows are computed at a time, so that their planes stay in the fastest cache.
const planeBlock = 192

// PackPlanes is Pack for Planes: the matrix has taps*channels rows.
func PackPlanes[T Float](level Level, taps, channels, cols int, at func(r, c int) T, bias []T) *Planes[T] {
	if _, single := any(T(0)).(float32); !single {
		level = Generic
	}
	p := &Planes[T]{level: level, taps: taps, channels: channels, cols: cols}
	if bias != nil {
		p.bias = append(p.bias, bias[:cols]...)
	}
	p.data = make([]T, 0, taps*channels*cols)
	for c := 0; c < cols; {
		n := planeGroup(level, cols-c)
		for r := range taps * channels {
			for i := range n {
				p.data = append(p.data, at(r, c+i))
			}
		}
		c += n
	}
	return p
}

// planeGroup returns how many of the columns left a tile computes at once.
func planeGroup(l Level, cols int) int {
	if l == AVX512 && cols >= 8 {
		return 8
	}
	return min(cols, 4)
}

// Scratch returns how many elements of scratch Mul needs for taps at the given distance in rows.
func (p *Planes[T]) Scratch(dilation int) int {
	if p.level == Generic {
		return 0
	}
	return p.channels*planeStride(p.taps, dilation) + MaxPlanes*planeOut
}

// The distances between planes, with room for the vectors that overhang, and an odd number of cache lines: planes at a
// power of two would share cache sets.
const planeOut = planeBlock + 16

func planeStride(taps, dilation int) int {
	return (planeBlock+(taps-1)*dilation+16+15)/16*16 | 16
}

// Mul is Panels.Mul for all columns, with two conditions: m.XRow is at least m.Channels, and m.XTap a multiple of
// m.XRow. m.Accumulate must not be set. scratch has Scratch(m.XTap/m.XRow) elements and holds nothing between calls.
func (p *Planes[T]) Mul(m Product[T], scratch []T) {
	if m.Taps != p.taps || m.Channels != p.channels || m.Accumulate || m.XRow < m.Channels || m.XTap%m.XRow != 0 {
		panic("kernel: the product does not fit the planes")
	}
	if !m.check(p.cols, p.cols) {
		return
	}
	if p.level != Generic {
		mulPlanes(any(p).(*Planes[float32]), any(m).(Product[float32]), any(scratch).([]float32))
		return
	}
	for r := range m.Rows {
		p.mulRow(m, m.Acc[r*m.AccRow:][:p.cols], m.X[r*m.XRow:])
	}
}

// mulRow is Mul for one row, by definition.
func (p *Planes[T]) mulRow(m Product[T], out, x []T) {
	data := p.data
	for c := 0; c < p.cols; {
		n := planeGroup(p.level, p.cols-c)
		for i := range n {
			var acc T
			for t := range m.Taps {
				for k := range m.Channels {
					acc = fma(x[t*m.XTap+k], data[(t*m.Channels+k)*n+i], acc)
				}
			}
			if p.bias != nil {
				acc += p.bias[c+i]
			}
			out[c+i] = acc
		}
		data = data[m.Taps*m.Channels*n:]
		c += n
	}
}

// fma is FMA32 or math.FMA.
func fma[T Float](x, y, z T) T {
	if _, single := any(x).(float32); single {
		return T(FMA32(float32(x), float32(y), float32(z)))
	}
	return T(math.FMA(float64(x), float64(y), float64(z)))
}

// Elements returns how many numbers the packed weights are.
func (p *Planes[T]) Elements() int { return len(p.data) + len(p.bias) }
