package kernel

import "math"

// Planes is a matrix of weights with few columns, which would leave most lanes of a panel empty. Its kernels have
// successive rows in their lanes instead. To this end they transpose samples into planes, where the successive samples
// of one channel are adjacent, and transpose the results back. Planes never change, so streams may share them.
type Planes[T Float] struct {
	level          Level
	taps, channels int
	cols           int
	data           []T // [taps, channels, columns of the group] for each group of columns, see planeGroup
	bias           []T // [cols] or nil
}

// MaxPlanes is the largest number of columns of Planes.
const MaxPlanes = 8

// PrefersPlanes reports whether Planes are faster than Panels for a number of columns: whether the columns fill half a
// vector or less.
func PrefersPlanes(l Level, cols int) bool {
	if l == AVX512 {
		return cols <= 8
	}
	return cols <= 4
}

// planeBlock is the number of rows computed at a time. It is small enough for their planes to stay in the first-level
// cache.
const planeBlock = 192

// PackPlanes is [Pack] for Planes. The matrix has taps*channels rows and 1 to MaxPlanes columns.
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

// planeGroup returns how many of the remaining columns the next tile computes together.
func planeGroup(l Level, cols int) int {
	if l == AVX512 && cols >= 8 {
		return 8
	}
	return min(cols, 4)
}

// Scratch returns the number of elements of scratch that Mul needs for taps that are dilation rows apart.
func (p *Planes[T]) Scratch(dilation int) int {
	if p.level == Generic {
		return 0
	}
	return p.channels*planeStride(p.taps, dilation) + MaxPlanes*planeOut
}

// planeOut is the distance between output planes. The last vector of a block may extend past its rows, by less than 16
// elements.
const planeOut = planeBlock + 16

// planeStride returns the distance between input planes: the rows of a block with all their taps, and the excess of the
// last vector. It is an odd number of cache lines, because planes at a power-of-two distance would share cache sets.
func planeStride(taps, dilation int) int {
	return (planeBlock+(taps-1)*dilation+16+15)/16*16 | 16
}

// Mul computes the loop of [Panels.Mul] for all columns. m.XRow must be at least m.Channels, m.XTap must be a multiple
// of m.XRow, and m.Accumulate must not be set. scratch has at least Scratch(m.XTap/m.XRow) elements; its values do not
// matter, before or after.
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

// mulRow is Mul for one row. It is the definition.
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

// fma returns x*y+z rounded once: FMA32 for float32, math.FMA for float64.
func fma[T Float](x, y, z T) T {
	if _, single := any(x).(float32); single {
		return T(FMA32(float32(x), float32(y), float32(z)))
	}
	return T(math.FMA(float64(x), float64(y), float64(z)))
}

// Elements returns the number of packed weights, bias included.
func (p *Planes[T]) Elements() int { return len(p.data) + len(p.bias) }
