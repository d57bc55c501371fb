package resample

import "github.com/tailwave/tailwave/dsp/internal/ratio"

// start returns the first base frame of a block. It is negative for the first blocks of a stream.
func (p *blockPlan) start(block int64) int64 { return p.first + block*int64(p.hop) - int64(p.before) }

// position returns the position of output frame k in the intermediate stream: whole + phase/den.
func (p *blockPlan) position(k int64) (whole, phase int64) {
	rest := k % p.den * p.step
	return k/p.den*p.step + rest/p.den, rest % p.den
}

// outputsFor returns the number of output frames that can be computed from blocks 0 to blocks-1 of a stream.
func (p *blockPlan) outputsFor(blocks int64) int64 {
	end := int64(p.values)*(p.first+blocks*int64(p.hop)) - int64(p.reach)
	if end <= 0 {
		return 0
	}
	return ratio.CeilMul(end, p.den, p.step)
}

// latency returns the largest number of output frames ever held. It is reached when only the last input frame of a
// block is missing. For block b the number is
//
//	floor((last*up + r)/down) - ceil((end*phases*up + r*values)/(down*values)), r = b*hop*phases*up mod down
//
// where last is the index of the last input frame of block 0, and end is the position in the intermediate stream before
// which no output needs block 0. r runs through all multiples of gcd(hop*phases, down) below down. The difference is
// largest if r is 0, or the smallest value at which the first term increases.
func (p *blockPlan) latency() int {
	last := (p.start(0)+int64(p.used))*int64(p.phases) - 1
	end, values := int64(p.values)*p.first-int64(p.reach), int64(p.values)
	held := func(r int64) int64 {
		return ratio.FloorDiv(last*p.up+r, p.down) + ratio.FloorDiv(-(end*int64(p.phases)*p.up+r*values), p.down*values)
	}
	most := held(0)
	g := int64(ratio.GCD(p.hop*p.phases, int(p.down)))
	missing := p.down - last*p.up%p.down // the smallest r at which the first term increases
	if r := ratio.CeilDiv(missing, g) * g; r < p.down {
		most = max(most, held(r))
	}
	return int(most)
}
