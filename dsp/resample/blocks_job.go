package resample

import (
	"github.com/tailwave/tailwave/dsp/internal/kernel"
	"github.com/tailwave/tailwave/dsp/internal/ratio"
)

// A blockJob is the work that the workers of a blockEngine divide: first the blocks to filter, then the output frames
// to compute. Its functions are made once, because a closure for each call would allocate.
type blockJob struct {
	parts                int
	blocks               int       // per channel
	dst                  []float32 // [outputs, channels]
	outputs              int
	filterPart, emitPart func(part int)
}

// minEmitPart is the number of output samples below which a part costs more time than it saves.
const minEmitPart = 2048

// computeBlocks filters the next blocks of all channels and writes the values to the ends of oversampled, which the
// caller has extended for them.
func (r *blockEngine) computeBlocks(blocks int) {
	r.job.blocks = blocks
	r.divide(r.batches(), r.job.filterPart)
}

// batches returns the number of batches of kernel.Lanes blocks in the job.
func (r *blockEngine) batches() int {
	return ratio.CeilDiv(r.job.blocks*r.channels, kernel.Lanes)
}

// computeOutputs writes the output frames from next on to dst, [frames, channels].
func (r *blockEngine) computeOutputs(dst []float32) {
	r.job.dst, r.job.outputs = dst, len(dst)/r.channels
	r.divide(max(1, len(dst)/minEmitPart), r.job.emitPart)
	r.job.dst = nil
}

// divide runs f for each part of the job. The number of parts is at most most, with at most one part per worker.
func (r *blockEngine) divide(most int, f func(part int)) {
	r.job.parts = min(most, len(r.scratch))
	if r.job.parts <= 1 {
		r.job.parts = 1
		f(0)
		return
	}
	r.workers.For(r.job.parts, f)
}

// filterPart filters one part of the blocks.
func (r *blockEngine) filterPart(part int) {
	s := r.scratch[part]
	all, batches := r.job.blocks*r.channels, r.batches()
	for batch := part * batches / r.job.parts; batch < (part+1)*batches/r.job.parts; batch++ {
		first, end := batch*kernel.Lanes, min((batch+1)*kernel.Lanes, all)
		s.Begin(end - first)
		for lane := first; lane < end; lane += 4 {
			var blocks [4][]float32
			for i := range blocks {
				// A padding lane repeats the last block.
				block, c := min(lane+i, end-1)/r.channels, min(lane+i, end-1)%r.channels
				blocks[i] = r.history[c][int(r.start(r.block+int64(block))-r.base):][:r.length]
			}
			r.filter.Set(s.Scratch, lane-first, &blocks)
		}
		r.filter.Apply(s.Scratch)
		size := r.oversampling * r.hop
		for lane := first; lane < end; lane += 4 {
			var results [4][]float64
			for i := range results {
				results[i] = s.unused
				if lane+i < end {
					block, c := (lane+i)/r.channels, (lane+i)%r.channels
					m := r.oversampled[c]
					results[i] = m[len(m)-(r.job.blocks-block)*size:][:size]
				}
			}
			r.filter.Get(&results, s.Scratch, lane-first, r.before)
		}
	}
}

// emitPart computes one part of the output frames.
func (r *blockEngine) emitPart(part int) {
	first, end := part*r.job.outputs/r.job.parts, (part+1)*r.job.outputs/r.job.parts
	for c, m := range r.oversampled {
		if first < end {
			r.emit(r.job.dst[first*r.channels+c:], r.next+int64(first), end-first, m)
		}
	}
}

// emit computes n output frames of one channel, from frame k on. It writes every channels-th value of dst.
func (r *blockEngine) emit(dst []float32, k int64, n int, oversampled []float64) {
	at, phase := r.position(k)
	at -= r.from
	switch {
	case r.den == 1:
		r.level.Round(dst, r.channels, n, oversampled[at:], int(r.step))
	case r.interp.exact:
		r.level.Interpolate(dst, r.channels, n, oversampled, r.interp.table, &kernel.Walk{
			At: int(at) - r.reach + 1, Phase: int(phase),
			Whole: int(r.step / r.den), Part: int(r.step % r.den), Of: int(r.den),
		})
	default:
		for i := range n {
			dst[i*r.channels] = float32(r.interp.at(oversampled[int(at)-r.reach+1:], phase))
			at, phase = at+r.step/r.den, phase+r.step%r.den
			if phase >= r.den {
				at, phase = at+1, phase-r.den
			}
		}
	}
}
