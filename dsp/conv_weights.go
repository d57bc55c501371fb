package dsp

import "github.com/tailwave/tailwave/dsp/internal/kernel"

// convWeights are the filters of a Conv1D, packed for the kernels that suit its shape: channelwise alone, or panels, and
// planes beside them where there are few output channels.
type convWeights struct {
	panels      []*kernel.Panels[float32] // one for each group
	planes      *kernel.Planes[float32]
	channelwise *kernel.Depthwise[float32]
}

// packConv packs filters [Kernel, Out, In/Groups].
func packConv(g ConvGeometry, level kernel.Level, filters, bias []float32) *convWeights {
	w := &convWeights{}
	cin, cout := g.In/g.Groups, g.Out/g.Groups
	if cin == 1 && cout == 1 {
		w.channelwise = kernel.PackDepthwise(level, g.Kernel, g.Out, filters, bias)
		return w
	}
	for i := range g.Groups {
		at := func(r, c int) float32 { return filters[(r/cin*g.Out+i*cout+c)*cin+r%cin] }
		var b []float32
		if bias != nil {
			b = bias[i*cout:][:cout]
		}
		w.panels = append(w.panels, kernel.Pack(level, g.Kernel*cin, cout, at, b))
		if g.Groups == 1 && g.Stride == 1 && g.Span() <= longSpan && g.In <= manyPlanes && kernel.PrefersPlanes(level, g.Out) {
			w.planes = kernel.PackPlanes(level, g.Kernel, g.In, g.Out, at, b)
		}
	}
	return w
}

// filters returns [Kernel, Out, In/Groups] again.
func (w *convWeights) filters(g ConvGeometry) []float32 {
	if w.channelwise != nil {
		return w.channelwise.Filters()
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

// elements returns how many numbers the packed weights are.
func (w *convWeights) elements() int {
	n := 0
	if w.channelwise != nil {
		n += w.channelwise.Elements()
	}
	if w.planes != nil {
		n += w.planes.Elements()
	}
	for _, p := range w.panels {
		n += p.Elements()
	}
	return n
}

// Planes pay for as many frames as a span has, and not for few: all of these are brought into planes for every block. The
// bounds on span and input channels also bound the memory for it.
const (
	longSpan   = 192
	manyPlanes = 1024
	fewRows    = 32
)

// usesPlanes reports whether n output frames are to be computed with planes.
func (w *convWeights) usesPlanes(g ConvGeometry, n int) bool {
	return w.planes != nil && n >= max(fewRows, g.Span())
}

// A convJob computes output frames from the window, in parts that may run concurrently.
type convJob struct {
	c       *Conv1D
	product kernel.Product[float32] // of the whole job, for the first group
	parts   int
	rows    bool        // parts are rows, else panels
	planes  bool        // for this block
	joined  bool        // taps lie next to each other, so panels take them as one long one
	scratch [][]float32 // for each part
	part    func(int)   // computePart, made once
	after   func(int)   // finishPart, made once
}

func (j *convJob) make(c *Conv1D) {
	g := c.g
	j.c = c
	j.part, j.after = j.computePart, j.finishPart
	j.product = kernel.Product[float32]{
		AccRow: g.Out, XRow: g.Stride * c.row, Taps: g.Kernel, XTap: g.Dilation * c.row, Channels: g.In / g.Groups,
	}
	if c.weights.channelwise != nil {
		j.product.Channels = g.In
	}
	j.joined = c.weights.panels != nil && g.Groups == 1 && g.Dilation == 1 && c.row == g.In
	if c.weights.planes != nil {
		j.scratch = make([][]float32, c.layer.size())
		for i := range j.scratch {
			j.scratch[i] = make([]float32, c.weights.planes.Scratch(g.Dilation))
		}
	}
}

// widePart is how many panels a part should have, if parts are panels: with fewer, rows are the better division.
const widePart = 4

// run computes n output frames into dst from the rows of the window from x on.
func (j *convJob) run(x, dst []float32, n int) {
	g, w := j.c.g, j.c.weights
	j.product.X, j.product.Acc, j.product.Rows = x, dst, n
	j.parts = j.c.layer.parts(int64(n) * int64(g.Out) * int64(g.In/g.Groups) * int64(g.Kernel))
	j.planes = w.usesPlanes(g, n)
	if j.rows = j.planes || w.panels == nil || w.panels[0].Count() < widePart*j.parts; j.rows {
		j.parts = max(1, min(j.parts, n/tileRows))
	}
	if j.parts == 1 {
		j.rows = true
		j.computePart(0)
	} else {
		j.c.workers.Split(j.parts, j.part)
		if !j.rows && j.c.after.kind != identity {
			j.c.workers.Split(j.parts, j.after)
		}
	}
	j.product.X, j.product.Acc = nil, nil
}

// computePart computes the part-th of j.parts.
func (j *convJob) computePart(part int) {
	m := j.product
	w := j.c.weights
	if !j.rows {
		j.prefetch(m)
		for i, p := range w.panels {
			j.group(m, i, p, part*p.Count()/j.parts, (part+1)*p.Count()/j.parts)
		}
		return
	}
	from, to := j.rowsOf(part)
	m.Acc, m.X, m.Rows = m.Acc[from*m.AccRow:], m.X[from*m.XRow:], to-from
	j.prefetch(m)
	switch {
	case w.channelwise != nil:
		w.channelwise.Mul(m, 0, 0, w.channelwise.Count())
	case j.planes:
		w.planes.Mul(m, j.scratch[part])
	default:
		for i, p := range w.panels {
			j.group(m, i, p, 0, p.Count())
		}
	}
	j.finishPart(part)
}

// prefetch asks for the samples of a part, which the core that computes another part may have written.
func (j *convJob) prefetch(m kernel.Product[float32]) {
	if j.parts > 1 && m.Rows > 0 {
		kernel.Prefetch(m.X[:min(len(m.X), (m.Rows-1)*m.XRow+j.c.g.Span()*j.c.row)])
	}
}

// tileRows is the height of the largest tiles.
const tileRows = 12

// rowsOf returns the rows of a part: but for the last, a multiple of the height of tiles.
func (j *convJob) rowsOf(part int) (from, to int) {
	row := func(part int) int {
		if part == j.parts {
			return j.product.Rows
		}
		return part * j.product.Rows / j.parts / tileRows * tileRows
	}
	return row(part), row(part + 1)
}

// finishPart applies the After function to the rows of a part.
func (j *convJob) finishPart(part int) {
	if j.c.after.kind != identity {
		from, to := j.rowsOf(part)
		out := j.product.Acc[from*j.product.AccRow : to*j.product.AccRow]
		j.c.after.apply(j.c.level, out, out)
	}
}

// group multiplies the panels first to end-1 of group i.
func (j *convJob) group(m kernel.Product[float32], i int, p *kernel.Panels[float32], first, end int) {
	g := j.c.g
	m.Acc, m.X = m.Acc[i*(g.Out/g.Groups):], m.X[i*(g.In/g.Groups):]
	if j.joined {
		m.Taps, m.XTap, m.Channels = 1, 0, g.Kernel*g.In
	}
	p.Mul(m, first, end)
}
