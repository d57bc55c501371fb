package layer

import (
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/kernel"
)

// transposeWeights are the filters of a ConvTranspose1D, packed for the kernel that suits its shape: passes or
// depthwise.
type transposeWeights[T dsp.Float] struct {
	passes    []transposePass[T]
	depthwise *kernel.Depthwise[T] // one filter per channel
	byFrame   bool                 // successive frames overlap within a pass, so a kernel call has one frame
}

// A transposePass adds the products of all frames of a block with some of the taps to the accumulators. The order of
// the passes is the order of the terms in each sum: later taps first, because they bring the products of earlier
// frames. In another order the bits would differ from the reference.
type transposePass[T dsp.Float] struct {
	panels *kernel.Panels[T]
	acc    int  // elements from the first accumulator of a frame to the first one of the pass
	x      int  // first input channel
	fresh  bool // it is the first pass for all its accumulators: they start at +0 and need not be cleared
}

// fewColumns is the largest number of results per frame for which filling vectors with the taps of one frame is faster
// than leaving lanes empty over several frames.
const fewColumns = 15

// packTranspose packs filters [Kernel, Out, In/Groups].
func packTranspose[T dsp.Float](g TransposeGeometry, level kernel.Level, filters []T) *transposeWeights[T] {
	w := &transposeWeights[T]{}
	cin, cout := g.In/g.Groups, g.Out/g.Groups
	// pack adds a pass for one group: the taps from tap on that fill the columns.
	pack := func(tap, group, columns int) {
		at := func(r, c int) T { return filters[((tap+c/cout)*g.Out+group*cout+c%cout)*cin+r] }
		w.passes = append(w.passes, transposePass[T]{
			panels: kernel.Pack(level, cin, columns, at, nil),
			acc:    tap*g.Dilation*g.Out + group*cout,
			x:      group * cin,
		})
	}
	switch {
	case cin == 1 && cout == 1 && g.Groups > 1:
		w.depthwise = kernel.PackDepthwise(level, g.Kernel, g.Out, filters, nil)
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
		// Stride successive taps reach adjacent accumulators, and those of the next frame follow immediately.
		for tap := (g.Kernel - 1) / g.Stride * g.Stride; tap >= 0; tap -= g.Stride {
			pack(tap, 0, min(g.Stride, g.Kernel-tap)*g.Out)
		}
		w.passes[0].fresh = g.Kernel%g.Stride == 0
	}
	return w
}

// filters unpacks the weights to [Kernel, Out, In/Groups].
func (w *transposeWeights[T]) filters(g TransposeGeometry) []T {
	if w.depthwise != nil {
		return w.depthwise.Filters()
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

// elements returns the number of packed values.
func (w *transposeWeights[T]) elements() int {
	n := 0
	if w.depthwise != nil {
		n += w.depthwise.Elements()
	}
	for _, p := range w.passes {
		n += p.panels.Elements()
	}
	return n
}

// fresh reports whether the first pass starts every new accumulator, so that none need be cleared.
func (w *transposeWeights[T]) fresh() bool { return len(w.passes) > 0 && w.passes[0].fresh }
