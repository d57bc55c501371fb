package dsp

import (
	"slices"

	"github.com/tailwave/tailwave/dsp/internal/fft"
	"github.com/tailwave/tailwave/dsp/internal/kernel"
)

// A blockResampler converts in blocks; see blockPlan. A block is computed as soon as its last frame is there, those of
// several channels and successive ones side by side.
type blockResampler struct {
	*blockPlan
	channels int
	workers  Workers
	held     int // Lag

	history [][]float32 // per channel, from frame base on; frames before the stream are zeros
	base    int64
	frames  int64 // taken in, with zeros behind the stream when it has ended
	block   int64 // to be computed next

	middle [][]float64 // per channel, intermediate values from index from on
	from   int64
	next   int64 // output frame to come

	flushed bool
	scratch []blockScratch // one for each worker

	// What workers compute a part of, and the functions that do, made once.
	job struct {
		blocks, parts int
		dst           []float32
		count         int
	}
	filterPart, emitPart func(int)
}

// maxScratch bounds the values of all scratches, and by that how many workers are of use: 16 for the longest blocks, ten
// times as many at common ratios.
const maxScratch = 1 << 22

// A blockScratch is what a worker needs.
type blockScratch struct {
	*fft.Scratch
	unused []float64 // takes the results of lanes that are none
}

func newBlockResampler(p *blockPlan, channels int, workers Workers) *blockResampler {
	r := &blockResampler{blockPlan: p, channels: channels, workers: workers, held: p.lag()}
	size := 1
	if workers != nil {
		size = max(1, min(workers.Size(), maxScratch/p.scratch()))
	}
	for range size {
		r.scratch = append(r.scratch, blockScratch{p.filter.NewScratch(), make([]float64, p.phases*p.hop)})
	}
	// Room for so many blocks at a time that the lanes of all workers are full, and one that frames left over complete.
	blocks := (size*kernel.Lanes + channels - 1) / channels
	for range channels {
		r.history = append(r.history, make([]float32, 0, p.length+blocks*p.hop))
		r.middle = append(r.middle, make([]float64, 0, p.phases*p.hop*(blocks+1)+kernel.Taps))
	}
	r.filterPart, r.emitPart = r.computeFilter, r.computeEmit
	r.Reset()
	return r
}

// Lag returns how many output frames may wait for a block to be complete.
func (r *blockResampler) Lag() int { return r.held }

// Taps returns how many input frames an output frame depends on, at most.
func (r *blockResampler) Taps() int { return r.length - r.hop + 1 + 2*((r.reach+r.phases-1)/r.phases) }

// Reset begins a new stream.
func (r *blockResampler) Reset() {
	r.base = r.start(0)
	for c := range r.history {
		r.history[c] = r.history[c][:-r.base]
		clear(r.history[c])
		r.middle[c] = r.middle[c][:0]
	}
	r.frames, r.block, r.next, r.flushed = 0, 0, 0, false
	r.from = int64(r.phases) * r.first
}

// Process takes in frames and appends the output frames that are certain.
func (r *blockResampler) Process(dst, src []float32) []float32 {
	checkCall(len(src), r.channels, r.flushed)
	for len(src) > 0 {
		n := min(len(src)/r.channels, cap(r.history[0])-len(r.history[0]))
		for c, h := range r.history {
			at := len(h)
			h = h[:at+n]
			deinterleave(h[at:], src[c:], r.channels)
			r.history[c] = h
		}
		r.frames += int64(n)
		src = src[n*r.channels:]
		dst = r.advance(dst, r.ready)
	}
	return dst
}

// deinterleave sets dst to every stride-th value of src.
func deinterleave(dst, src []float32, stride int) {
	if stride == 1 {
		copy(dst, src)
		return
	}
	for i := range dst {
		dst[i] = src[i*stride]
	}
}

// Flush ends the stream and appends what is missing, with silence behind the last frame.
func (r *blockResampler) Flush(dst []float32) []float32 {
	if r.flushed {
		return dst
	}
	r.flushed = true
	total := ceilRatio(r.frames, r.up, r.down)
	for r.next < total {
		n := min(r.hop, cap(r.history[0])-len(r.history[0]))
		for c, h := range r.history {
			r.history[c] = h[:len(h)+n]
			clear(r.history[c][len(h):])
		}
		r.frames += int64(n)
		dst = r.advance(dst, func(blocks int64) int64 { return min(total, r.ready(blocks)) })
	}
	return dst
}

// advance computes the blocks that are complete and the output frames that are ready then, and gives up what nothing to
// come needs.
func (r *blockResampler) advance(dst []float32, ready func(blocks int64) int64) []float32 {
	blocks := 0
	for r.start(r.block+int64(blocks))+int64(r.length) <= r.frames {
		blocks++
	}
	if blocks == 0 {
		return dst
	}
	r.job.blocks = blocks
	batches := (blocks*r.channels + kernel.Lanes - 1) / kernel.Lanes
	for c, m := range r.middle {
		r.middle[c] = m[:len(m)+blocks*r.phases*r.hop]
	}
	r.split(batches, r.filterPart)
	r.block += int64(blocks)
	drop(r.history, int(r.start(r.block)-r.base))
	r.base = r.start(r.block)

	n := int(ready(r.block) - r.next)
	start := len(dst)
	dst = slices.Grow(dst, n*r.channels)[:start+n*r.channels]
	r.job.dst, r.job.count = dst[start:], n
	r.split(max(1, n*r.channels/emitted), r.emitPart)
	r.job.dst = nil
	r.next += int64(n)
	next, _ := r.place(r.next)
	if old := min(next-int64(r.reach)+1-r.from, int64(len(r.middle[0]))); old > 0 {
		drop(r.middle, int(old))
		r.from += old
	}
	return dst
}

