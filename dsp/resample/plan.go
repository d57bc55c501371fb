package resample

import (
	"github.com/tailwave/tailwave/dsp/internal/fft"
	"github.com/tailwave/tailwave/dsp/internal/kernel"
	"github.com/tailwave/tailwave/dsp/internal/ratio"
)

// A blockPlan is the geometry and the tables of a blockEngine. It is immutable.
//
// A filter computes an intermediate stream with oversampling values for each input frame: value oversampling*i + q is
// the signal at the time i + q/oversampling, in input frames. Block b computes the values of hop input frames from
// length input frames:
//
//	values of frames   first + b*hop + j, j < hop
//	from frames        first + b*hop - before + j, j < length
type blockPlan struct {
	level        kernel.Level
	up, down     int64
	filter       *fft.Filter
	oversampling int // 1 to maxOversampling
	length       int // a power of two up to maxBlock
	hop          int
	before       int
	first        int64

	// Output frame k is at position k*step/den of the intermediate stream. If den is 1, the output is the value at this
	// position. Otherwise it is interpolated from the 2*reach values around it: from reach-1 before the integer part of
	// the position to reach after it.
	step, den int64
	reach     int
	interp    *interpKernel
}

const (
	// maxBlock bounds the length of blocks: a longer block needs too much memory for the time that it saves.
	maxBlock = 1 << 14
	// maxOversampling bounds the values per input frame: interpolation is faster than more filters.
	maxOversampling = 4
)

// newBlockPlan returns the plan for a ratio in lowest terms, or nil if the filter is too long for maxBlock. inRate, in
// Hz, limits the duration of a block; it has no influence on whether the result is nil.
func newBlockPlan(level kernel.Level, d design, up, down, inRate int) *blockPlan {
	s := d.sinc
	p := &blockPlan{level: level, up: int64(up), down: int64(down), oversampling: 2}
	if up <= maxOversampling {
		p.oversampling = up
	} else if down >= 2*up {
		p.oversampling = 1
	}
	p.step, p.den = ratio.Reduce(int64(down*p.oversampling), int64(up))
	side := s.Half*max(up, down)*p.oversampling/up + 1
	if blockLength(2*side/p.oversampling, inRate) > maxBlock { // before and after are at least that long together
		return nil
	}
	// taps[i] belongs to the time (i-zero)/oversampling.
	taps, zero := s.Spread(side, up, p.oversampling*max(up, down), float64(p.oversampling)), side
	if d.minPhase {
		taps, zero = minimumPhase(taps, float64(p.step)/float64(p.den))
	}
	if p.den > 1 {
		p.reach = kernel.Taps / 2
		p.first = -int64(p.reach)
		p.interp = newInterpKernel(p.den)
		taps, zero = p.interp.compensate(taps, zero), zero+compensation
	}
	p.before = ((len(taps)-1-zero)/p.oversampling + 1) &^ 1 // even, as fft.Filter.Get requires
	after := ratio.CeilDiv(zero, p.oversampling)
	if p.length = blockLength(p.before+after, inRate); p.length > maxBlock {
		return nil
	}
	p.hop = (p.length - p.before - after) &^ 3 // a multiple of 4, as fft.Filter.Get requires
	p.filter = fft.NewFilter(level, p.length, p.phases(taps, zero))
	return p
}

// phases returns one filter for each of the oversampling values of an input frame, in the circular order of
// fft.NewFilter. taps[zero] is the tap for time 0.
func (p *blockPlan) phases(taps []float64, zero int) [][]float64 {
	filters := make([][]float64, p.oversampling)
	for q := range filters {
		filters[q] = make([]float64, p.length)
	}
	for j, v := range taps {
		j -= zero
		q := (j%p.oversampling + p.oversampling) % p.oversampling
		i := (j - q) / p.oversampling
		filters[q][(i+p.length)%p.length] = v
	}
	return filters
}

// blockLength returns the length of blocks for filters of span+1 frames. In a block of this length, more than half of
// the frames yield results; the other span frames overlap the next block. If such a block would be longer than a tenth
// of a second or than maxBlock, a third of the frames is enough.
func blockLength(span, inRate int) int {
	n := 256
	for n < 2*span+span/2 {
		n *= 2
	}
	for n > 256 && n/2 >= span+span/2 && n > min(inRate/10, maxBlock) {
		n /= 2
	}
	return n
}

// scratch returns the approximate number of values in the scratch of a worker.
func (p *blockPlan) scratch() int { return (1 + p.oversampling) * p.length * kernel.Lanes }

// memory returns the approximate number of values in the buffers of a channel.
func (p *blockPlan) memory() int { return p.length + (1+p.oversampling)*p.hop*2 }

// bytes returns the memory of the tables in bytes.
func (p *blockPlan) bytes() int64 {
	n := p.filter.Bytes()
	if p.interp != nil {
		n += 8 * cap(p.interp.table)
	}
	return int64(n)
}

// mostDown returns the largest down/up, rounded down, for which newBlockPlan has a plan with this filter, at any rate.
func (d design) mostDown() int { return (maxBlock*2/3 - 2*compensation - 4) / (2 * d.sinc.Half) }
