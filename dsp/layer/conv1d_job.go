package layer

import "github.com/tailwave/tailwave/dsp/internal/kernel"

// A conv1DJob computes output frames from rows of the window, in parts that may run concurrently.
type conv1DJob struct {
	c       *Conv1DStream
	product kernel.Product[float32] // describes the whole job for the first group
	parts   int
	rows    bool        // parts are ranges of output frames; otherwise ranges of panels, which are output channels
	planes  bool        // the current block is computed with planes
	joined  bool        // the taps are contiguous in the window, so panels treat them as one long tap
	scratch [][]float32 // one per part, for planes
	part    func(int)   // computePart, made once
	after   func(int)   // finishPart, made once
}

func (j *conv1DJob) make(c *Conv1DStream) {
	g := c.g
	j.c = c
	j.part, j.after = j.computePart, j.finishPart
	j.product = kernel.Product[float32]{
		AccRow: g.Out, XRow: g.Stride * c.row, Taps: g.Kernel, XTap: g.Dilation * c.row, Channels: g.In / g.Groups,
	}
	if c.weights.depthwise != nil {
		j.product.Channels = g.In
	}
	j.joined = c.weights.panels != nil && g.Groups == 1 && g.Dilation == 1 && c.row == g.In
	if c.weights.planes != nil {
		j.scratch = make([][]float32, workersSize(j.c.workers))
		for i := range j.scratch {
			j.scratch[i] = make([]float32, c.weights.planes.Scratch(g.Dilation))
		}
	}
}

// widePart is the smallest number of panels in a part. With fewer panels, parts that are rows are faster.
const widePart = 4

// run computes n output frames into dst. The first tap of the first output frame is at x.
func (j *conv1DJob) run(x, dst []float32, n int) {
	g, w := j.c.g, j.c.weights
	j.product.X, j.product.Acc, j.product.Rows = x, dst, n
	j.parts = j.c.parts(workersSize(j.c.workers), int64(n)*int64(g.Out)*int64(g.In/g.Groups)*int64(g.Kernel))
	j.planes = w.usesPlanes(g, n)
	if j.rows = j.planes || w.panels == nil || w.panels[0].Count() < widePart*j.parts; j.rows {
		j.parts = max(1, min(j.parts, n/tileRows))
	}
	if j.parts == 1 {
		j.rows = true
		j.computePart(0)
	} else {
		j.c.workers.For(j.parts, j.part)
		if !j.rows && j.c.post.kind != identity {
			j.c.workers.For(j.parts, j.after)
		}
	}
	j.product.X, j.product.Acc = nil, nil
}

// computePart computes one of j.parts parts.
func (j *conv1DJob) computePart(part int) {
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
	case w.depthwise != nil:
		w.depthwise.Mul(m, 0, 0, w.depthwise.Count())
	case j.planes:
		w.planes.Mul(m, j.scratch[part])
	default:
		for i, p := range w.panels {
			j.group(m, i, p, 0, p.Count())
		}
	}
	j.finishPart(part)
}

// prefetch loads the input of a part, which may be in the cache of another core.
func (j *conv1DJob) prefetch(m kernel.Product[float32]) {
	if j.parts > 1 && m.Rows > 0 {
		kernel.Prefetch(m.X[:min(len(m.X), (m.Rows-1)*m.XRow+j.c.g.Span()*j.c.row)])
	}
}

// tileRows is the height of the largest kernel tile, in output frames.
const tileRows = 12

// rowsOf returns the rows of a part. Except for the last part, both ends are multiples of the tile height, so that no
// tile is split.
func (j *conv1DJob) rowsOf(part int) (from, to int) {
	row := func(part int) int {
		if part == j.parts {
			return j.product.Rows
		}
		return part * j.product.Rows / j.parts / tileRows * tileRows
	}
	return row(part), row(part + 1)
}

// finishPart applies the post-activation to the rows of a part.
func (j *conv1DJob) finishPart(part int) {
	if j.c.post.kind != identity {
		from, to := j.rowsOf(part)
		out := j.product.Acc[from*j.product.AccRow : to*j.product.AccRow]
		j.c.post.apply(j.c.level, out, out)
	}
}

// group computes the outputs of panels first to end-1 of group i.
func (j *conv1DJob) group(m kernel.Product[float32], i int, p *kernel.Panels[float32], first, end int) {
	g := j.c.g
	m.Acc, m.X = m.Acc[i*(g.Out/g.Groups):], m.X[i*(g.In/g.Groups):]
	if j.joined {
		m.Taps, m.XTap, m.Channels = 1, 0, g.Kernel*g.In
	}
	p.Mul(m, first, end)
}
