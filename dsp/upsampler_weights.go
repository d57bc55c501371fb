package dsp

import "github.com/tailwave/tailwave/dsp/internal/kernel"

// upsamplerWeights are the filters of an Upsampler, packed for the kernel that suits its shape: passes, or channelwise.
type upsamplerWeights[T Float] struct {
	passes      []upsamplerPass[T]
	channelwise *kernel.Depthwise[T] // one filter for each channel
	byFrame     bool                 // results of successive frames overlap within a pass: one frame at a time
}

// An upsamplerPass adds the products of all frames of a block with some of the taps to the accumulators. For each
// accumulator the passes come in the order of the frames that they take to it: later taps, which belong to earlier
// frames, first.
type upsamplerPass[T Float] struct {
	panels *kernel.Panels[T]
	acc    int  // elements from a frame's first accumulator to the first of the pass
	x      int  // first input channel
	fresh  bool // it is the first to touch all accumulators that it reaches, which start at +0
}

// fewColumns is up to how many results per frame it is better to fill the vectors with taps of one frame than to leave
// lanes empty over several frames.
const fewColumns = 15

// packUpsampler packs filters [Kernel, Out, In/Groups].
func packUpsampler[T Float](g Geometry, level kernel.Level, filters []T) *upsamplerWeights[T] {
	w := &upsamplerWeights[T]{}
	cin, cout := g.In/g.Groups, g.Out/g.Groups
	// pack packs as many taps as the columns hold, from tap on, of a group.
	pack := func(tap, group, columns int) {
		at := func(r, c int) T { return filters[((tap+c/cout)*g.Out+group*cout+c%cout)*cin+r] }
		w.passes = append(w.passes, upsamplerPass[T]{
			panels: kernel.Pack(level, cin, columns, at, nil),
			acc:    tap*g.Dilation*g.Out + group*cout,
			x:      group * cin,
		})
	}
	switch {
	case cin == 1 && cout == 1 && g.Groups > 1:
		w.channelwise = kernel.PackDepthwise(level, g.Kernel, g.Out, filters, nil)
	case g.Groups > 1 || g.Dilation > 1:
		for tap := g.Kernel - 1; tap >= 0; tap-- {
			for group := range g.Groups {
				pack(tap, group, cout)
			}
		}
	case g.Kernel > g.Stride && g.Stride*g.Out <= fewColumns:
		w.byFrame = true
		pack(0, 0, g.Kernel*g.Out)
	default:
		// Stride successive taps reach accumulators next to each other, and those of the next frame lie behind them.
		for tap := (g.Kernel - 1) / g.Stride * g.Stride; tap >= 0; tap -= g.Stride {
			pack(tap, 0, min(g.Stride, g.Kernel-tap)*g.Out)
		}
		w.passes[0].fresh = g.Kernel%g.Stride == 0
	}
	return w
}

// filters returns [Kernel, Out, In/Groups] again.
func (w *upsamplerWeights[T]) filters(g Geometry) []T {
	if w.channelwise != nil {
		return w.channelwise.Filters()
	}
	cin, cout := g.In/g.Groups, g.Out/g.Groups
	f := make([]T, g.Kernel*g.Out*cin)
	for _, p := range w.passes {
		group := p.x / cin
		tap := (p.acc - group*cout) / (g.Dilation * g.Out)
		rows, columns := p.panels.Size()
		for r := range rows {
			for c := range columns {
				f[((tap+c/cout)*g.Out+group*cout+c%cout)*cin+r] = p.panels.At(r, c)
			}
		}
	}
	return f
}

// fresh reports whether nothing need be cleared for new frames: the first pass begins all their accumulators.
func (w *upsamplerWeights[T]) fresh() bool { return len(w.passes) > 0 && w.passes[0].fresh }

// An upsamplerJob adds a block of frames to the accumulators, in parts that may run concurrently: parts are groups, or
// columns of the passes.
type upsamplerJob[T Float] struct {
	u       *Upsampler[T]
	product kernel.Product[T]
	parts   int
	part    func(int) // computePart, made once
}

func (j *upsamplerJob[T]) make(u *Upsampler[T]) {
	j.u = u
	j.part = j.computePart
	j.product = kernel.Product[T]{
		AccRow: u.g.Stride * u.g.Out, XRow: u.row, Taps: 1, Channels: u.g.In / u.g.Groups,
		Accumulate: true, // except in fresh passes
	}
	if u.weights.channelwise != nil {
		j.product.Channels = u.g.In
	}
}

// run adds n frames, x, to the accumulators acc.
func (j *upsamplerJob[T]) run(acc, x []T, n int) {
	g := j.u.g
	j.product.Acc, j.product.X, j.product.Rows = acc, x, n
	j.parts = 1
	if !j.u.weights.byFrame {
		j.parts = j.u.layer.parts(int64(n) * int64(g.Out) * int64(g.In/g.Groups) * int64(g.Kernel))
	}
	if g.Groups > 1 && j.u.weights.channelwise == nil {
		j.parts = min(j.parts, g.Groups)
	}
	if j.parts == 1 {
		j.computePart(0)
	} else {
		j.u.workers.Split(j.parts, j.part)
	}
	j.product.Acc, j.product.X = nil, nil
}

// computePart computes the part-th of j.parts.
func (j *upsamplerJob[T]) computePart(part int) {
	g, w, m := j.u.g, j.u.weights, j.product
	if c := w.channelwise; c != nil {
		for tap := g.Kernel - 1; tap >= 0; tap-- {
			m.Acc = j.product.Acc[tap*g.Dilation*g.Out:]
			c.Mul(m, tap, part*c.Count()/j.parts, (part+1)*c.Count()/j.parts)
		}
		return
	}
	// A part has groups of its own, or columns that are the same in all passes, so that no accumulator belongs to two.
	if g.Groups > 1 {
		for _, p := range w.passes {
			if group := p.x / m.Channels; group*j.parts/g.Groups == part {
				m.X, m.Acc = j.product.X[p.x:], j.product.Acc[p.acc:]
				p.panels.Mul(m, 0, p.panels.Count())
			}
		}
		return
	}
	most := 0
	for _, p := range w.passes {
		most = max(most, p.panels.Count())
	}
	first, end := part*most/j.parts, (part+1)*most/j.parts
	for _, p := range w.passes {
		m.X, m.Acc, m.Accumulate = j.product.X[p.x:], j.product.Acc[p.acc:], !p.fresh
		f, e := min(first, p.panels.Count()), min(end, p.panels.Count())
		if !w.byFrame {
			p.panels.Mul(m, f, e)
			continue
		}
		m.Rows = 1
		for range j.product.Rows {
			p.panels.Mul(m, f, e)
			m.X, m.Acc = m.X[m.XRow:], m.Acc[m.AccRow:]
		}
	}
}
