package kernel

// Depthwise holds the weights of a depthwise convolution, one filter for each channel. It never changes, so streams may
// share it. Its vectors have 8 channels at every level.
type Depthwise[T Float] struct {
	level    Level
	taps     int
	channels int
	row      int      // elements from one tap to the next: channels, rounded up to a multiple of 8
	data     []T      // [taps, row], with zeros after the channels
	bias     []T      // [row], or nil
	mask     []uint32 // lanes of the last vector; nil if it is complete
}

// PackDepthwise returns packed filters. w has the shape [taps, channels], and bias is [channels], or nil for no bias.
// The float64 kernels are Go code at every level.
func PackDepthwise[T Float](level Level, taps, channels int, w, bias []T) *Depthwise[T] {
	if _, single := any(T(0)).(float32); !single || level == Generic {
		level = Generic
	} else {
		level = AVX2
	}
	p := &Depthwise[T]{level: level, taps: taps, channels: channels, row: (channels + 7) / 8 * 8}
	p.data = make([]T, taps*p.row)
	for t := range taps {
		copy(p.data[t*p.row:], w[t*channels:][:channels])
	}
	if bias != nil {
		p.bias = make([]T, p.row)
		copy(p.bias, bias[:channels])
	}
	p.mask = laneMask(level, channels%8)
	return p
}

// Filters returns a copy of the filters, [taps, channels].
func (p *Depthwise[T]) Filters() []T {
	w := make([]T, 0, p.taps*p.channels)
	for t := range p.taps {
		w = append(w, p.data[t*p.row:][:p.channels]...)
	}
	return w
}

// Count returns the number of vectors of 8 channels, including an incomplete last one.
func (p *Depthwise[T]) Count() int { return p.row / 8 }

// Mul computes, for the m.Rows rows and for the channels of the vectors first to end-1, with the m.Taps taps from tap
// on,
//
//	for r, c {
//		acc := Acc[r*AccRow+c] if Accumulate, else +0
//		for t { acc = fma(X[r*XRow+t*XTap+c], w[tap+t, c], acc) }
//		Acc[r*AccRow+c] = acc + bias[c]
//	}
//
// Without a bias nothing is added. m.Channels must be the number of channels. Disjoint rows or vectors may be computed
// concurrently.
func (p *Depthwise[T]) Mul(m Product[T], tap, first, end int) {
	if m.Channels != p.channels || tap < 0 || tap+m.Taps > p.taps || first < 0 || end > p.Count() {
		panic("kernel: the product does not fit the depthwise filters")
	}
	if first >= end || !m.check(p.channels, min(8*end, p.channels)) {
		return
	}
	if p.level != Generic {
		mulDepthwise(any(p).(*Depthwise[float32]), any(m).(Product[float32]), tap, first, end)
		return
	}
	for r := range m.Rows {
		for c := 8 * first; c < min(8*end, p.channels); c++ {
			out := &m.Acc[r*m.AccRow+c]
			var acc T
			if m.Accumulate {
				acc = *out
			}
			for t := range m.Taps {
				acc = fma(m.X[r*m.XRow+t*m.XTap+c], p.data[(tap+t)*p.row+c], acc)
			}
			if p.bias != nil {
				acc += p.bias[c]
			}
			*out = acc
		}
	}
}

// Elements returns the number of packed weights, filling and bias included.
func (p *Depthwise[T]) Elements() int { return len(p.data) + len(p.bias) }
