package dsp

import "fmt"

// Filter returns the taps of the transposed convolution, of stride up and with its middle tap at the time of an input
// frame. It returns nil for a ratio with so many taps that they are interpolated as they are needed, and for a filter of
// minimum phase.
func (r *Resampler) Filter() []float64 {
	if r.design.minimum {
		return nil
	}
	if r.bank == nil {
		r.bank = newBank(r.design.sinc, int(r.up), int(r.down))
	}
	return r.bank.filter()
}

func (b *directBank) filter() []float64 {
	h := make([]float64, 2*b.mid+1)
	for i := range h {
		phase := b.phase[i%b.up]
		h[i] = phase[len(phase)-1-i/b.up]
	}
	return h
}

func (b *interpolatedBank) filter() []float64 { return nil }

// OneShot converts a whole input, [n, channels], with the same bits, by code that knows no stream: block by block or, where
// the Resampler does not work in blocks, by Direct. It fails if src is not a whole number of frames, or Direct does. The
// stream is not touched.
func (r *Resampler) OneShot(src []float32) ([]float32, error) {
	if len(src)%r.channels != 0 {
		return nil, argError("input length", len(src), "a multiple of the %d channels", r.channels)
	}
	var y []float64
	var err error
	if b, ok := r.converter.(*blockResampler); ok {
		y = b.oneShot(src)
	} else {
		y, err = r.Direct(src)
	}
	out := make([]float32, len(y))
	for i, v := range y {
		out[i] = float32(v)
	}
	return out, err
}

// Direct computes the conversion of a whole input, [n, channels], by its definition, not rounded to float32: every down-th
// output of ConvTranspose with Filter. It fails if the ratio has no Filter, or src is not a whole number of frames. The
// stream is not touched.
func (r *Resampler) Direct(src []float32) ([]float64, error) {
	h := r.Filter()
	if h == nil {
		return nil, argError("ratio", fmt.Sprintf("%d/%d", r.up, r.down), "one with smaller terms, and of linear phase: its filter is no tensor")
	}
	if len(src)%r.channels != 0 {
		return nil, argError("input length", len(src), "a multiple of the %d channels", r.channels)
	}
	n := len(src) / r.channels
	if n == 0 {
		return nil, nil
	}
	frames := int(r.Frames(int64(n)))
	out := make([]float64, frames*r.channels)
	g := Geometry{In: 1, Out: 1, Groups: 1, Kernel: len(h), Stride: int(r.up), Dilation: 1, Left: len(h) / 2}
	g.Right = (n-1)*g.Stride + g.Span() - g.Left - ((frames-1)*int(r.down) + 1)
	x := make([]float64, n)
	for c := range r.channels {
		for i := range x {
			x[i] = float64(src[i*r.channels+c])
		}
		y, err := ConvTransposeEvery(int(r.down), g, x, h, nil)
		if err != nil {
			return nil, err
		}
		for k, v := range y {
			out[k*r.channels+c] = v
		}
	}
	return out, nil
}
