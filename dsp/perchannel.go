package dsp

import (
	"fmt"
	"slices"

	"github.com/tailwave/tailwave/dsp/internal/memory"
)

// PerChannel is a [Processor] that runs one processor of one channel for each channel of a stream.
type PerChannel struct {
	processors []Processor
	workers    Workers
	in, out    [][]float32
	work       func(channel int) // processes a block of a channel, made once

	inRate, outRate int // Hz, 0 for any
	Guard
}

// perChannelBlock is the number of frames that are separated into channels at a time.
const perChannelBlock = 1024

// NewPerChannel returns a PerChannel with one channel for each of processors, at least one, and becomes their owner.
// Every processor must have one input and one output channel, and all must have the same Shape: create them with the
// same parameters. With workers, the channels are computed concurrently.
//
// NewPerChannel fails with an *ArgError if the processors do not match, and with an *InUseError if one of them already
// has an owner.
func NewPerChannel(processors []Processor, options ...Option) (*PerChannel, error) {
	if len(processors) == 0 {
		return nil, NewArgError("number of processors", 0, "at least 1")
	}
	p := &PerChannel{processors: slices.Clone(processors), workers: WorkersOf(options...)}
	for i, one := range processors {
		if err := checkPart(one); err != nil {
			return nil, err
		}
		if shape := one.Shape(); shape.In != 1 || shape.Out != 1 {
			return nil, NewArgError("channels of a processor", max(shape.In, shape.Out), "1")
		}
		if one.Shape() != processors[0].Shape() {
			return nil, NewArgError(fmt.Sprintf("Shape of processor %d", i+1), "different from that of processor 1",
				"the same: create all processors with the same parameters")
		}
	}
	var err error
	if p.inRate, p.outRate, err = commonRates(processors); err != nil {
		return nil, err
	}
	most := p.MaxOutFrames(perChannelBlock)
	if most < 0 || most > maxBuffer/len(processors) {
		return nil, NewArgError(fmt.Sprintf("output frames of a processor for %d input frames", perChannelBlock), most,
			"at most %d", maxBuffer/len(processors))
	}
	if err := acquire(p.processors); err != nil {
		return nil, err
	}
	for range processors {
		p.in = append(p.in, make([]float32, 0, perChannelBlock))
		p.out = append(p.out, make([]float32, 0, most))
	}
	p.work = p.processChannel
	return p, nil
}

// Shape returns the Shape of the processors, with one channel for each of them.
func (p *PerChannel) Shape() Shape {
	s := p.processors[0].Shape()
	s.In, s.Out = len(p.processors), len(p.processors)
	return s
}

// OutFrames returns the number of output frames of each processor for n input frames.
func (p *PerChannel) OutFrames(n int64) int64 { return p.processors[0].OutFrames(n) }

// Emitted returns the number of frames that each processor has emitted after n input frames.
func (p *PerChannel) Emitted(n int64) int64 { return p.processors[0].Emitted(n) }

// MaxOutFrames bounds the frames that Process of n frames, followed by Flush, appends.
func (p *PerChannel) MaxOutFrames(n int) int { return p.processors[0].MaxOutFrames(n) }

// Memory implements [Sizer]: the sum over the processors that are Sizers, and the buffers for one block.
func (p *PerChannel) Memory() (weights, state int64) {
	weights, state = memoryOf(p.processors)
	return weights, state + memory.Struct(p) + memory.Bytes(p.in...) + memory.Bytes(p.out...)
}

// Reset starts a new stream in all processors.
func (p *PerChannel) Reset() {
	for _, one := range p.processors {
		one.Reset()
	}
	p.Guard.Reset()
}

// Process separates the channels, passes each to its processor, and appends the interleaved results.
func (p *PerChannel) Process(dst, src []float32) []float32 {
	n := len(p.processors)
	p.BeginProcess(len(src), n)
	for len(src) > 0 {
		frames := min(perChannelBlock, len(src)/n)
		for c := range p.in {
			p.in[c] = p.in[c][:frames]
			for i := range p.in[c] {
				p.in[c][i] = src[i*n+c]
			}
		}
		src = src[frames*n:]
		if p.workers == nil || n == 1 {
			for c := range n {
				p.work(c)
			}
		} else {
			p.workers.For(n, p.work)
		}
		dst = p.join(dst)
	}
	return dst
}

func (p *PerChannel) processChannel(c int) {
	p.out[c] = p.processors[c].Process(p.out[c][:0], p.in[c])
}

// Flush ends the streams of all processors and appends the interleaved results.
func (p *PerChannel) Flush(dst []float32) []float32 {
	if !p.BeginFlush() {
		return dst
	}
	for c, one := range p.processors {
		p.out[c] = one.Flush(p.out[c][:0])
	}
	return p.join(dst)
}

// join interleaves the output of the processors and appends it to dst.
func (p *PerChannel) join(dst []float32) []float32 {
	n, frames := len(p.out), len(p.out[0])
	at := len(dst)
	dst = slices.Grow(dst, n*frames)[:at+n*frames]
	for c, channel := range p.out {
		for i, v := range channel[:frames] {
			dst[at+i*n+c] = v
		}
	}
	return dst
}
