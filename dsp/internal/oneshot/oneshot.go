// Package oneshot computes the transposed convolution of a whole input in gather form, straight from the definition in
// package layer: it collects the terms of one output sample after the other. Package tensor returns its results, and
// tests compare streams with them. Its index arithmetic therefore shares nothing with streams, which scatter each input
// frame to several output samples.
//
//	out := make([]float32, frames*g.Out)
//	oneshot.Transpose(1, g, oneshot.Rows(input, g.In), filters, bias, oneshot.Rows(out, g.Out))
package oneshot

import (
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/kernel"
	"github.com/tailwave/tailwave/dsp/internal/ratio"
)

// MaxElements bounds the number of elements of one tensor.
const MaxElements = 1 << 31

// A Geometry has the fields of layer.TransposeGeometry, which converts to it. The fields must be valid, with defaults
// filled in.
type Geometry struct {
	In, Out     int
	Groups      int
	Kernel      int
	Stride      int
	Dilation    int
	Left, Right int
}

func (g Geometry) span() int { return (g.Kernel-1)*g.Dilation + 1 }

// A View is a matrix [Frames, channels] inside a tensor of either layout: element (i, c) is Data[i*Frame + c*Channel].
type View[T dsp.Float] struct {
	Data           []T
	Frame, Channel int // distances between frames and between channels, in elements
	Frames         int
}

// Rows returns the view of successive frames with adjacent channels.
func Rows[T dsp.Float](data []T, channels int) View[T] {
	return View[T]{Data: data, Frame: channels, Channel: 1, Frames: len(data) / channels}
}

// Transpose computes the output frames 0, step, 2*step, ... until out is full. filters is [Kernel, Out, In/Groups],
// bias [Out] or nil. Each sum starts at +0 and adds the frames that reach the sample in ascending order, and the
// channels of a frame in ascending order, by fused multiply-adds. The bias is added last.
func Transpose[T dsp.Float](step int, g Geometry, in View[T], filters, bias []T, out View[T]) {
	cin, cout := g.In/g.Groups, g.Out/g.Groups
	x := make([]T, cin)
	common := ratio.GCD(g.Stride, g.Dilation)
	for t := range out.Frames {
		p := t*step + g.Left // position in the untrimmed result
		first, tap := g.firstTerm(p, in.Frames)
		for o := range g.Out {
			var acc T
			for i, j := first, tap; j >= 0 && i < in.Frames; i, j = i+g.Dilation/common, j-g.Stride/common {
				for c := range x {
					x[c] = in.Data[i*in.Frame+(o/cout*cin+c)*in.Channel]
				}
				acc = kernel.Dot(acc, x, filters[(j*g.Out+o)*cin:][:cin])
			}
			if bias != nil {
				acc += bias[o]
			}
			out.Data[t*out.Frame+o*out.Channel] = acc
		}
	}
}

// firstTerm returns the first frame, and its tap, that reach position p of the untrimmed result of n frames: the
// solution of frame*Stride + tap*Dilation == p with the smallest frame. The tap is -1 if no frame reaches p.
func (g Geometry) firstTerm(p, n int) (frame, tap int) {
	first := max(0, -ratio.FloorDiv(g.span()-1-p, g.Stride)) // earlier frames end before p
	common := ratio.GCD(g.Stride, g.Dilation)
	if p%common != 0 || first >= n || p < first*g.Stride {
		return 0, -1
	}
	// Solutions recur every Dilation/common frames and every Stride/common taps, so search the shorter range.
	if g.Dilation <= g.Stride {
		for i := first; i < first+g.Dilation/common && i*g.Stride <= p; i++ {
			if (p-i*g.Stride)%g.Dilation == 0 {
				return i, (p - i*g.Stride) / g.Dilation
			}
		}
		return 0, -1
	}
	last := (p - first*g.Stride) / g.Dilation
	for j := last; j >= 0 && j > last-g.Stride/common; j-- {
		if (p-j*g.Dilation)%g.Stride == 0 {
			return (p - j*g.Dilation) / g.Stride, j
		}
	}
	return 0, -1
}