// emitted is how many output samples are worth giving to another goroutine.
const emitted = 2048

// drop gives up the first n values of each signal.
func drop[T any](signals [][]T, n int) {
	for c, s := range signals {
		signals[c] = s[:copy(s, s[n:])]
	}
}

// split runs f for parts of the job, at most one for each worker.
func (r *blockResampler) split(most int, f func(int)) {
	r.job.parts = min(most, len(r.scratch))
	if r.job.parts <= 1 {
		r.job.parts = 1
		f(0)
		return
	}
	r.workers.Split(r.job.parts, f)
}

// computeFilter computes a part of the blocks of all channels.
func (r *blockResampler) computeFilter(part int) {
	s := r.scratch[part]
	all := r.job.blocks * r.channels
	batches := (all + kernel.Lanes - 1) / kernel.Lanes
	for batch := part * batches / r.job.parts; batch < (part+1)*batches/r.job.parts; batch++ {
		first, end := batch*kernel.Lanes, min((batch+1)*kernel.Lanes, all)
		s.Begin(end - first)
		for lane := first; lane < end; lane += 4 {
			var blocks [4][]float32
			for i := range blocks {
				// A lane that is none does what the last does.
				block, c := min(lane+i, end-1)/r.channels, min(lane+i, end-1)%r.channels
				blocks[i] = r.history[c][int(r.start(r.block+int64(block))-r.base):][:r.length]
			}
			r.filter.Set(s.Scratch, lane-first, &blocks)
		}
		r.filter.Apply(s.Scratch)
		size := r.phases * r.hop
		for lane := first; lane < end; lane += 4 {
			var results [4][]float64
			for i := range results {
				results[i] = s.unused
				if lane+i < end {
					block, c := (lane+i)/r.channels, (lane+i)%r.channels
					m := r.middle[c]
					results[i] = m[len(m)-(r.job.blocks-block)*size:][:size]
				}
			}
			r.filter.Get(&results, s.Scratch, lane-first, r.before)
		}
	}
}

// computeEmit computes a part of the output frames.
func (r *blockResampler) computeEmit(part int) {
	first, end := part*r.job.count/r.job.parts, (part+1)*r.job.count/r.job.parts
	for c, m := range r.middle {
		r.emit(r.job.dst[first*r.channels+c:], r.next+int64(first), end-first, m)
	}
}

// emit computes n output frames of a channel from frame k on.
func (r *blockResampler) emit(dst []float32, k int64, n int, middle []float64) {
	at, phase := r.place(k)
	at -= r.from
	switch {
	case r.of == 1:
		if n > 0 {
			r.level.Round(dst, r.channels, n, middle[at:], int(r.step))
		}
	case r.pulse.exact:
		w := kernel.Walk{At: int(at) - r.reach + 1, Phase: int(phase), Whole: int(r.step / r.of), Part: int(r.step % r.of), Of: int(r.of)}
		r.level.Interpolate(dst, r.channels, n, middle, r.pulse.table, &w)
	default:
		for i := range n {
			dst[i*r.channels] = float32(r.pulse.at(middle[int(at)-r.reach+1:], phase))
			at, phase = at+r.step/r.of, phase+r.step%r.of
			if phase >= r.of {
				at, phase = at+1, phase-r.of
			}
		}
	}
}

// oneShot converts a whole input block by block, each in a lane of its own, by the Go code that defines the kernels.
// The results are not rounded to float32 yet.
func (r *blockResampler) oneShot(src []float32) []float64 {
	n := int64(len(src) / r.channels)
	p := *r.blockPlan
	p.level = kernel.Generic
	p.filter = p.filter.At(kernel.Generic)
	total := ceilRatio(n, p.up, p.down)
	out := make([]float64, int(total)*r.channels)
	scratch := p.filter.NewScratch()
	scratch.Begin(1)
	size := p.phases * p.hop
	for c := range r.channels {
		var middle []float64
		for block := int64(0); p.ready(block) < total; block++ {
			x := make([]float32, p.length)
			for i := range x {
				if at := p.start(block) + int64(i); at >= 0 && at < n {
					x[i] = src[int(at)*r.channels+c]
				}
			}
			p.filter.Set(scratch, 0, &[4][]float32{x, x, x, x})
			p.filter.Apply(scratch)
			y := [4][]float64{make([]float64, size), make([]float64, size), make([]float64, size), make([]float64, size)}
			p.filter.Get(&y, scratch, 0, p.before)
			middle = append(middle, y[0]...)
		}
		for k := range total {
			whole, phase := p.place(k)
			at := int(whole - int64(p.phases)*p.first)
			v := 0.0
			if p.of == 1 {
				v = middle[at]
			} else {
				v = p.pulse.at(middle[at-p.reach+1:], phase)
			}
			out[int(k)*r.channels+c] = v
		}
	}
	return out
}
