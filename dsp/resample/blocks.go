package resample

import (
	"slices"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/ratio"
)

// A blockEngine converts in blocks, with the tables of its blockPlan. It computes a block as soon as the last frame of
// the block has arrived.
type blockEngine struct {
	*blockPlan
	channels int
	workers  dsp.Workers
	held     int // the latency, in output frames

	history [][]float32 // per channel and phase, the base frames from base on; frames before the stream are zeros
	base    int64
	depth   int       // base frames in the history at most
	frames  int64     // input frames consumed; flush adds the zeros that complete the last block
	mono    []float32 // room for the frames of one channel, if they are then divided into phases
	block   int64     // index of the next block

	// Per channel, kept intermediate values from index from on. If output frames are among the values, they are kept as
	// samples of float32, and otherwise as float64, for interpolation.
	samples [][]float32
	wide    [][]float64
	kept    int
	from    int64
	next    int64 // index of the next output frame

	scratch []blockScratch // one for each worker
	job     blockJob
}

// maxScratch bounds the values in the scratches of all workers, and with them the number of workers.
const maxScratch = 1 << 22

func newBlockEngine(p *blockPlan, channels int, workers dsp.Workers) *blockEngine {
	r := &blockEngine{blockPlan: p, channels: channels, workers: workers, held: p.latency()}
	size := 1
	if workers != nil {
		size = max(1, min(workers.Size(), maxScratch/p.scratch()))
	}
	for range size {
		r.scratch = append(r.scratch, p.newScratch(channels))
	}
	// There is room for a block of each worker, or for several short ones, and for one more block, because frames are
	// left over from the last call.
	blocks := p.atOnce(ratio.CeilDiv(size, channels))
	r.depth = p.used + blocks*p.hop
	r.history = planes[float32](channels*p.phases, r.depth)
	values := p.values*p.hop*(blocks+1) + 2*p.reach
	if p.den == 1 {
		r.samples = planes[float32](channels, values)
	} else {
		r.wide = planes[float64](channels, values)
	}
	if channels > 1 && p.phases > 1 {
		r.mono = make([]float32, r.depth*p.phases)
	}
	r.job.filterPart, r.job.emitPart = r.filterPart, r.emitPart
	r.reset()
	return r
}

func (r *blockEngine) latency() int { return r.held }

func (r *blockEngine) period() int64 { return int64(r.hop * r.phases) }

func (r *blockEngine) taps() int {
	return r.geometry.taps + 2*ratio.CeilDiv(r.reach*r.phases, r.values)
}

// emitted returns the number of output frames that can be computed from the blocks that n input frames complete.
func (r *blockEngine) emitted(n int64) int64 { return r.outputsFor(r.complete(n)) }

// complete returns the number of blocks that n input frames complete.
func (r *blockEngine) complete(n int64) int64 {
	frames := n / int64(r.phases) // of the last phase
	return max(0, ratio.FloorDiv(frames-int64(r.used)-r.start(0), int64(r.hop))+1)
}

func (r *blockEngine) stateBytes() int64 {
	n := planeBytes(r.history) + planeBytes(r.samples) + planeBytes(r.wide) + 4*len(r.mono)
	for _, s := range r.scratch {
		n += s.bytes()
	}
	return int64(n)
}

func (r *blockEngine) weightBytes() int64 { return r.bytes() }

// reset begins a new stream.
func (r *blockEngine) reset() {
	r.base = r.start(0)
	for i := range r.history {
		r.history[i] = r.history[i][:-r.base]
		clear(r.history[i])
	}
	r.frames, r.block, r.next, r.kept = 0, 0, 0, 0
	r.resize()
	r.from = int64(r.values) * r.first
}

// process consumes the frames of src and appends the output frames that are final.
func (r *blockEngine) process(dst, src []float32) []float32 {
	for len(src) > 0 {
		n := min(len(src)/r.channels, r.room())
		r.take(src, n)
		src = src[n*r.channels:]
		if r.channels == 1 && r.den == 1 {
			dst = r.advanceAtOnce(dst)
		} else {
			dst = r.advance(dst, r.outputsFor)
		}
	}
	return dst
}

// flush ends the stream and appends the remaining output frames. It feeds silence until they are complete.
func (r *blockEngine) flush(dst []float32) []float32 {
	total := ratio.CeilMul(r.frames, r.up, r.down)
	for r.next < total {
		r.take(nil, min(r.hop*r.phases, r.room()))
		dst = r.advance(dst, func(blocks int64) int64 { return min(total, r.outputsFor(blocks)) })
	}
	return dst
}

// room returns the number of input frames for which the history has room.
func (r *blockEngine) room() int {
	return r.depth*r.phases - int(r.frames-r.base*int64(r.phases))
}

// take extends the history by the first n input frames of src, [n, channels], or by n frames of silence if src is nil.
func (r *blockEngine) take(src []float32, n int) {
	at := int(r.frames % int64(r.phases))
	for c := range r.channels {
		signal, stride := src, r.channels
		if src != nil {
			signal = src[c:]
			if r.mono != nil {
				r.level.Unzip(r.mono[:n], signal, stride)
				signal, stride = r.mono, 1
			}
		}
		for p := range r.phases {
			first := (p - at + r.phases) % r.phases // the first of the n frames in this phase
			frames := max(0, ratio.CeilDiv(n-first, r.phases))
			h := &r.history[c*r.phases+p]
			end := len(*h)
			*h = (*h)[:end+frames]
			switch {
			case src == nil:
				clear((*h)[end:])
			case frames > 0:
				r.level.Unzip((*h)[end:], signal[first*stride:], stride*r.phases)
			}
		}
	}
	r.frames += int64(n)
}

// resize sets the lengths of the intermediate values to kept.
func (r *blockEngine) resize() {
	for c, s := range r.samples {
		r.samples[c] = s[:r.kept]
	}
	for c, s := range r.wide {
		r.wide[c] = s[:r.kept]
	}
}

// advance computes the blocks that are complete, appends the output frames that can be computed from them, and drops
// the frames and values that no later result needs. outputs returns how many output frames the first blocks of the
// stream determine.
func (r *blockEngine) advance(dst []float32, outputs func(blocks int64) int64) []float32 {
	blocks := int(r.complete(r.frames) - r.block)
	if blocks == 0 {
		return dst
	}
	r.kept += blocks * r.values * r.hop
	r.resize()
	r.computeBlocks(blocks, nil)
	n := int(outputs(r.block) - r.next)
	start := len(dst)
	dst = slices.Grow(dst, n*r.channels)[:start+n*r.channels]
	r.computeOutputs(dst[start:])
	r.next += int64(n)
	next, _ := r.position(r.next)
	if old := min(int(next-int64(r.reach)+1-r.from), r.kept); old > 0 {
		drop(r.samples, old)
		drop(r.wide, old)
		r.from += int64(old)
		r.kept -= old
	}
	return dst
}

// advanceAtOnce is advance for a stream of one channel whose intermediate values are the output frames: the blocks are
// written to dst without a copy.
func (r *blockEngine) advanceAtOnce(dst []float32) []float32 {
	blocks := int(r.complete(r.frames) - r.block)
	start, n := len(dst), blocks*r.values*r.hop
	if blocks == 0 {
		return dst
	}
	dst = slices.Grow(dst, n)[:start+n]
	r.computeBlocks(blocks, dst[start:])
	r.next += int64(n)
	r.from += int64(n)
	return dst
}
