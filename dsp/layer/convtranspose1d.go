package layer

import (
	"unsafe"

	"github.com/tailwave/tailwave/dsp"
)

// A ConvTranspose1D holds the weights of a transposed convolution, and makes any number of streams. It never changes,
// so it is safe for concurrent use.
type ConvTranspose1D[T dsp.Float] struct{ convTranspose1D[T] }

// convTranspose1D is the part of a ConvTranspose1D that its streams work with.
type convTranspose1D[T dsp.Float] struct {
	g TransposeGeometry // defaults filled in
	layer
	bias    []T // [Out] or nil
	weights *transposeWeights[T]
	late    int // rows of accumulators that are final, but would not be part of the output if the stream ended now
	held    int // rows of accumulators kept between calls: the late ones and the overlap-add tail
}

// NewConvTranspose1D returns a ConvTranspose1D for filters [Kernel, Out, In/Groups] and bias [Out] or nil, or a
// *dsp.ArgError that names the argument that does not fit. The filters are packed and not kept; the bias must not
// change afterwards. Activations are for float32 only.
func NewConvTranspose1D[T dsp.Float](
	g TransposeGeometry, filters, bias []T, options ...Option,
) (*ConvTranspose1D[T], error) {
	if err := g.CheckWeights(len(filters), elements(bias)); err != nil {
		return nil, err
	}
	l, err := newLayer(g.In, g.Out, options)
	if err != nil {
		return nil, err
	}
	if _, single := any(filters).([]float32); !single && (l.pre.kind != identity || l.post.kind != identity) {
		return nil, dsp.NewArgError("activation", "set", "absent: there are none in float64")
	}
	g = g.withDefaults()
	u := convTranspose1D[T]{g: g, layer: l, bias: bias, late: max(0, g.trim()-g.Left)}
	u.held = u.late + max(0, g.Span()-g.Stride)
	if rows := int64(u.held) + int64(g.Stride); rows*int64(g.Out) > maxWindow {
		const want = "so small that the %d samples of %d channels kept for it are at most %d"
		return nil, dsp.NewArgError("right trim", g.Right, want, rows, g.Out, maxWindow)
	}
	u.weights = packTranspose(g, l.level, filters)
	return &ConvTranspose1D[T]{u}, nil
}

// Geometry returns what the ConvTranspose1D was built with, defaults filled in.
func (u *ConvTranspose1D[T]) Geometry() TransposeGeometry { return u.g }

// WeightBytes returns the memory of the packed weights.
func (u *ConvTranspose1D[T]) WeightBytes() int64 { return u.weightBytes() }

// Reference implements [dsp.Referencer]: the definition of the transposed convolution, each output sample gathered on
// its own, with the activations.
func (u *convTranspose1D[T]) Reference(src []T) ([]T, error) {
	if len(src)%u.g.In == 0 {
		src = applied(u.pre, src)
	}
	out, err := transpose(u.g, src, u.weights.filters(u.g), u.bias)
	return applied(u.post, out), err
}

// applied returns what Apply returns for float32; in float64 there is only the identity.
func applied[T dsp.Float](a Activation, src []T) []T {
	if single, ok := any(src).([]float32); ok && a.kind != identity {
		return any(a.Apply(single)).([]T)
	}
	return src
}

// activate applies a function of float32; in float64 there is only the identity.
func (u *convTranspose1D[T]) activate(a Activation, dst, src []T) {
	if single, ok := any(dst).([]float32); ok {
		a.apply(u.level, single, any(src).([]float32))
	} else {
		copy(dst, src)
	}
}

// weightBytes returns the memory of the packed weights.
func (u *convTranspose1D[T]) weightBytes() int64 {
	return int64(unsafe.Sizeof(*new(T))) * int64(len(u.bias)+u.weights.elements())
}

// NewStream returns a new stream, whose results for any split of the input are those of Reference, bit for bit.
func (u *ConvTranspose1D[T]) NewStream(options ...dsp.Option) *ConvTranspose1DStream[T] {
	s := &ConvTranspose1DStream[T]{
		convTranspose1D: &u.convTranspose1D, workers: dsp.WorkersOf(options...),
		Guard: dsp.Guard{Origin: "ConvTranspose1D.NewStream"},
	}
	s.allocate()
	return s
}
