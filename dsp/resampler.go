package dsp

import (
	"fmt"
	"slices"

	"github.com/tailwave/tailwave/dsp/internal/kernel"
)

// A Resampler converts a stream from one sample rate to another. It is the transposed convolution of stride up with a
// windowed-sinc filter, of which only every down-th sample is computed; up/down is the ratio of the rates in lowest
// terms. Coefficients, history and sums are float64, and each output sample is rounded to float32 once.
//
// Output frame k is the signal at the time k/outRate, and n frames give exactly ceil(n*up/down). Frames before the first
// and behind the last count as silence. Every channel is converted alike.
type Resampler struct {
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

// Bounds on the ratio of the rates, on its terms, and on the values kept.
const (
	maxRatio   = 1024
	maxTerm    = 1 << 24
	maxHistory = 1 << 27
)

// historyFrames is how many frames are kept: those that an output takes, and room to append a good many more.
func historyFrames(b bank) int { return b.span() + max(b.span(), 1024) }

// NewResampler returns a Resampler for frames of the given channels from inRate to outRate; only the ratio of the rates
// matters, which must not be 1, must lie between 1/1024 and 1024, and have terms up to 2^24 when reduced. Channels are
// limited by the memory that their history takes, 2^27 values in all: 131072 channels at common ratios. With workers,
// blocks are divided among them. A stream may have up to 2^63 frames divided by the larger term of the ratio.
// The error is an *ArgError.
func NewResampler(inRate, outRate, channels int, q Quality, workers Workers) (*Resampler, error) {
	if inRate < 1 || outRate < 1 {
		return nil, argError("sample rate", min(inRate, outRate), "at least 1")
	}
	if channels < 1 || channels > maxSize {
		return nil, argError("channels", channels, "from 1 to %d", maxSize)
	}
	if q < 0 || int(q) >= len(filters) {
		return nil, argError("quality", q, "Best, High or Fast")
	}
	if inRate == outRate {
		return nil, argError("output rate", outRate, "different from the input rate: there is nothing to convert")
	}
	if inRate/outRate >= maxRatio || outRate/inRate >= maxRatio {
		return nil, argError("output rate", outRate, "less than %d times the input rate %d and more than a %dth", maxRatio, inRate, maxRatio)
	}
	d := gcd(inRate, outRate)
	up, down := outRate/d, inRate/d
	if max(up, down) > maxTerm {
		return nil, argError("ratio", fmt.Sprintf("%d/%d", up, down), "one with terms up to %d", maxTerm)
	}
	b := newBank(filters[q], up, down)
	if most := maxHistory / historyFrames(b); channels > most {
		return nil, argError("channels", channels, "at most %d for this ratio", most)
	}
	return newResampler(b, up, down, channels, workers), nil
}

func newResampler(b bank, up, down, channels int, workers Workers) *Resampler {
	r := &Resampler{channels: channels, up: int64(up), down: int64(down), bank: b, workers: workers}
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

// Channels returns the number of channels, which is the same for input and output.
func (r *Resampler) Channels() (in, out int) { return r.channels, r.channels }

// Ratio returns up and down.
func (r *Resampler) Ratio() (up, down int) { return int(r.up), int(r.down) }

// Frames returns ceil(n*up/down).
func (r *Resampler) Frames(n int64) int64 {
	if n <= 0 {
		return 0
	}
	return n/r.down*r.up + (n%r.down*r.up+r.down-1)/r.down
}

// Lag returns how many output frames wait for their last input frame: half the filter's length.
func (r *Resampler) Lag() int { return r.bank.center() / int(r.down) }

// MaxOut bounds the frames appended by Process of n frames followed by Flush.
func (r *Resampler) MaxOut(n int) int { return int(r.Frames(int64(n))) + r.Lag() + 1 }

// MinFrames returns 1.
func (r *Resampler) MinFrames() int { return 1 }

// Taps returns how many input frames an output frame is computed from, at most.
func (r *Resampler) Taps() int { return r.bank.span() }

// Reset returns the Resampler to its initial state.
func (r *Resampler) Reset() {
	for c := range r.history {
		r.history[c] = r.history[c][:0]
	}
	r.base, r.frames, r.next, r.flushed = 0, 0, 0, false
}

// Process takes the frames of src, [n, channels], and appends to dst those output frames whose last input frame is among
// them.
// It panics if src is not a whole number of frames, or after Flush without Reset.
func (r *Resampler) Process(dst, src []float32) []float32 {
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
func (r *Resampler) Flush(dst []float32) []float32 {
	r.flushed = true
	return r.compute(dst, r.Frames(r.frames))
}

// room returns how many frames the history can take, at least 1, after dropping those no longer needed if it is full.
func (r *Resampler) room() int {
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

func (r *Resampler) take(src []float32, n int) {
	for c, h := range r.history {
		for i := c; i < len(src); i += r.channels {
			h = append(h, float64(src[i]))
		}
		r.history[c] = h
	}
	r.frames += int64(n)
}

// position returns where output frame k lies in the untrimmed result.
func (r *Resampler) position(k int64) int64 { return k*r.down + int64(r.bank.center()) }

// reach returns the first and last frame that the position p takes, in a stream without ends.
func (r *Resampler) reach(p int64) (first, last int64) {
	return -floorDiv(2*int64(r.bank.center())-p, r.up), p / r.up
}

// splitWork is the number of multiply-adds below which dividing a block costs more than it gains.
const splitWork = 1 << 17

// compute appends the output frames from r.next up to end.
func (r *Resampler) compute(dst []float32, end int64) []float32 {
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
func (r *Resampler) computePart(part int) {
	n := len(r.block.dst) / r.channels
	from, to := part*n/r.block.parts, (part+1)*n/r.block.parts
	for k := from; k < to; k++ {
		r.frame(r.block.dst[k*r.channels:][:r.channels], r.block.first+int64(k), r.scratch[part])
	}
}

// frame computes output frame k. The stream's ends shorten the sum; nothing is multiplied by the silence beyond them.
func (r *Resampler) frame(out []float32, k int64, scratch []float64) {
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
