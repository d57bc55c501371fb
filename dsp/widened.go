package dsp

import "slices"

// Widened is an Upsampler of float64 as a Processor: samples are widened on entry and rounded to float32 once, on
// emission. The sums and the tail between stay float64.
type Widened struct {
	*Upsampler[float64]
	in, out []float64
}

// Widen returns u as a Processor. u must not be used otherwise.
func Widen(u *Upsampler[float64]) *Widened {
	cin, cout := u.Channels()
	return &Widened{
		Upsampler: u,
		in:        make([]float64, u.block*cin),
		out:       make([]float64, 0, u.block*u.g.Stride*cout),
	}
}

// Process is Upsampler.Process between the conversions.
func (w *Widened) Process(dst, src []float32) []float32 {
	checkCall(len(src), w.g.In, w.flushed)
	for len(src) > 0 {
		n := min(len(src), len(w.in))
		for i, v := range src[:n] {
			w.in[i] = float64(v)
		}
		dst = appendRounded(dst, w.Upsampler.Process(w.out, w.in[:n]))
		src = src[n:]
	}
	return dst
}

// Flush is Upsampler.Flush with the conversion.
func (w *Widened) Flush(dst []float32) []float32 {
	return appendRounded(dst, w.Upsampler.Flush(w.out))
}

// OneShot is Upsampler.OneShot with the conversions.
func (w *Widened) OneShot(src []float32) ([]float32, error) {
	wide, err := w.Upsampler.OneShot(widen(src))
	return appendRounded(nil, wide), err
}

func widen(src []float32) []float64 {
	out := make([]float64, len(src))
	for i, v := range src {
		out[i] = float64(v)
	}
	return out
}

func appendRounded(dst []float32, src []float64) []float32 {
	start := len(dst)
	dst = slices.Grow(dst, len(src))[:start+len(src)]
	for i, v := range src {
		dst[start+i] = float32(v)
	}
	return dst
}
