package layer

import "github.com/tailwave/tailwave/dsp/internal/kernel"

// conv1DWeights are the filters of a Conv1D, packed for the kernels that suit its shape: either depthwise, or panels,
// with planes in addition if there are few output channels.
type conv1DWeights struct {
	panels    []*kernel.Panels[float32] // one per group
	planes    *kernel.Planes[float32]
	depthwise *kernel.Depthwise[float32]
}

// packConv1D packs filters [Kernel, Out, In/Groups].
func packConv1D(g ConvGeometry, level kernel.Level, filters, bias []float32) *conv1DWeights {
	w := &conv1DWeights{}
	cin, cout := g.In/g.Groups, g.Out/g.Groups
	if cin == 1 && cout == 1 {
		w.depthwise = kernel.PackDepthwise(level, g.Kernel, g.Out, filters, bias)
		return w
	}
	for i := range g.Groups {
		at := func(r, c int) float32 { return filters[(r/cin*g.Out+i*cout+c)*cin+r%cin] }
		var b []float32
		if bias != nil {
			b = bias[i*cout:][:cout]
		}
		w.panels = append(w.panels, kernel.Pack(level, g.Kernel*cin, cout, at, b))
		if g.Groups == 1 && g.Stride == 1 && g.Span() <= longSpan && g.In <= manyPlanes &&
			kernel.PrefersPlanes(level, g.Out) {
			w.planes = kernel.PackPlanes(level, g.Kernel, g.In, g.Out, at, b)
		}
	}
	return w
}

// filters unpacks the weights to [Kernel, Out, In/Groups].
func (w *conv1DWeights) filters(g ConvGeometry) []float32 {
	if w.depthwise != nil {
		return w.depthwise.Filters()
	}
	cin, cout := g.In/g.Groups, g.Out/g.Groups
	f := make([]float32, g.Kernel*g.Out*cin)
	for i, p := range w.panels {
		for r := range g.Kernel * cin {
			for c := range cout {
				f[(r/cin*g.Out+i*cout+c)*cin+r%cin] = p.At(r, c)
			}
		}
	}
	return f
}

// elements returns the number of packed values.
func (w *conv1DWeights) elements() int {
	n := 0
	if w.depthwise != nil {
		n += w.depthwise.Elements()
	}
	if w.planes != nil {
		n += w.planes.Elements()
	}
	for _, p := range w.panels {
		n += p.Elements()
	}
	return n
}

// For every block, its input and one span more are rearranged into planes. This pays only if the block has at least
// fewRows output frames, and at least a span of them. The bounds on the span and on the input channels also bound the
// memory of the planes.
const (
	longSpan   = 192
	manyPlanes = 1024
	fewRows    = 32
)

// usesPlanes reports whether planes are faster for n output frames.
func (w *conv1DWeights) usesPlanes(g ConvGeometry, n int) bool {
	return w.planes != nil && n >= max(fewRows, g.Span())
}
