package layer

import "github.com/tailwave/tailwave/dsp"

// A Conv1D holds the weights of a convolution and makes any number of streams. It never changes, so it is safe for
// concurrent use. The package comment has the definition.
type Conv1D struct{ conv1D }

// conv1D is the part of a Conv1D that its streams share.
type conv1D struct {
	g ConvGeometry // defaults filled in
	layer
	bias    []float32 // [Out] or nil
	weights *conv1DWeights
}

// NewConv1D returns a Conv1D with filters [Kernel, Out, In/Groups] and bias [Out] or nil. The filters are copied into a
// packed form; the bias is kept and must not change afterwards. NewConv1D fails with a *dsp.ArgError that names the
// invalid argument.
func NewConv1D(g ConvGeometry, filters, bias []float32, options ...Option) (*Conv1D, error) {
	if err := g.CheckWeights(len(filters), elements(bias)); err != nil {
		return nil, err
	}
	l, err := newLayer(g.In, g.Out, options)
	if err != nil {
		return nil, err
	}
	g = g.withDefaults()
	return &Conv1D{conv1D{g: g, layer: l, bias: bias, weights: packConv1D(g, l.level, filters, bias)}}, nil
}

// Geometry returns the geometry of the layer, with defaults filled in.
func (c *Conv1D) Geometry() ConvGeometry { return c.g }

// WeightBytes returns the size of the packed weights and the bias in bytes.
func (c *Conv1D) WeightBytes() int64 { return c.weightBytes() }

func (c *conv1D) weightBytes() int64 { return 4 * int64(c.weights.elements()+len(c.bias)) }

// Reference implements [dsp.Referencer]. It computes the convolution by its definition, one sum after the other,
// including the activations.
func (c *conv1D) Reference(src []float32) ([]float32, error) {
	if len(src)%c.g.In == 0 {
		src = c.pre.Apply(src)
	}
	out, err := convolve(c.g, src, c.weights.filters(c.g), c.bias)
	return c.post.Apply(out), err
}

// NewStream returns a new stream. For any split of the input its output has the bits of Reference.
func (c *Conv1D) NewStream(options ...dsp.Option) *Conv1DStream {
	s := &Conv1DStream{
		conv1D: &c.conv1D, workers: dsp.WorkersOf(options...), Guard: dsp.Guard{Origin: "Conv1D.NewStream"},
	}
	s.allocate()
	return s
}
