package dsp

import "github.com/tailwave/tailwave/dsp/internal/ratio"

// A Padder is a [Processor] that completes a stream to whole groups of frames. It passes frames on immediately, and
// Flush appends frames of +0 up to the next multiple.
//
// A branch of a [Sum] that lowers the rate and raises it again, as in a U-Net, emits whole groups. Put a Padder in
// front of this branch and another one in the parallel branch, so that both have the same length. One Padder in front
// of the whole Sum does not help, because the branches of a Sum must agree for every length of the input.
type Padder struct {
	multiple, channels int
	Guard
}

// NewPadder returns a Padder. multiple, the frames of one group, must be from 1 to 2^20, and channels from 1 to 2^30.
// The error is an *ArgError.
func NewPadder(multiple, channels int) (*Padder, error) {
	if multiple < 1 || multiple > MaxPeriod {
		return nil, NewArgError("multiple", multiple, "from 1 to %d", MaxPeriod)
	}
	if channels < 1 || channels > maxChannels {
		return nil, NewArgError("channels", channels, "from 1 to %d", maxChannels)
	}
	return &Padder{multiple: multiple, channels: channels, Guard: Guard{Origin: "dsp.NewPadder"}}, nil
}

// Shape returns the channels, the ratio 1/1 and the Period multiple.
func (p *Padder) Shape() Shape {
	return Shape{In: p.channels, Out: p.channels, Up: 1, Down: 1, Period: int64(p.multiple), MinFrames: 1}
}

// OutFrames returns the smallest multiple of the group length that is at least n.
func (p *Padder) OutFrames(n int64) int64 {
	return ratio.CeilDiv(max(0, n), int64(p.multiple)) * int64(p.multiple)
}

// Emitted returns n: a Padder holds no frames.
func (p *Padder) Emitted(n int64) int64 { return max(0, n) }

// MaxOutFrames returns n plus the longest padding.
func (p *Padder) MaxOutFrames(n int) int { return n + p.multiple - 1 }

// Process appends src.
func (p *Padder) Process(dst, src []float32) []float32 {
	p.BeginProcess(len(src), p.channels)
	return append(dst, src...)
}

// Flush appends the frames of +0 that complete the last group.
func (p *Padder) Flush(dst []float32) []float32 {
	if p.BeginFlush() {
		for range int(p.OutFrames(p.Frames())-p.Frames()) * p.channels {
			dst = append(dst, 0)
		}
	}
	return dst
}
