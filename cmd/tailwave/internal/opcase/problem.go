package opcase

import (
	"fmt"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/layer"
	"github.com/tailwave/tailwave/dsp/tensor"
)

// numbersOf is a problem in one type of element: the framework's function for the whole input, and the arguments of a
// layer.
type numbersOf[T dsp.Float] struct {
	oneShot       func() (tensor.Tensor[T], error)
	input         []T
	filters, bias []T // filters in the order of layer.ConvTranspose1D
}

func newTF[T dsp.Float](call tensor.Call, input, filters Array, args tensor.TFArgs) (problem, error) {
	x, w := tensorOf[T](input), tensorOf[T](filters)
	ordered, err := tensor.FiltersFromTF(call.Geometry, w.Data)
	return &numbersOf[T]{
		oneShot: func() (tensor.Tensor[T], error) { return tensor.TF(x, w, args) },
		input:   x.Data,
		filters: ordered,
	}, err
}

// A torchCall is a call with the tensors of PyTorch or ONNX.
type torchCall[T dsp.Float, A any] = func(x, w tensor.Tensor[T], bias []T, args A) (tensor.Tensor[T], error)

// resolveTorch sets the Call and the problem of a case, in the type of its elements.
func resolveTorch[A interface {
	Resolve(input, weight []int) (tensor.Call, error)
}](c *Case, t torchTensors, args A, single torchCall[float32, A], double torchCall[float64, A]) (err error) {
	if c.Call, err = args.Resolve(t.input.Shape, t.weight.Shape); err != nil {
		return err
	}
	if c.DType == float64Type {
		c.problem, err = newTorch(c.Call, t, args, double)
	} else {
		c.problem, err = newTorch(c.Call, t, args, single)
	}
	return err
}

func newTorch[T dsp.Float, A any](call tensor.Call, t torchTensors, args A, run torchCall[T, A]) (problem, error) {
	x, w, bias := tensorOf[T](t.input), tensorOf[T](t.weight), tensorOf[T](t.bias).Data
	if bias != nil && len(bias) != call.Geometry.Out {
		return nil, fmt.Errorf("bias has %s, must have %d, one per output channel",
			elements(len(bias)), call.Geometry.Out)
	}
	ordered, err := tensor.FiltersFromTorch(call.Geometry, w.Data)
	return &numbersOf[T]{
		oneShot: func() (tensor.Tensor[T], error) { return run(x, w, bias, args) },
		input:   x.Data,
		filters: ordered,
		bias:    bias,
	}, err
}

func (p *numbersOf[T]) run() (Array, error) {
	t, err := p.oneShot()
	return arrayOf(t), err
}

// stream computes the batch rows with one stream, one after the other.
func (p *numbersOf[T]) stream(call tensor.Call, chunks []int) (Array, []int, error) {
	g := call.Geometry
	out := tensor.Tensor[T]{Shape: call.OutputShape(), Data: make([]T, 0, call.Batch*call.Width*g.Out)}
	var emitted []int
	weights, err := layer.NewConvTranspose1D(g, p.filters, p.bias)
	if err != nil {
		return Array{}, nil, err
	}
	u := weights.NewStream()
	for b := range call.Batch {
		u.Reset()
		frames := p.input[b*call.Frames*g.In:][:call.Frames*g.In]
		if call.Layout == tensor.NCW {
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
				return Array{}, nil, fmt.Errorf("chunks holds %d, must be from 0 to the %d frames left",
					n, len(frames)/g.In)
			}
			emit(u.Process(result, frames[:n*g.In]))
			frames = frames[n*g.In:]
		}
		if len(frames) > 0 {
			return Array{}, nil, fmt.Errorf("chunks leave %d frames, must sum to the %d input frames",
				len(frames)/g.In, call.Frames)
		}
		emit(u.Flush(result))
		if len(result) != call.Width*g.Out {
			return Array{}, nil, fmt.Errorf("stream emitted %d samples per channel, must emit %d",
				len(result)/g.Out, call.Width)
		}
		if call.Layout == tensor.NCW {
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
