// Package oneshot computes the transposed convolution of a whole input by its definition, in gather form: each output
// sample on its own, with index arithmetic that shares nothing with streams. Streams and calls are compared with it.
package oneshot

import (
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/kernel"
	"github.com/tailwave/tailwave/dsp/internal/ratio"
)

// MaxElements bounds the elements of one tensor.
const MaxElements = 1 << 31

// A Geometry has the fields of layer.TransposeGeometry, which converts to it. All are valid, and none is left to a
// default.
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
	Frame, Channel int // distances between frames and between channels
	Frames         int
}

// Rows returns the view of frames that follow each other, channels adjacent.
func Rows[T dsp.Float](data []T, channels int) View[T] {
	return View[T]{Data: data, Frame: channels, Channel: 1, Frames: len(data) / channels}
}

// Transpose computes the output frames 0, step, 2*step, ... into out, as many as it has. filters is [Kernel, Out,
// In/Groups], bias [Out] or nil. The order of each sum is that of the frames that reach the sample, ascending, and of
// their channels, ascending.
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
// solution of frame*Stride + tap*Dilation == p with the smallest frame. The tap is -1 if there is none.
func (g Geometry) firstTerm(p, n int) (frame, tap int) {
	first := max(0, -ratio.FloorDiv(g.span()-1-p, g.Stride)) // earlier frames end before p
	common := ratio.GCD(g.Stride, g.Dilation)
	if p%common != 0 || first >= n || p < first*g.Stride {
		return 0, -1
	}
	// Solutions recur every Dilation/common frames and every Stride/common taps: search over the shorter of the two.
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
