package resample

import "github.com/tailwave/tailwave/dsp/internal/kernel"

// A blockJob is the work that the workers of a blockEngine divide: first the blocks to filter, then the output frames
// to compute. Its functions are made once, because a closure for each call would allocate.
type blockJob struct {
	parts                int
	blocks               int       // per channel
	dst                  []float32 // of the blocks of a single channel, or of the outputs, [outputs, channels]
	outputs              int
	filterPart, emitPart func(part int)
}

// minEmitPart is the number of output samples below which a part costs more time than it saves.
const minEmitPart = 2048

// computeBlocks filters the next blocks of all channels, and drops the frames that no later block needs. It writes the
// values to dst, which has one channel, or, if dst is nil, to the ends of samples or wide, which the caller has
// extended for them.
func (r *blockEngine) computeBlocks(blocks int, dst []float32) {
	r.job.blocks, r.job.dst = blocks, dst
	r.divide(blocks*r.channels, r.job.filterPart)
	r.job.dst = nil
	r.block += int64(blocks)
	drop(r.history, int(r.start(r.block)-r.base))
	r.base = r.start(r.block)
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

// filterPart filters one part of the blocks. The blocks of all channels at one time follow each other, because they use
// the same weights.
func (r *blockEngine) filterPart(part int) {
	s := r.scratch[part]
	all, size := r.job.blocks*r.channels, r.values*r.hop
	for i := part * all / r.job.parts; i < (part+1)*all/r.job.parts; i++ {
		block, c := i/r.channels, i%r.channels
		at := int(r.start(r.block+int64(block)) - r.base)
		for p := range r.phases {
			s.set(p, r.history[c*r.phases+p][at:][:r.used])
		}
		r.filter.Apply(s.Scratch, s.blocks)
		results, values := s.results(r.blockPlan), r.kept-(r.job.blocks-block)*size
		switch {
		case r.job.dst != nil:
			r.level.ZipRound(r.job.dst[block*size:], results, r.hop)
		case r.den == 1:
			r.level.ZipRound(r.samples[c][values:], results, r.hop)
		default:
			r.level.ZipWide(r.wide[c][values:], results, r.hop)
		}
	}
}

// emitPart computes one part of the output frames.
func (r *blockEngine) emitPart(part int) {
	first, end := part*r.job.outputs/r.job.parts, (part+1)*r.job.outputs/r.job.parts
	if first == end {
		return
	}
	dst, k := r.job.dst[first*r.channels:end*r.channels], r.next+int64(first)
	if r.den == 1 {
		signals := r.scratch[part].signals
		for c, s := range r.samples {
			signals[c] = s[k-r.from:]
		}
		r.level.Zip(dst, signals, end-first)
		return
	}
	for c, values := range r.wide {
		r.interpolate(dst[c:], k, end-first, values)
	}
}

// interpolate computes n output frames of one channel, from frame k on. It writes every channels-th value of dst.
func (r *blockEngine) interpolate(dst []float32, k int64, n int, values []float64) {
	at, phase := r.position(k)
	at -= r.from + int64(r.reach) - 1
	if r.interp.exact {
		r.level.Interpolate(dst, r.channels, n, values, r.interp.table, &kernel.Walk{
			At: int(at), Phase: int(phase), Whole: int(r.step / r.den), Part: int(r.step % r.den), Of: int(r.den),
		})
		return
	}
	for i := range n {
		dst[i*r.channels] = float32(r.interp.at(values[at:], phase))
		at, phase = at+r.step/r.den, phase+r.step%r.den
		if phase >= r.den {
			at, phase = at+1, phase-r.den
		}
	}
}
