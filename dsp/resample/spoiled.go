package resample

import "github.com/tailwave/tailwave/dsp/internal/ratio"

// Spoiled returns the output frames, from first up to but not including end, that a NaN or an infinity in an input
// frame may change, in its channel. If the Converter works in blocks, these are the frames that are computed from the
// values of a block with the input frame; otherwise they are the frames whose sums include it. No bit of any other
// output changes. end may be greater than the number of output frames.
func (r *Converter) Spoiled(frame int64) (first, end int64) {
	first, end = r.engine.spoiled(frame)
	return max(0, first), max(0, end)
}

func (copyEngine) spoiled(frame int64) (first, end int64) { return frame, frame + 1 }

// spoiled is Spoiled. Output frame k depends on the input frames from (k*down-center)/up to (k*down+center)/up.
func (r *directEngine) spoiled(frame int64) (first, end int64) {
	center := int64(r.polyphase.center())
	return ratio.CeilDiv(frame*r.up-center, r.down), ratio.FloorDiv(frame*r.up+center, r.down) + 1
}

// spoiled is Spoiled. An output frame reads up to reach-1 intermediate values before its position, so the affected
// frames end reach-1 positions after the values of the last block that contains the input frame.
func (p *blockPlan) spoiled(frame int64) (first, end int64) {
	frame = ratio.FloorDiv(frame, int64(p.phases)) // its base frame
	block := max(0, ratio.FloorDiv(frame-p.start(0)-int64(p.used), int64(p.hop))+1)
	last := ratio.FloorDiv(frame-p.start(0), int64(p.hop))
	end = int64(p.values)*(p.first+(last+1)*int64(p.hop)) + int64(max(p.reach-1, 0))
	return p.outputsFor(block), ratio.CeilMul(end, p.den, p.step)
}
