package resample

import (
	"fmt"
	"slices"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/oneshot"
)

// Coefficients returns the taps of the transposed convolution of stride up that defines the result. Their number is
// odd, their sum is up, and the middle tap is at the time of an input frame. The result is nil for a filter of minimum
// phase, and for a ratio that needs more than 2^20 taps. Between equal rates it is one tap of 1, with any filter. Each
// call computes the taps anew.
func (r *Converter) Coefficients() []float64 {
	if r.copies() {
		return []float64{1}
	}
	if r.design.minPhase {
		return nil
	}
	return newPolyphase(r.design.sinc, int(r.up), int(r.down)).filter()
}

// Reference implements [dsp.Referencer]. It converts a whole input, [n, channels], to the same bits as the stream, with
// separate code that has no stream state: block by block or, if the Converter does not work in blocks, with
// [Converter.Direct]. Between equal rates it returns a copy of src. The error is a *dsp.ArgError if src is not a whole
// number of frames, or the error of Direct. Reference does not change the stream.
func (r *Converter) Reference(src []float32) ([]float32, error) {
	if err := r.checkInput(src); err != nil {
		return nil, err
	}
	if r.copies() {
		return slices.Clone(src), nil
	}
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

// reference is Reference without the rounding to float32.
func (r *Converter) reference(src []float32) ([]float64, error) {
	b, ok := r.engine.(*blockEngine)
	if !ok {
		return r.Direct(src)
	}
	return b.blockPlan.reference(src, r.channels), nil
}

func (r *Converter) checkInput(src []float32) error {
	if len(src)%r.channels != 0 {
		return dsp.NewArgError("input length", len(src), "a multiple of the %d channels", r.channels)
	}
	return nil
}

// copies reports whether the rates are equal.
func (r *Converter) copies() bool { return r.up == r.down }

// Direct converts a whole input, [n, channels], by the definition: it computes every down-th frame of the transposed
// convolution with [Converter.Coefficients], and does not round to float32. Between equal rates it widens src to
// float64. The error wraps a *dsp.ArgError if Coefficients returns nil, and is one if src is not a whole number of
// frames. Direct does not change the stream.
func (r *Converter) Direct(src []float32) ([]float64, error) {
	h := r.Coefficients()
	if h == nil {
		return nil, r.noTable()
	}
	if err := r.checkInput(src); err != nil {
		return nil, err
	}
	n := len(src) / r.channels
	if n == 0 {
		return nil, nil
	}
	if r.copies() { // a sum would turn -0 into +0
		out := make([]float64, len(src))
		for i, v := range src {
			out[i] = float64(v)
		}
		return out, nil
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

// A noTableError is an ArgError in words that suit a report, where nobody chose the argument.
type noTableError struct {
	arg *dsp.ArgError
	why string
}

func (e *noTableError) Error() string {
	return fmt.Sprintf("the %s %v has no table of coefficients (%s)", e.arg.Arg, e.arg.Value, e.why)
}

func (e *noTableError) Unwrap() error { return e.arg }

// noTable returns the error for a Converter whose Coefficients are nil.
func (r *Converter) noTable() error {
	e := &noTableError{
		arg: &dsp.ArgError{Arg: "ratio", Value: fmt.Sprintf("%d/%d", r.up, r.down), Want: "one of smaller terms"},
		why: fmt.Sprintf("its terms are large: more than %d taps", maxDirect),
	}
	if r.design.minPhase {
		e.arg.Want, e.why = "1 with a filter of minimum phase", "the filter has minimum phase"
	}
	return e
}
