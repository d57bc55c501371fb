package resample

import (
	"slices"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/kernel"
	"github.com/tailwave/tailwave/dsp/internal/ratio"
)

// A directEngine computes each output frame as the sum of the definition, for filters that are too long for a
// blockPlan. Coefficients, history and sums are float64, and each output sample is rounded to float32 once.
type directEngine struct {
	channels  int
	up, down  int64
	polyphase polyphase
	workers   dsp.Workers
	scratch   [][]float64 // one for each worker

	history [][]float64 // per channel, the frames base to frames-1
	base    int64
	frames  int64 // consumed
	next    int64 // index of the next output frame

	job directJob
}

// A directJob is the work that the workers of a directEngine divide: the output frames to compute. Its function is made
// once, because a closure for each call would allocate.
type directJob struct {
	dst   []float32 // [outputs, channels]
	first int64     // index of the first output frame
	parts int
	part  func(part int)
}

// historyFrames returns the capacity of a history in frames: the frames of one output, plus the same number again or
// 1024 if that is larger, so that frames are moved rarely.
func historyFrames(b polyphase) int { return b.span() + max(b.span(), 1024) }

func newDirectEngine(b polyphase, up, down, channels int, workers dsp.Workers) *directEngine {
	r := &directEngine{channels: channels, up: int64(up), down: int64(down), polyphase: b, workers: workers}
	r.scratch = make([][]float64, 1)
	if workers != nil {
		r.scratch = make([][]float64, max(1, workers.Size()))
	}
	for i := range r.scratch {
		r.scratch[i] = make([]float64, b.span())
	}
	r.history = planes[float64](channels, historyFrames(b))
	r.job.part = r.computePart
	return r
}

// latency returns the number of output frames in half the length of the filter: these wait for their last input frame.
func (r *directEngine) latency() int { return r.polyphase.center() / int(r.down) }

func (r *directEngine) period() int64 { return r.down }

func (r *directEngine) taps() int { return r.polyphase.span() }

// emitted returns the number of output frames k whose last input frame, floor((k*down+center)/up), is among the first
// n.
func (r *directEngine) emitted(n int64) int64 {
	return max(0, ratio.FloorDiv(n*r.up-1-int64(r.polyphase.center()), r.down)+1)
}

func (r *directEngine) stateBytes() int64 {
	return int64(planeBytes(r.history) + planeBytes(r.scratch))
}

func (r *directEngine) weightBytes() int64 { return r.polyphase.bytes() }

// reset begins a new stream.
func (r *directEngine) reset() {
	for c := range r.history {
		r.history[c] = r.history[c][:0]
	}
	r.base, r.frames, r.next = 0, 0, 0
}

// process consumes the frames of src and appends the output frames that are final.
func (r *directEngine) process(dst, src []float32) []float32 {
	for len(src) > 0 {
		n := min(len(src)/r.channels, r.room())
		r.take(src[:n*r.channels], n)
		src = src[n*r.channels:]
		dst = r.compute(dst, r.emitted(r.frames))
	}
	return dst
}

// flush ends the stream and appends the remaining output frames.
func (r *directEngine) flush(dst []float32) []float32 {
	return r.compute(dst, ratio.CeilMul(r.frames, r.up, r.down))
}

// room returns the number of frames that can be appended to the history, at least 1. If the history is full, room first
// drops the frames that no later output depends on.
func (r *directEngine) room() int {
	h := r.history[0]
	if len(h) == cap(h) {
		first, _ := r.reach(r.position(r.next))
		if old := int(max(first, r.base) - r.base); old > 0 {
			drop(r.history, old)
			r.base += int64(old)
		}
	}
	return cap(h) - len(r.history[0])
}

// take appends n frames to the history.
func (r *directEngine) take(src []float32, n int) {
	for c, h := range r.history {
		for i := c; i < len(src); i += r.channels {
			h = append(h, float64(src[i]))
		}
		r.history[c] = h
	}
	r.frames += int64(n)
}

// position returns the position of output frame k in the untrimmed transposed convolution.
func (r *directEngine) position(k int64) int64 { return k*r.down + int64(r.polyphase.center()) }

// reach returns the first and the last input frame that position p depends on, in a stream without ends.
func (r *directEngine) reach(p int64) (first, last int64) {
	return -ratio.FloorDiv(2*int64(r.polyphase.center())-p, r.up), p / r.up
}

// splitWork is the number of multiply-adds below which dividing a job costs more time than it saves.
const splitWork = 1 << 17

// compute appends the output frames from r.next up to end.
func (r *directEngine) compute(dst []float32, end int64) []float32 {
	n := int(end - r.next)
	if n <= 0 {
		return dst
	}
	start := len(dst)
	dst = slices.Grow(dst, n*r.channels)[:start+n*r.channels]
	r.job.dst, r.job.first, r.job.parts = dst[start:], r.next, 1
	if r.workers != nil && n*r.channels*r.polyphase.span() >= splitWork {
		r.job.parts = min(n, len(r.scratch))
	}
	if r.job.parts == 1 {
		r.computePart(0)
	} else {
		r.workers.For(r.job.parts, r.job.part)
	}
	r.next, r.job.dst = end, nil
	return dst
}

// computePart computes one part of the output frames.
func (r *directEngine) computePart(part int) {
	n := len(r.job.dst) / r.channels
	from, to := part*n/r.job.parts, (part+1)*n/r.job.parts
	for k := from; k < to; k++ {
		r.frame(r.job.dst[k*r.channels:][:r.channels], r.job.first+int64(k), r.scratch[part])
	}
}

// frame computes output frame k. The sum covers only frames of the stream: the silence around it is not multiplied.
func (r *directEngine) frame(out []float32, k int64, scratch []float64) {
	p := r.position(k)
	first, last := r.reach(p)
	w := r.polyphase.coefficients(p, scratch)
	w = w[:int64(len(w))-max(0, last-(r.frames-1))]
	if first < 0 {
		w, first = w[-first:], 0
	}
	at := first - r.base
	c := 0
	for ; c+2 <= len(out); c += 2 {
		a, b := kernel.Dot64x2(r.history[c][at:], r.history[c+1][at:], w)
		out[c], out[c+1] = float32(a), float32(b)
	}
	if c < len(out) {
		out[c] = float32(kernel.Dot64(0, r.history[c][at:], w))
	}
}
