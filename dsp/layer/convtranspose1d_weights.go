package layer

import (
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/kernel"
)

// transposeWeights are the filters of a ConvTranspose1D, packed for the kernel that suits its shape: passes, or
// depthwise.
type transposeWeights[T dsp.Float] struct {
	passes    []transposePass[T]
	depthwise *kernel.Depthwise[T] // one filter for each channel
	byFrame   bool                 // results of successive frames overlap within a pass: one frame at a time
}

// A transposePass adds the products of all frames of a block with some of the taps to the accumulators. For each
// accumulator the passes come in the order of the frames that they take to it: later taps, which belong to earlier
// frames, first.
type transposePass[T dsp.Float] struct {
	panels *kernel.Panels[T]
	acc    int  // elements from a frame's first accumulator to the first of the pass
	x      int  // first input channel
	fresh  bool // it is the first to touch all accumulators that it reaches, which start at +0
}

// fewColumns is up to how many results per frame it is better to fill the vectors with taps of one frame than to leave
// lanes empty over several frames.
const fewColumns = 15

// packTranspose packs filters [Kernel, Out, In/Groups].
func packTranspose[T dsp.Float](g TransposeGeometry, level kernel.Level, filters []T) *transposeWeights[T] {
	w := &transposeWeights[T]{}
	cin, cout := g.In/g.Groups, g.Out/g.Groups
	// pack packs as many taps as the columns hold, from tap on, of a group.
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
		// Stride successive taps reach accumulators next to each other, and those of the next frame lie behind them.
		for tap := (g.Kernel - 1) / g.Stride * g.Stride; tap >= 0; tap -= g.Stride {
			pack(tap, 0, min(g.Stride, g.Kernel-tap)*g.Out)
		}
		w.passes[0].fresh = g.Kernel%g.Stride == 0
	}
	return w
}

// filters returns [Kernel, Out, In/Groups] again.
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

// elements returns how many numbers the packed weights are.
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

// fresh reports whether nothing need be cleared for new frames: the first pass begins all their accumulators.
func (w *transposeWeights[T]) fresh() bool { return len(w.passes) > 0 && w.passes[0].fresh }
