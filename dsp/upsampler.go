package dsp

import (
	"slices"

	"github.com/tailwave/tailwave/dsp/internal/kernel"
)

// An Upsampler is the transposed convolution of a stream. It keeps the overlap-add tail, accumulators that later frames
// still add to, from call to call, so that the results for any split of the input are those of ConvTranspose over the
// whole, bit for bit. It holds one stream: a batch needs one Upsampler per row. The float32 instance is a Processor.
//
// Samples come out as early as they can: after m frames, m*Stride - Lag() of them, at least 0.
type Upsampler[T Float] struct {
	g       Geometry
	shape   kernel.Transpose
	filters []T // [Kernel, Out, In/Groups]
	bias    []T // [Out] or nil

	// acc holds accumulators [rows, Out]: first the late samples, finished but perhaps beyond the end of the stream if
	// it ended now, then the tail, then room for the frames of one block.
	acc   []T
	held  int // late + tail rows, kept between calls
	late  int // max(0, Rest-Left)
	block int // frames per kernel call

	drop    int   // rows at the start of acc still to be dropped: before the first kept sample
	frames  int64 // taken in so far
	emitted int64 // samples per channel handed out so far
	flushed bool
}

// blockElements is how many accumulators a kernel call may work on beyond the held ones: about what an L1 cache holds.
const blockElements = 4096

// NewUpsampler returns an Upsampler for filters [Kernel, Out, In/Groups] and bias [Out] or nil, or an *ArgError that names
// what does not fit. It copies neither: the slices must not change afterwards, and may be shared by further streams.
func NewUpsampler[T Float](g Geometry, filters, bias []T) (*Upsampler[T], error) {
	if err := checkWeights(g, filters, bias); err != nil {
		return nil, err
	}
	u := &Upsampler[T]{
		g:       g,
		shape:   kernel.Transpose{In: g.In, Out: g.Out, Groups: g.Groups, Kernel: g.Kernel, Stride: g.Stride, Dilation: g.Dilation},
		filters: filters,
		bias:    bias,
		late:    max(0, g.Rest()-g.Left),
	}
	u.held = u.late + max(0, g.Span()-g.Stride)
	if rows := int64(u.held) + int64(g.Stride); rows*int64(g.Out) > maxWindow {
		return nil, argError("right trim", g.Right, "so small that %d samples of %d channels, kept back for it, are at most %d", rows, g.Out, maxWindow)
	}
	u.block = max(1, blockElements/(g.Stride*g.Out))
	u.acc = make([]T, (u.held+u.block*g.Stride)*g.Out)
	u.Reset()
	return u, nil
}

// Geometry returns what the Upsampler was built with.
func (u *Upsampler[T]) Geometry() Geometry { return u.g }

// OneShot returns ConvTranspose of a whole input with the Upsampler's weights. The stream is not touched.
func (u *Upsampler[T]) OneShot(src []T) ([]T, error) {
	return ConvTranspose(u.g, src, u.filters, u.bias)
}

// Channels returns the widths of an input and an output frame.
func (u *Upsampler[T]) Channels() (in, out int) { return u.g.In, u.g.Out }

// Ratio returns Stride, 1.
func (u *Upsampler[T]) Ratio() (up, down int) { return u.g.Stride, 1 }

// Frames returns the width for n frames, Geometry.Width.
func (u *Upsampler[T]) Frames(n int64) int64 { return u.g.Width(n) }

// Lag returns max(Left, Rest): the samples that wait for frames to come, or for the certainty that they will come.
func (u *Upsampler[T]) Lag() int { return max(u.g.Left, u.g.Rest()) }

// MaxOut bounds the samples per channel appended by Process of n frames followed by Flush.
func (u *Upsampler[T]) MaxOut(n int) int { return n*u.g.Stride + u.Lag() - u.g.Rest() }

// MinFrames returns the smallest number of frames for which the width is positive: more than 1 only if the trims exceed
// the contribution of a frame.
func (u *Upsampler[T]) MinFrames() int { return u.g.minFrames() }

// Reset returns the Upsampler to its initial state.
func (u *Upsampler[T]) Reset() {
	clear(u.acc)
	u.drop = u.late + u.g.Left
	u.frames, u.emitted, u.flushed = 0, 0, false
}

// Process takes the frames of src, [n, In], and appends the samples that have become final, [m, Out], to dst.
// It panics if src is not a whole number of frames, or after Flush without Reset.
func (u *Upsampler[T]) Process(dst, src []T) []T {
	checkCall(len(src), u.g.In, u.flushed)
	for len(src) > 0 {
		n := min(u.block, len(src)/u.g.In)
		dst = u.advance(dst, src[:n*u.g.In], n)
		src = src[n*u.g.In:]
	}
	return dst
}

// advance adds n frames, emits the n*Stride rows that are now final, and moves the held rows to the front.
func (u *Upsampler[T]) advance(dst, src []T, n int) []T {
	kernel.ScatterAdd(u.acc[u.late*u.g.Out:], src, u.filters, u.shape)
	u.frames += int64(n)
	final := n * u.g.Stride
	skip := min(u.drop, final)
	u.drop -= skip
	dst = u.emit(dst, skip, final)
	copy(u.acc, u.acc[final*u.g.Out:][:u.held*u.g.Out])
	clear(u.acc[u.held*u.g.Out:][:final*u.g.Out])
	return dst
}

// emit appends rows [from, to) of acc, with the bias.
func (u *Upsampler[T]) emit(dst []T, from, to int) []T {
	start := len(dst)
	dst = append(dst, u.acc[from*u.g.Out:to*u.g.Out]...)
	u.addBias(dst[start:])
	u.emitted += int64(to - from)
	return dst
}

func (u *Upsampler[T]) addBias(out []T) {
	if u.bias == nil {
		return
	}
	for ; len(out) > 0; out = out[u.g.Out:] {
		for o, b := range u.bias {
			out[o] += b
		}
	}
}

// Flush ends the stream and appends the samples still missing from its width, zeros (plus bias) where no frame reaches.
func (u *Upsampler[T]) Flush(dst []T) []T {
	if u.flushed {
		return dst
	}
	u.flushed = true
	missing := int(u.g.Width(u.frames) - u.emitted)
	if missing <= 0 {
		return dst
	}
	from := min(u.drop, u.held)
	to := min(from+missing, u.held)
	dst = u.emit(dst, from, to)
	zeros := missing - (to - from)
	start := len(dst)
	dst = slices.Grow(dst, zeros*u.g.Out)[:start+zeros*u.g.Out]
	clear(dst[start:])
	u.addBias(dst[start:])
	return dst
}

// checkCall panics on the two programming errors of Processor.Process.
func checkCall(n, channels int, flushed bool) {
	if flushed {
		panic("dsp: Process after Flush without Reset")
	}
	if n%channels != 0 {
		panic("dsp: src is not a whole number of frames")
	}
}
