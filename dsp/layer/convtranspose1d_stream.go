package layer

import (
	"math"
	"slices"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/memory"
)

// A ConvTranspose1DStream is the transposed convolution of one stream. It holds the overlap-add tail, the accumulators
// of samples to which later frames still add, from call to call. The float32 stream is a [dsp.Processor]. A batch needs
// one stream per row.
//
// Samples are emitted as early as possible: n*Stride - Latency of them after n frames, at least 0.
type ConvTranspose1DStream[T dsp.Float] struct {
	*convTranspose1D[T]
	workers dsp.Workers

	// acc holds accumulators [rows, Out]: first the late rows, then the tail, then room for one block.
	acc   []T
	block int // frames per kernel call

	// staged holds the frames of a block, row elements apart, if src cannot be read in place.
	staged []T
	row    int

	drop    int   // rows at the start of acc to drop before the next emission
	emitted int64 // samples per channel emitted so far
	dsp.Guard

	job transposeJob[T]
}

// A kernel call works on up to blockFrames frames, and on up to blockElements accumulators in addition to the held
// ones, about half of an L2 cache.
const (
	blockElements = 1 << 16
	blockFrames   = 192
)

// allocate makes the buffers of a stream.
func (u *ConvTranspose1DStream[T]) allocate() {
	g := u.g
	u.block = u.layer.block(max(1, min(blockElements/(g.Stride*g.Out), blockElements/g.In, blockFrames)))
	u.acc = make([]T, (u.held+u.block*g.Stride)*g.Out)
	u.row = g.In
	if u.pre.kind != identity || rowPadding(g.In) != g.In {
		u.row = rowPadding(g.In)
		u.staged = make([]T, u.block*u.row)
	}
	u.job.make(u)
	u.begin()
}

// Memory implements [dsp.Sizer]: the bytes of the packed weights, which streams share, and of this stream.
func (u *ConvTranspose1DStream[T]) Memory() (weights, state int64) {
	return u.weightBytes(), memory.Struct(u) + memory.Bytes(u.acc, u.staged)
}

// Shape returns the channels and the ratio Stride/1. The latency is the larger of two numbers of samples:
//
//   - Left. After n frames the first n*Stride samples of the untrimmed result are final, and the first Left are
//     dropped.
//   - Left+Right+Stride-Span. If the stream ended after n frames, its output would be this much shorter than n*Stride,
//     and the stream must not have emitted more.
func (u *ConvTranspose1DStream[T]) Shape() dsp.Shape {
	return dsp.Shape{
		In: u.g.In, Out: u.g.Out, Up: u.g.Stride, Down: 1, Latency: u.latency(), MinFrames: u.g.MinFrames(),
	}
}

func (u *ConvTranspose1DStream[T]) latency() int { return max(u.g.Left, u.g.trim()) }

// OutFrames is [TransposeGeometry.OutFrames].
func (u *ConvTranspose1DStream[T]) OutFrames(n int64) int64 { return u.g.OutFrames(n) }

// Emitted returns n*Stride - Latency, at least 0.
func (u *ConvTranspose1DStream[T]) Emitted(n int64) int64 {
	return max(0, n*int64(u.g.Stride)-int64(u.latency()))
}

// MaxOutFrames bounds the samples per channel that Process of n frames, followed by Flush, appends.
func (u *ConvTranspose1DStream[T]) MaxOutFrames(n int) int {
	return n*u.g.Stride + u.latency() - u.g.trim()
}

// Reset starts a new stream.
func (u *ConvTranspose1DStream[T]) Reset() {
	clear(u.acc)
	u.begin()
	u.Guard.Reset()
}

// begin sets the counts of a new stream. The accumulators must be 0.
func (u *ConvTranspose1DStream[T]) begin() {
	u.drop = u.late + u.g.Left
	u.emitted = 0
}

// Process consumes the frames of src, [n, In], and appends the samples that have become final, [m, Out].
func (u *ConvTranspose1DStream[T]) Process(dst, src []T) []T {
	u.BeginProcess(len(src), u.g.In)
	for len(src) > 0 {
		n := min(u.block, len(src)/u.g.In)
		dst = u.advance(dst, src[:n*u.g.In], n)
		src = src[n*u.g.In:]
	}
	return dst
}

// advance adds n frames to the accumulators, emits the n*Stride rows that this makes final, and moves the held rows to
// the front.
func (u *ConvTranspose1DStream[T]) advance(dst, src []T, n int) []T {
	u.job.run(u.acc[u.late*u.g.Out:], u.stage(src, n), n)
	final := n * u.g.Stride
	skip := min(u.drop, final)
	u.drop -= skip
	dst = u.emit(dst, skip, final)
	copy(u.acc, u.acc[final*u.g.Out:][:u.held*u.g.Out])
	if !u.weights.fresh() {
		clear(u.acc[u.held*u.g.Out:][:final*u.g.Out])
	}
	return dst
}

// stage returns the frames u.row elements apart, after the pre-activation.
func (u *ConvTranspose1DStream[T]) stage(src []T, n int) []T {
	if u.staged == nil {
		return src
	}
	for i := range n {
		u.activate(u.pre, u.staged[i*u.row:][:u.g.In], src[i*u.g.In:][:u.g.In])
	}
	return u.staged
}

// emit appends rows [from, to) of acc with bias and post-activation.
func (u *ConvTranspose1DStream[T]) emit(dst []T, from, to int) []T {
	start, n := len(dst), (to-from)*u.g.Out
	dst = slices.Grow(dst, n)[:start+n]
	u.finish(dst[start:], u.acc[from*u.g.Out:][:n])
	u.emitted += int64(to - from)
	return dst
}

// finish sets out to the sums plus the bias, and applies the post-activation. It must run once per sample: adding the
// bias per contribution double-counts it in the overlap.
func (u *ConvTranspose1DStream[T]) finish(out, sums []T) {
	single, ok := any(out).([]float32)
	switch {
	case u.bias == nil:
		copy(out, sums)
	case ok:
		u.level.AddFrames(single, any(sums).([]float32), any(u.bias).([]float32))
	default:
		for i := range out {
			out[i] = sums[i] + u.bias[i%u.g.Out]
		}
	}
	if u.post.kind != identity {
		u.activate(u.post, out, out)
	}
}

// Flush ends the stream and appends the samples that it holds. Samples that no frame reaches, from a negative Right,
// are zeros plus the bias.
func (u *ConvTranspose1DStream[T]) Flush(dst []T) []T {
	u.BeginFlush()
	return u.finishStream(dst, math.MaxInt)
}

// finishStream appends up to most samples of those that Process has not emitted: first the held rows of acc, then
// zeros.
func (u *ConvTranspose1DStream[T]) finishStream(dst []T, most int) []T {
	missing := min(most, int(u.g.OutFrames(u.Frames())-u.emitted))
	if missing <= 0 {
		return dst
	}
	from := min(u.drop, u.held)
	to := min(from+missing, u.held)
	dst = u.emit(dst, from, to)
	u.drop = to
	zeros := missing - (to - from)
	start := len(dst)
	dst = slices.Grow(dst, zeros*u.g.Out)[:start+zeros*u.g.Out]
	clear(dst[start:])
	u.finish(dst[start:], dst[start:])
	u.emitted += int64(zeros)
	return dst
}
