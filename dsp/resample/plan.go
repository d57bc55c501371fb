package resample

import (
	"github.com/tailwave/tailwave/dsp/internal/fft"
	"github.com/tailwave/tailwave/dsp/internal/kernel"
	"github.com/tailwave/tailwave/dsp/internal/ratio"
)

// A blockPlan is the geometry and the tables of a blockEngine. It is immutable.
//
// The input is divided into phases: frame i of phase p is input frame i*phases + p. A base frame is one frame of each
// phase. Filters compute an intermediate stream, with one or several values in each base frame, as the field values
// says: value i*values + q is the signal at the time i + q/values, in base frames. A conversion down by a large factor
// has more phases than values, so it computes fewer values than there are input frames.
//
// Block b depends on used base frames, and yields the values of hop of them:
//
//	values of base frames   first + b*hop + j, j < hop
//	from base frames        first + b*hop - before + j, j < used
type blockPlan struct {
	level    kernel.Level
	up, down int64
	filter   *fft.Filter
	geometry
	first int64 // 0, or negative: the base frames before the stream whose values the first output frames need

	// Output frame k is at position k*step/den of the intermediate stream. If den is 1, the output is the value at this
	// position. Otherwise it is interpolated from the 2*reach values around it: from reach-1 before the integer part of
	// the position to reach after it.
	step, den int64
	reach     int
	interp    *interpKernel
}

// maxBlock bounds the input frames of a block: a longer block needs too much memory for the time that it saves.
const maxBlock = fft.MaxBlock

// newBlockPlan returns the plan for a ratio in lowest terms, or nil if the filter is too long for maxBlock. inRate, in
// Hz, limits the duration of a block; it has no influence on whether the result is nil.
func newBlockPlan(level kernel.Level, d design, up, down, inRate int) *blockPlan {
	p := newLayout(d, up, down, inRate)
	if p == nil {
		return nil
	}
	p.level = level
	taps, zero := prototype(d, up, down, p.values, float64(p.step)/float64(p.den)*float64(p.phases))
	p.place(zero, len(taps)-1-zero)
	if d.sinc == filters[Fast] {
		p.shorten(d, up, down, inRate)
	}
	if p.den > 1 {
		p.interp = newInterpKernel(p.den)
		taps, zero = p.interp.compensate(taps, zero, p.phases), zero+compensation*p.phases
	}
	p.filter = fft.NewFilter(level, p.length, p.filters(taps, zero))
	return p
}

// newLayout returns a plan without tables, for a filter of linear phase, or nil if the filter is too long for maxBlock.
func newLayout(d design, up, down, inRate int) *blockPlan {
	g, ok := choose(d, up, down, inRate)
	if !ok {
		return nil
	}
	p := &blockPlan{up: int64(up), down: int64(down), geometry: g}
	if p.step, p.den = g.steps(up, down); p.den > 1 {
		p.reach = kernel.Taps / 2
		p.first = -int64(ratio.CeilDiv(p.reach, g.values))
	}
	return p
}

// shorten makes the latency of a plan for Fast at most that of Best, whose blocks may have the same length although its
// filter is longer.
func (p *blockPlan) shorten(d design, up, down, inRate int) {
	d.sinc = filters[Best]
	most := (d.sinc.Half*max(up, down) - 1) / down // of the sums of the definition
	if best := newLayout(d, up, down, inRate); best != nil {
		side := d.side(up, down, best.values)
		zero := side
		if d.minPhase {
			zero = 0 // a lower bound of the tap for time 0, which bounds the latency from below
		}
		best.place(zero, 2*side-zero)
		most = best.latency()
	}
	for p.latency() > most && p.hop > 1 {
		p.used--
		p.hop--
	}
}

// prototype returns the low-pass filter at grid points per input frame: taps[i] belongs to the time (i-zero)/grid.
// frame is the duration of an output frame in taps.
func prototype(d design, up, down, grid int, frame float64) (taps []float64, zero int) {
	side := d.side(up, down, grid)
	taps, zero = d.sinc.Spread(side, up, grid*max(up, down), float64(grid)), side
	if d.minPhase {
		taps, zero = minimumPhase(taps, frame)
	}
	return taps, zero
}

// side returns the number of taps on each side of the middle of a filter of linear phase, at grid points per input
// frame.
func (d design) side(up, down, grid int) int { return d.sinc.Half*max(up, down)*grid/up + 1 }

// filters returns the filter from each phase to each value, in the order of fft.NewFilter. taps[zero] is the tap for
// time 0. A tap for a later input frame has a negative index, and enters the block of fft.Filter at its end, negated.
func (p *blockPlan) filters(taps []float64, zero int) [][][]float64 {
	all := make([][][]float64, p.values)
	for q := range all {
		all[q] = make([][]float64, p.phases)
		for phase := range all[q] {
			h := make([]float64, p.length)
			// For a distance of i base frames, the tap is at i*points + q*phases - phase*values.
			points, offset := p.phases*p.values, zero+q*p.phases-phase*p.values
			for i := ratio.CeilDiv(-offset, points); i*points+offset < len(taps); i++ {
				v := taps[i*points+offset]
				if i >= 0 {
					h[i] = v
				} else {
					h[i+p.length] = -v
				}
			}
			all[q][phase] = h
		}
	}
	return all
}

// scratch returns the approximate number of values in the scratch of a worker.
func (p *blockPlan) scratch() int { return (p.phases + p.values) * p.length }

// shortBlocks is the number of base frames for whose blocks the buffers have room at least, so that short blocks are
// not copied one at a time.
const shortBlocks = 1024

// atOnce returns the number of blocks for which the buffers have room, at least the given number.
func (p *blockPlan) atOnce(blocks int) int { return max(blocks, shortBlocks/p.hop) }

// memory returns the approximate number of values in the buffers of a channel.
func (p *blockPlan) memory() int {
	hops := p.atOnce(1) * p.hop
	return p.phases*(p.used+hops) + p.values*(hops+p.hop)
}

// bytes returns the memory of the tables in bytes.
func (p *blockPlan) bytes() int64 {
	n := p.filter.Bytes()
	if p.interp != nil {
		n += 8 * cap(p.interp.table)
	}
	return int64(n)
}

// mostDown returns the largest down/up, rounded down, for which newBlockPlan has a plan with this filter, at any rate.
func (d design) mostDown() int { return (maxBlock*2/3 - 2) / (2 * d.sinc.Half) }
