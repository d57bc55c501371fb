package opcase

import (
	"fmt"

	"github.com/tailwave/tailwave/dsp"
)

// numbersOf is a problem in one type: the framework's function for one shot, and what an Upsampler needs.
type numbersOf[T dsp.Float] struct {
	oneShot       func() (dsp.Tensor[T], error)
	input         []T
	filters, bias []T // filters in the order of an Upsampler
}

func newTF[T dsp.Float](call dsp.TransposeCall, input, filters Array, args dsp.TransposeArgs) (problem, error) {
	x, w := tensorOf[T](input), tensorOf[T](filters)
	ordered, err := dsp.FiltersFromTF(call.Geometry, w.Data)
	return &numbersOf[T]{
		oneShot: func() (dsp.Tensor[T], error) { return dsp.Conv1DTranspose(x, w, args) },
		input:   x.Data,
		filters: ordered,
	}, err
}

func newTorch[T dsp.Float, A any](call dsp.TransposeCall, t torchTensors, args A,
	run func(x, w dsp.Tensor[T], bias []T, args A) (dsp.Tensor[T], error)) (problem, error) {
	x, w, bias := tensorOf[T](t.input), tensorOf[T](t.weight), tensorOf[T](t.bias).Data
	if bias != nil && len(bias) != call.Geometry.Out {
		return nil, fmt.Errorf("bias has %d elements, must have %d, one per output channel", len(bias), call.Geometry.Out)
	}
	ordered, err := dsp.FiltersFromTorch(call.Geometry, w.Data)
	return &numbersOf[T]{
		oneShot: func() (dsp.Tensor[T], error) { return run(x, w, bias, args) },
		input:   x.Data,
		filters: ordered,
		bias:    bias,
	}, err
}

func (p *numbersOf[T]) run() (Array, error) {
	t, err := p.oneShot()
	return arrayOf(t), err
}

// stream sends the batch rows through an Upsampler, one after the other.
func (p *numbersOf[T]) stream(call dsp.TransposeCall, chunks []int) (Array, []int, error) {
	g := call.Geometry
	out := dsp.Tensor[T]{Shape: call.OutputShape(), Data: make([]T, 0, call.Batch*call.Width*g.Out)}
	var emitted []int
	u, err := dsp.NewUpsampler(g, p.filters, p.bias)
	if err != nil {
		return Array{}, nil, err
	}
	for b := range call.Batch {
		u.Reset()
		frames := p.input[b*call.Frames*g.In:][:call.Frames*g.In]
		if call.Layout == dsp.NCW {
			frames = transposed(frames, g.In, call.Frames)
		}
		var result []T
		emitted = emitted[:0]
		emit := func(extended []T) {
			emitted = append(emitted, (len(extended)-len(result))/g.Out)
			result = extended
		}
		for _, n := range chunks {
			if n < 0 || n > len(frames)/g.In {
				return Array{}, nil, fmt.Errorf("chunks holds %d, must be from 0 to the %d frames left", n, len(frames)/g.In)
			}
			emit(u.Process(result, frames[:n*g.In]))
			frames = frames[n*g.In:]
		}
		if len(frames) > 0 {
			return Array{}, nil, fmt.Errorf("chunks leave %d frames, must sum to the %d input frames", len(frames)/g.In, call.Frames)
		}
		emit(u.Flush(result))
		if len(result) != call.Width*g.Out {
			return Array{}, nil, fmt.Errorf("stream gave %d samples per channel, must give %d", len(result)/g.Out, call.Width)
		}
		if call.Layout == dsp.NCW {
			result = transposed(result, call.Width, g.Out)
		}
		out.Data = append(out.Data, result...)
	}
	return arrayOf(out), emitted, nil
}

// transposed returns the matrix [rows, columns] as [columns, rows].
func transposed[T any](m []T, rows, columns int) []T {
	t := make([]T, len(m))
	for i := range rows {
		for j := range columns {
			t[j*rows+i] = m[i*columns+j]
		}
	}
	return t
}
