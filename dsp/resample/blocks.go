package resample

import (
	"slices"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/fft"
	"github.com/tailwave/tailwave/dsp/internal/kernel"
	"github.com/tailwave/tailwave/dsp/internal/ratio"
)

// A blockEngine converts in blocks, with the tables of its blockPlan. It computes a block as soon as the last frame of
// the block has arrived. The lanes of a batch hold blocks of several channels and consecutive blocks of one channel.
type blockEngine struct {
	*blockPlan
	channels int
	workers  dsp.Workers
	held     int // the latency, in output frames

	history [][]float32 // per channel, the frames from base on; frames before the stream are zeros
	base    int64
	frames  int64 // consumed; flush adds the zeros that complete the last block
	block   int64 // index of the next block

	oversampled [][]float64 // per channel, the intermediate values from index from on
	from        int64
	next        int64 // index of the next output frame

	scratch []blockScratch // one for each worker
	job     blockJob
}

// maxScratch bounds the values in the scratches of all workers, and with them the number of workers: 6 with the largest
// scratch, at least 16 between any two rates from 8 to 192 kHz.
const maxScratch = 1 << 22

// A blockScratch is the scratch of one worker.
type blockScratch struct {
	*fft.Scratch
	unused []float64 // receives the results of padding lanes
}

func newBlockEngine(p *blockPlan, channels int, workers dsp.Workers) *blockEngine {
	r := &blockEngine{blockPlan: p, channels: channels, workers: workers, held: p.latency()}
	size := 1
	if workers != nil {
		size = max(1, min(workers.Size(), maxScratch/p.scratch()))
	}
	for range size {
		r.scratch = append(r.scratch, blockScratch{p.filter.NewScratch(), make([]float64, p.oversampling*p.hop)})
	}
	// There is room for the blocks that fill the lanes of all workers, and for one more block, because frames are left
	// over from the last call.
	blocks := ratio.CeilDiv(size*kernel.Lanes, channels)
	r.history = planes[float32](channels, p.length+blocks*p.hop)
	r.oversampled = planes[float64](channels, p.oversampling*p.hop*(blocks+1)+kernel.Taps)
	r.job.filterPart, r.job.emitPart = r.filterPart, r.emitPart
	r.reset()
	return r
}

func (r *blockEngine) latency() int { return r.held }

func (r *blockEngine) period() int64 { return int64(r.hop) }

func (r *blockEngine) taps() int {
	return r.length - r.hop + 1 + 2*ratio.CeilDiv(r.reach, r.oversampling)
}

// emitted returns the number of output frames that can be computed from the blocks that n input frames complete.
func (r *blockEngine) emitted(n int64) int64 {
	return r.outputsFor(max(0, ratio.FloorDiv(n-int64(r.length)-r.start(0), int64(r.hop))+1))
}

func (r *blockEngine) stateBytes() int64 {
	n := planeBytes(r.history) + planeBytes(r.oversampled)
	for _, s := range r.scratch {
		n += s.Bytes() + 8*len(s.unused)
	}
	return int64(n)
}

func (r *blockEngine) weightBytes() int64 { return r.bytes() }

// reset begins a new stream.
func (r *blockEngine) reset() {
	r.base = r.start(0)
	for c := range r.history {
		r.history[c] = r.history[c][:-r.base]
		clear(r.history[c])
		r.oversampled[c] = r.oversampled[c][:0]
	}
	r.frames, r.block, r.next = 0, 0, 0
	r.from = int64(r.oversampling) * r.first
}

// process consumes the frames of src and appends the output frames that are final.
func (r *blockEngine) process(dst, src []float32) []float32 {
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
		dst = r.advance(dst, r.outputsFor)
	}
	return dst
}

// flush ends the stream and appends the remaining output frames. It feeds silence until they are complete.
func (r *blockEngine) flush(dst []float32) []float32 {
	total := ratio.CeilMul(r.frames, r.up, r.down)
	for r.next < total {
		n := min(r.hop, cap(r.history[0])-len(r.history[0]))
		for c, h := range r.history {
			r.history[c] = h[:len(h)+n]
			clear(r.history[c][len(h):])
		}
		r.frames += int64(n)
		dst = r.advance(dst, func(blocks int64) int64 { return min(total, r.outputsFor(blocks)) })
	}
	return dst
}

// advance computes the blocks that are complete, appends the output frames that can be computed from them, and drops
// the frames and values that no later result needs. outputs returns how many output frames the first blocks of the
// stream determine.
func (r *blockEngine) advance(dst []float32, outputs func(blocks int64) int64) []float32 {
	blocks := 0
	for r.start(r.block+int64(blocks))+int64(r.length) <= r.frames {
		blocks++
	}
	if blocks == 0 {
		return dst
	}
	for c, m := range r.oversampled {
		r.oversampled[c] = m[:len(m)+blocks*r.oversampling*r.hop]
	}
	r.computeBlocks(blocks)
	r.block += int64(blocks)
	drop(r.history, int(r.start(r.block)-r.base))
	r.base = r.start(r.block)

	n := int(outputs(r.block) - r.next)
	start := len(dst)
	dst = slices.Grow(dst, n*r.channels)[:start+n*r.channels]
	r.computeOutputs(dst[start:])
	r.next += int64(n)
	next, _ := r.position(r.next)
	if old := min(next-int64(r.reach)+1-r.from, int64(len(r.oversampled[0]))); old > 0 {
		drop(r.oversampled, int(old))
		r.from += old
	}
	return dst
}
