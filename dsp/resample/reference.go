package resample

import (
	"fmt"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/oneshot"
)

// Coefficients returns the taps of the transposed convolution of stride up that defines the result. Their number is
// odd, their sum is up, and the middle tap lies at the time of an input frame. The result is nil for a filter of
// minimum phase, and for a ratio with more taps than are kept in a table, 2^20. Each call computes them anew.
func (r *Converter) Coefficients() []float64 {
	if r.design.minPhase {
		return nil
	}
	return newPolyphase(r.design.sinc, int(r.up), int(r.down)).filter()
}

// Reference implements [dsp.Referencer]. It converts a whole input, [n, channels], to the same bits as a stream, by
// code that knows no stream: block by block or, where the Converter does not work in blocks, by Direct. It fails with
// a *dsp.ArgError if src is not a whole number of frames, or if Direct fails. It does not touch the stream.
func (r *Converter) Reference(src []float32) ([]float32, error) {
	y, err := r.reference(src)
	if err != nil {
		return nil, err
	}
	out := make([]float32, len(y))
	for i, v := range y {
		out[i] = float32(v)
	}
	return out, nil
}

// reference is Reference before the results are rounded.
func (r *Converter) reference(src []float32) ([]float64, error) {
	b, ok := r.engine.(*blockEngine)
	if !ok {
		return r.Direct(src)
	}
	if err := r.checkInput(src); err != nil {
		return nil, err
	}
	return b.blockPlan.reference(src, r.channels), nil
}

func (r *Converter) checkInput(src []float32) error {
	if len(src)%r.channels != 0 {
		return dsp.NewArgError("input length", len(src), "a multiple of the %d channels", r.channels)
	}
	return nil
}

// Direct converts a whole input, [n, channels], by the definition: it computes every down-th frame of the transposed
// convolution with Coefficients, and does not round to float32. It fails with a *dsp.ArgError if there are no
// Coefficients, or if src is not a whole number of frames. It does not touch the stream.
func (r *Converter) Direct(src []float32) ([]float64, error) {
	h := r.Coefficients()
	if h == nil {
		return nil, dsp.NewArgError("ratio", fmt.Sprintf("%d/%d", r.up, r.down),
			"one with smaller terms, and of linear phase: otherwise there is no table of coefficients")
	}
	if err := r.checkInput(src); err != nil {
		return nil, err
	}
	n := len(src) / r.channels
	if n == 0 {
		return nil, nil
	}
	frames := int(r.OutFrames(int64(n)))
	out := make([]float64, frames*r.channels)
	g := oneshot.Geometry{
		In: 1, Out: 1, Groups: 1, Kernel: len(h), Stride: int(r.up), Dilation: 1, Left: len(h) / 2,
	}
	x, y := make([]float64, n), make([]float64, frames)
	for c := range r.channels {
		for i := range x {
			x[i] = float64(src[i*r.channels+c])
		}
		oneshot.Transpose(int(r.down), g, oneshot.Rows(x, 1), h, nil, oneshot.Rows(y, 1))
		for k, v := range y {
			out[k*r.channels+c] = v
		}
	}
	return out, nil
}
