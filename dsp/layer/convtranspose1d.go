package layer

import (
	"unsafe"

	"github.com/tailwave/tailwave/dsp"
)

// A ConvTranspose1D holds the weights of a transposed convolution and makes any number of streams. It never changes, so
// it is safe for concurrent use. The package comment has the definition.
type ConvTranspose1D[T dsp.Float] struct{ convTranspose1D[T] }

// convTranspose1D is the part of a ConvTranspose1D that its streams share.
type convTranspose1D[T dsp.Float] struct {
	g TransposeGeometry // defaults filled in
	layer
	bias    []T // [Out] or nil
	weights *transposeWeights[T]
	late    int // final rows of accumulators that would be trimmed on the right if the stream ended now
	held    int // rows of accumulators held between calls: the late rows and the tail
}

// NewConvTranspose1D returns a ConvTranspose1D with filters [Kernel, Out, In/Groups] and bias [Out] or nil. The filters
// are copied into a packed form; the bias is kept and must not change afterwards. Activations are available for float32
// only. NewConvTranspose1D fails with a *dsp.ArgError that names the invalid argument.
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
		return nil, dsp.NewArgError("activation", "set", "absent: a layer of float64 has no activations")
	}
	g = g.withDefaults()
	u := convTranspose1D[T]{g: g, layer: l, bias: bias, late: max(0, g.trim()-g.Left)}
	u.held = u.late + max(0, g.Span()-g.Stride)
	if rows := int64(u.held) + int64(g.Stride); rows*int64(g.Out) > maxWindow {
		const want = "smaller: a stream would hold %d samples of %d channels, and may hold %d values"
		return nil, dsp.NewArgError("right trim", g.Right, want, rows, g.Out, maxWindow)
	}
	u.weights = packTranspose(g, l.level, filters)
	return &ConvTranspose1D[T]{u}, nil
}

// Geometry returns the geometry of the layer, with defaults filled in.
func (u *ConvTranspose1D[T]) Geometry() TransposeGeometry { return u.g }

// WeightBytes returns the size of the packed weights and the bias in bytes.
func (u *ConvTranspose1D[T]) WeightBytes() int64 { return u.weightBytes() }

// Reference implements [dsp.Referencer]. It computes the transposed convolution by its definition, gathering each
// output sample on its own, including the activations.
func (u *convTranspose1D[T]) Reference(src []T) ([]T, error) {
	if len(src)%u.g.In == 0 {
		src = applied(u.pre, src)
	}
	out, err := transpose(u.g, src, u.weights.filters(u.g), u.bias)
	return applied(u.post, out), err
}

// applied returns a.Apply(src) for float32. In float64 a is always the identity.
func applied[T dsp.Float](a Activation, src []T) []T {
	if single, ok := any(src).([]float32); ok && a.kind != identity {
		return any(a.Apply(single)).([]T)
	}
	return src
}

// activate sets dst to a of src for float32. In float64 a is always the identity.
func (u *convTranspose1D[T]) activate(a Activation, dst, src []T) {
	if single, ok := any(dst).([]float32); ok {
		a.apply(u.level, single, any(src).([]float32))
	} else {
		copy(dst, src)
	}
}

func (u *convTranspose1D[T]) weightBytes() int64 {
	return int64(unsafe.Sizeof(*new(T))) * int64(len(u.bias)+u.weights.elements())
}

// NewStream returns a new stream. For any split of the input its output has the bits of Reference.
func (u *ConvTranspose1D[T]) NewStream(options ...dsp.Option) *ConvTranspose1DStream[T] {
	s := &ConvTranspose1DStream[T]{
		convTranspose1D: &u.convTranspose1D, workers: dsp.WorkersOf(options...),
		Guard: dsp.Guard{Origin: "ConvTranspose1D.NewStream"},
	}
	s.allocate()
	return s
}
