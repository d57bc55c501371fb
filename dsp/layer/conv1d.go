package layer

import "github.com/tailwave/tailwave/dsp"

// A Conv1D holds the weights of a convolution, and makes any number of streams. It never changes, so it is safe for
// concurrent use.
type Conv1D struct{ conv1D }

// conv1D is the part of a Conv1D that its streams work with.
type conv1D struct {
	g ConvGeometry // defaults filled in
	layer
	bias    []float32 // [Out] or nil
	weights *conv1DWeights
}

// NewConv1D returns a Conv1D for filters [Kernel, Out, In/Groups] and bias [Out] or nil, or a *dsp.ArgError that names
// the argument that does not fit. The filters are packed into a form of their own and not kept; the bias must not
// change afterwards.
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

// Geometry returns what the Conv1D was built with, defaults filled in.
func (c *Conv1D) Geometry() ConvGeometry { return c.g }

// WeightBytes returns the memory of the packed weights.
func (c *Conv1D) WeightBytes() int64 { return c.weightBytes() }

func (c *conv1D) weightBytes() int64 { return 4 * int64(c.weights.elements()+len(c.bias)) }

// Reference implements [dsp.Referencer]: the definition of the convolution, one sum after the other, with the
// activations.
func (c *conv1D) Reference(src []float32) ([]float32, error) {
	if len(src)%c.g.In == 0 {
		src = c.pre.Apply(src)
	}
	out, err := convolve(c.g, src, c.weights.filters(c.g), c.bias)
	return c.post.Apply(out), err
}

// NewStream returns a new stream, whose results for any split of the input are those of Reference, bit for bit.
func (c *Conv1D) NewStream(options ...dsp.Option) *Conv1DStream {
	s := &Conv1DStream{
		conv1D: &c.conv1D, workers: dsp.WorkersOf(options...), Guard: dsp.Guard{Origin: "Conv1D.NewStream"},
	}
	s.allocate()
	return s
}
