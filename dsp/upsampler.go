package dsp

import (
	"slices"
	"unsafe"
)

// An Upsampler is the transposed convolution of a stream. It keeps the overlap-add tail, accumulators that later frames
// still add to, from call to call, so that the results for any split of the input are those of ConvTranspose over the
// whole, bit for bit. It holds one stream: a batch needs one Upsampler per row. The float32 instance is a Processor.
//
// Samples come out as early as they can: after m frames, m*Stride - Lag() of them, at least 0.
type Upsampler[T Float] struct {
	g Geometry
	layer
	bias    []T // [Out] or nil
	weights *upsamplerWeights[T]

	// acc holds accumulators [rows, Out]: first the late samples, finished but perhaps beyond the end of the stream if
	// it ended now, then the tail, then room for the frames of one block.
	acc   []T
	held  int // late + tail rows, kept between calls
	late  int // max(0, Rest-Left)
	block int // frames per kernel call

	// staged is where a block's frames go, row elements apart, if they cannot be used where they are.
	staged []T
	row    int

	drop    int   // rows at the start of acc still to be dropped: before the first kept sample
	frames  int64 // taken in so far
	emitted int64 // samples per channel handed out so far
	flushed bool

	job upsamplerJob[T]
}

// blockElements is how many accumulators a kernel call may work on beyond the held ones, about what half an L2 cache
// holds, and blockFrames how many frames at most.
const (
	blockElements = 1 << 16
	blockFrames   = 192
)

// NewUpsampler returns an Upsampler for filters [Kernel, Out, In/Groups] and bias [Out] or nil, or an *ArgError that names
// what does not fit. The filters are packed and not kept; the bias must not change afterwards. The options Before and
// After are for float32.
func NewUpsampler[T Float](g Geometry, filters, bias []T, options ...LayerOption) (*Upsampler[T], error) {
	if err := checkWeights(g, filters, bias); err != nil {
		return nil, err
	}
	l, err := newLayer(g.In, g.Out, options)
	if err != nil {
		return nil, err
	}
	u := &Upsampler[T]{g: g, layer: l, bias: bias, late: max(0, g.Rest()-g.Left)}
	u.held = u.late + max(0, g.Span()-g.Stride)
	if rows := int64(u.held) + int64(g.Stride); rows*int64(g.Out) > maxWindow {
		return nil, argError("right trim", g.Right, "so small that %d samples of %d channels, kept back for it, are at most %d", rows, g.Out, maxWindow)
	}
	u.weights = packUpsampler(g, l.level, filters)
	return u, u.allocate()
}

// NewStream returns an Upsampler for a further stream: as new, with the same weights, which are shared, and the same
// options but for those given.
func (u *Upsampler[T]) NewStream(options ...LayerOption) (*Upsampler[T], error) {
	l := u.layer
	for _, o := range options {
		o(&l)
	}
	if err := l.check(u.g.In, u.g.Out); err != nil {
		return nil, err
	}
	n := &Upsampler[T]{g: u.g, layer: l, bias: u.bias, weights: u.weights, late: u.late, held: u.held}
	return n, n.allocate()
}

// allocate makes what a stream keeps.
func (u *Upsampler[T]) allocate() error {
	g := u.g
	if _, single := any(u).(*Upsampler[float32]); !single && (u.before.kind != identity || u.after.kind != identity) {
		return argError("activation", "given", "absent: there are none in float64")
	}
	u.block = u.layer.block(max(1, min(blockElements/(g.Stride*g.Out), blockElements/g.In, blockFrames)))
	u.acc = make([]T, (u.held+u.block*g.Stride)*g.Out)
	u.row = g.In
	if u.before.kind != identity || rowPadding(g.In) != g.In {
		u.row = rowPadding(g.In)
		u.staged = make([]T, u.block*u.row)
	}
	u.job.make(u)
	u.Reset()
	return nil
}

// Memory returns the bytes of the packed weights, which streams share, and of what this stream keeps.
func (u *Upsampler[T]) Memory() (weights, state int64) {
	size := int64(unsafe.Sizeof(*new(T)))
	n := len(u.bias)
	if u.weights.channelwise != nil {
		n += u.weights.channelwise.Elements()
	}
	for _, p := range u.weights.passes {
		n += p.panels.Elements()
	}
	return size * int64(n), size * int64(len(u.acc)+len(u.staged))
}

// Geometry returns what the Upsampler was built with.
func (u *Upsampler[T]) Geometry() Geometry { return u.g }

// OneShot returns ConvTranspose of a whole input with the Upsampler's weights. The stream is not touched.
func (u *Upsampler[T]) OneShot(src []T) ([]T, error) {
	if u.before.kind != identity && len(src)%u.g.In == 0 {
		src = slices.Clone(src)
		u.activate(u.before, src, src)
	}
	out, err := ConvTranspose(u.g, src, u.weights.filters(u.g), u.bias)
	if u.after.kind != identity {
		u.activate(u.after, out, out)
	}
	return out, err
}

// activate applies a function of float32; in float64 there is only the identity.
func (u *Upsampler[T]) activate(a Activation, dst, src []T) {
	if single, ok := any(dst).([]float32); ok {
		a.apply(u.level, single, any(src).([]float32))
	} else {
		copy(dst, src)
	}
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
	u.job.run(u.acc[u.late*u.g.Out:], u.stage(src, n), n)
	u.frames += int64(n)
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

// stage returns the frames u.row elements apart, with the Before function applied.
func (u *Upsampler[T]) stage(src []T, n int) []T {
	if u.staged == nil {
		return src
	}
	for i := range n {
		u.activate(u.before, u.staged[i*u.row:][:u.g.In], src[i*u.g.In:][:u.g.In])
	}
	return u.staged
}

// emit appends rows [from, to) of acc, finished.
func (u *Upsampler[T]) emit(dst []T, from, to int) []T {
	start, n := len(dst), (to-from)*u.g.Out
	dst = slices.Grow(dst, n)[:start+n]
	u.finish(dst[start:], u.acc[from*u.g.Out:][:n])
	u.emitted += int64(to - from)
	return dst
}

// finish sets out to the sums plus bias, and applies the After function.
func (u *Upsampler[T]) finish(out, sums []T) {
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
	if u.after.kind != identity {
		u.activate(u.after, out, out)
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
	u.finish(dst[start:], dst[start:])
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
