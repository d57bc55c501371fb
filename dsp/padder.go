package dsp

import "github.com/tailwave/tailwave/dsp/internal/ratio"

// A Padder completes a stream to whole groups of frames: it passes frames on as they come, and Flush appends frames of
// +0 up to the next multiple. It goes in front of a processor that lowers the rate, and on the other branch of a [Sum]
// around such a processor, as in a U-Net, so that both have the same length. A Padder in front of the whole Sum does
// not help, since a Sum has to fit every length: each branch needs its own. The output is as long as the padded input.
type Padder struct {
	multiple, channels int
	Guard
}

// NewPadder returns a Padder to a multiple of frames, from 1 to 2^20, with channels from 1 to 2^30. The error is an
// *ArgError.
func NewPadder(multiple, channels int) (*Padder, error) {
	if multiple < 1 || multiple > MaxPeriod {
		return nil, NewArgError("multiple", multiple, "from 1 to %d", MaxPeriod)
	}
	if channels < 1 || channels > maxChannels {
		return nil, NewArgError("channels", channels, "from 1 to %d", maxChannels)
	}
	return &Padder{multiple: multiple, channels: channels, Guard: Guard{Origin: "dsp.NewPadder"}}, nil
}

// Shape returns the channels; the counts of frames repeat after one group.
func (p *Padder) Shape() Shape {
	return Shape{In: p.channels, Out: p.channels, Up: 1, Down: 1, Period: int64(p.multiple), MinFrames: 1}
}

// OutFrames returns the smallest multiple that is at least n.
func (p *Padder) OutFrames(n int64) int64 {
	return ratio.CeilDiv(max(0, n), int64(p.multiple)) * int64(p.multiple)
}

// Emitted returns n: no frame is ever held back.
func (p *Padder) Emitted(n int64) int64 { return max(0, n) }

// MaxOutFrames bounds what Process of n frames followed by Flush appends.
func (p *Padder) MaxOutFrames(n int) int { return n + p.multiple - 1 }

// Process appends src.
func (p *Padder) Process(dst, src []float32) []float32 {
	p.BeginProcess(len(src), p.channels)
	return append(dst, src...)
}

// Flush appends the frames of +0 that complete the last group, if it has begun.
func (p *Padder) Flush(dst []float32) []float32 {
	if p.BeginFlush() {
		for range int(p.OutFrames(p.Frames())-p.Frames()) * p.channels {
			dst = append(dst, 0)
		}
	}
	return dst
}
