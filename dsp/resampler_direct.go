package dsp

import (
	"slices"

	"github.com/tailwave/tailwave/dsp/internal/kernel"
)

// A directResampler computes each output frame as the sum of its definition: coefficients, history and sums are float64,
// and each output sample is rounded to float32 once. It is what Resampler does for filters of a length that blocks of
// transforms would need much memory for, and what the others are compared with.
type directResampler struct {
	channels int
	up, down int64
	bank     bank
	workers  Workers
	scratch  [][]float64 // one for each worker

	history [][]float64 // per channel, frames base to frames-1; planar, so that a filter meets adjacent values
	base    int64
	frames  int64 // taken in
	next    int64 // output frame to come
	flushed bool

	// The block being computed, and the function that workers compute a part of it with, made once.
	block struct {
		dst   []float32
		first int64 // output frame
		parts int
	}
	part func(int)
}

// historyFrames is how many frames are kept: those that an output takes, and room to append a good many more.
func historyFrames(b bank) int { return b.span() + max(b.span(), 1024) }

func newDirectResampler(b bank, up, down, channels int, workers Workers) *directResampler {
	r := &directResampler{channels: channels, up: int64(up), down: int64(down), bank: b, workers: workers}
	r.scratch = make([][]float64, 1)
	if workers != nil {
		r.scratch = make([][]float64, max(1, workers.Size()))
	}
	for i := range r.scratch {
		r.scratch[i] = make([]float64, b.span())
	}
	r.history = make([][]float64, channels)
	for c := range r.history {
		r.history[c] = make([]float64, 0, historyFrames(b))
	}
	r.part = r.computePart
	return r
}

// Lag returns how many output frames wait for their last input frame: half the filter's length.
func (r *directResampler) Lag() int { return r.bank.center() / int(r.down) }

// Taps returns how many input frames an output frame is computed from, at most.
func (r *directResampler) Taps() int { return r.bank.span() }

// Reset returns the Resampler to its initial state.
func (r *directResampler) Reset() {
	for c := range r.history {
		r.history[c] = r.history[c][:0]
	}
	r.base, r.frames, r.next, r.flushed = 0, 0, 0, false
}

// Process takes the frames of src, [n, channels], and appends to dst those output frames whose last input frame is among
// them.
// It panics if src is not a whole number of frames, or after Flush without Reset.
func (r *directResampler) Process(dst, src []float32) []float32 {
	checkCall(len(src), r.channels, r.flushed)
	for len(src) > 0 {
		n := min(len(src)/r.channels, r.room())
		r.take(src[:n*r.channels], n)
		src = src[n*r.channels:]
		// Output k needs frame floor((k*down+center)/up), so these are ready:
		ready := floorDiv(r.frames*r.up-1-int64(r.bank.center()), r.down) + 1
		dst = r.compute(dst, ready)
	}
	return dst
}

// Flush ends the stream and appends the frames still missing.
func (r *directResampler) Flush(dst []float32) []float32 {
	r.flushed = true
	return r.compute(dst, ceilRatio(r.frames, r.up, r.down))
}

// room returns how many frames the history can take, at least 1, after dropping those no longer needed if it is full.
func (r *directResampler) room() int {
	h := r.history[0]
	if len(h) == cap(h) {
		first, _ := r.reach(r.position(r.next))
		if old := int(max(first, r.base) - r.base); old > 0 {
			for c, h := range r.history {
				r.history[c] = h[:copy(h, h[old:])]
			}
			r.base += int64(old)
		}
	}
	return cap(h) - len(r.history[0])
}

func (r *directResampler) take(src []float32, n int) {
	for c, h := range r.history {
		for i := c; i < len(src); i += r.channels {
			h = append(h, float64(src[i]))
		}
		r.history[c] = h
	}
	r.frames += int64(n)
}

// position returns where output frame k lies in the untrimmed result.
func (r *directResampler) position(k int64) int64 { return k*r.down + int64(r.bank.center()) }

// reach returns the first and last frame that the position p takes, in a stream without ends.
func (r *directResampler) reach(p int64) (first, last int64) {
	return -floorDiv(2*int64(r.bank.center())-p, r.up), p / r.up
}

// splitWork is the number of multiply-adds below which dividing a block costs more than it gains.
const splitWork = 1 << 17

// compute appends the output frames from r.next up to end.
func (r *directResampler) compute(dst []float32, end int64) []float32 {
	n := int(end - r.next)
	if n <= 0 {
		return dst
	}
	start := len(dst)
	dst = slices.Grow(dst, n*r.channels)[:start+n*r.channels]
	r.block.dst, r.block.first, r.block.parts = dst[start:], r.next, 1
	if r.workers != nil && n*r.channels*r.bank.span() >= splitWork {
		r.block.parts = min(n, len(r.scratch))
	}
	if r.block.parts == 1 {
		r.computePart(0)
	} else {
		r.workers.Split(r.block.parts, r.part)
	}
	r.next, r.block.dst = end, nil
	return dst
}

// computePart computes one of block.parts equal shares of the block.
func (r *directResampler) computePart(part int) {
	n := len(r.block.dst) / r.channels
	from, to := part*n/r.block.parts, (part+1)*n/r.block.parts
	for k := from; k < to; k++ {
		r.frame(r.block.dst[k*r.channels:][:r.channels], r.block.first+int64(k), r.scratch[part])
	}
}

// frame computes output frame k. The stream's ends shorten the sum; nothing is multiplied by the silence beyond them.
func (r *directResampler) frame(out []float32, k int64, scratch []float64) {
	p := r.position(k)
	first, last := r.reach(p)
	w := r.bank.coefficients(p, scratch)
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
