package dsp

import (
	"fmt"
	"math"
	"slices"

	"github.com/tailwave/tailwave/dsp/internal/memory"
	"github.com/tailwave/tailwave/dsp/internal/ratio"
)

// A Chain is a [Processor] that runs stages one after the other: each stage consumes the frames that the previous stage
// emits. All stages run in the goroutine of the caller.
type Chain struct {
	stages          []Processor
	shape           Shape
	block           int
	passed          [2][]float32 // output of the inner stages for the current block: even stages use 0, odd stages 1
	inRate, outRate int          // Hz, 0 for any
	Guard
}

// NewChain returns the chain of stages, at least one, and becomes their owner. The input channels of each stage must
// equal the output channels of the stage before it.
//
// The chain passes at most block input frames at a time to its first stage. The block bounds the memory of the chain
// and never changes a bit of the result. A block of 0 selects the default, which suits most chains: as many frames, at
// least one, as fill 32 KiB (8192 values) where the chain is widest, its output not counted. The frames between the
// stages then stay in the cache of the CPU; any block that fills 16 KiB to 64 KiB has this effect. The block may have
// up to 2^28 values, and so may the output of a stage for it.
//
// The Latency of the chain is exact if its period, the least common multiple of the strides along the way, is at most
// [MaxPeriod] input frames. Otherwise Latency is an upper bound, and LatencyIsBound is true.
//
// NewChain fails with an *ArgError if the channels or the sample rates of two stages do not match, or if the ratio of
// the chain has terms that are too large. It fails with an *InUseError if a stage already has an owner. After an error
// the stages have the owners that they had before.
func NewChain(block int, stages ...Processor) (*Chain, error) {
	if err := checkBlock(block); err != nil {
		return nil, err
	}
	if len(stages) == 0 {
		return nil, NewArgError("number of stages", 0, "at least 1")
	}
	c := &Chain{stages: slices.Clone(stages), block: block, Guard: Guard{Origin: "dsp.NewChain"}}
	if err := c.findShape(); err != nil {
		return nil, err
	}
	var err error
	if c.inRate, c.outRate, err = chainRates(c.stages); err != nil {
		return nil, err
	}
	if block == 0 {
		block = blockFor(c.widest())
		c.block = block
	}
	if _, err := bufferValues(block, c.shape.In); err != nil {
		return nil, err
	}
	if err := acquire(c.stages); err != nil {
		return nil, err
	}
	n, most := block, [2]int{}
	for i, s := range c.stages[:len(stages)-1] {
		n = s.MaxOutFrames(n)
		values, err := bufferValues(n, s.Shape().Out)
		if err != nil {
			release(c.stages)
			return nil, err
		}
		most[i%2] = max(most[i%2], values)
	}
	for i, m := range most {
		c.passed[i] = make([]float32, 0, m)
	}
	return c, nil
}

// findShape derives the shape of the chain from the shapes of the stages.
func (c *Chain) findShape() error {
	s := Shape{Up: 1, Down: 1, Period: 1}
	for i, p := range c.stages {
		if err := checkPart(p); err != nil {
			return err
		}
		stage := p.Shape()
		if i == 0 {
			s.In = stage.In
		} else if stage.In != s.Out {
			return NewArgError(fmt.Sprintf("input channels of stage %d", i+1), stage.In,
				"%d, the output channels of stage %d", s.Out, i)
		}
		s.Out = stage.Out
		// One period of the chain must bring a whole number of this stage's periods to the input of the stage.
		k := stage.period()
		s.Period = ratio.LCM(s.Period, ratio.Mul(k/ratio.GCD(k, int64(s.Up)), int64(s.Down)))
		up, down, ok := product(s, stage)
		if !ok {
			return NewArgError(fmt.Sprintf("ratio of stage %d", i+1), fmt.Sprintf("%d/%d", stage.Up, stage.Down),
				"small enough for Up*Down of the chain to be below 2^63 (the stages before have %d/%d)", s.Up, s.Down)
		}
		s.Up, s.Down = up, down
	}
	s.Period = ratio.LCM(s.Period, int64(s.Down))
	if s.MinFrames = c.minFrames(); s.MinFrames == 0 {
		return NewArgError("shortest input of the chain", "longer than 2^40 frames", "at most 2^40 frames")
	}
	if s.LatencyIsBound = s.Period > MaxPeriod; s.LatencyIsBound {
		s.Latency = c.latencyBound()
	} else {
		s.Latency = latency(s.Up, s.Down, s.Period, c.Emitted)
	}
	c.shape = s
	return nil
}

// widest returns the largest number of values per input frame of the chain, at the input or between two stages.
func (c *Chain) widest() float64 {
	most, rate := float64(c.shape.In), 1.0
	for _, p := range c.stages[:len(c.stages)-1] {
		s := p.Shape()
		most = max(most, rate*s.valuesPerFrame())
		rate *= float64(s.Up) / float64(s.Down)
	}
	return most
}

// product returns the product of the ratios of two shapes in lowest terms. ok is false if the terms would overflow the
// arithmetic of frame counts.
func product(a, b Shape) (up, down int, ok bool) {
	aUp, bDown := ratio.Reduce(int64(a.Up), int64(b.Down))
	bUp, aDown := ratio.Reduce(int64(b.Up), int64(a.Down))
	u, d := ratio.Mul(aUp, bUp), ratio.Mul(aDown, bDown)
	return int(u), int(d), max(u, d) <= math.MaxInt && ratio.Mul(u, d) < math.MaxInt64
}

// latencyBound returns an upper bound of the latency: the sum of the latencies of the stages, each converted to output
// frames.
func (c *Chain) latencyBound() int {
	held, lowered := 0, 0
	for _, p := range c.stages {
		s := p.Shape()
		held = ratio.CeilDiv((held+lowered)*s.Up, s.Down) + s.Latency
		if s.Down > 1 {
			lowered = 1 // the ratio rounds counts of frames down, so one more frame may be missing
		}
	}
	return held
}

// minFrames returns the shortest input for which every stage receives at least its MinFrames, or 0 if it is longer than
// never.
func (c *Chain) minFrames() int {
	enough := func(n int64) bool {
		for _, s := range c.stages {
			if n < int64(max(1, s.Shape().MinFrames)) {
				return false
			}
			n = s.OutFrames(n)
		}
		return true
	}
	most := 1
	for !enough(int64(most)) {
		if most *= 2; int64(most) > never {
			return 0
		}
	}
	for least := most / 2; least+1 < most; { // least frames are too few, most are enough
		if mid := (least + most) / 2; enough(int64(mid)) {
			most = mid
		} else {
			least = mid
		}
	}
	return most
}

// Shape returns the input channels of the first stage, the output channels of the last, and the product of the ratios.
// Latency, Period and MinFrames follow from the frame counts of all stages.
func (c *Chain) Shape() Shape { return c.shape }

// OutFrames returns the number of frames of the last stage for n input frames of the first.
func (c *Chain) OutFrames(n int64) int64 {
	for _, s := range c.stages {
		n = s.OutFrames(n)
	}
	return n
}

// Emitted returns the number of frames that have left the last stage after n input frames.
func (c *Chain) Emitted(n int64) int64 {
	for _, s := range c.stages {
		n = s.Emitted(n)
	}
	return n
}

// MaxOutFrames bounds the frames that Process of n frames, followed by Flush, appends.
func (c *Chain) MaxOutFrames(n int) int {
	for _, s := range c.stages {
		n = s.MaxOutFrames(n)
	}
	return n
}

// Memory implements [Sizer]: the sum over the stages that are Sizers, and the buffers between the stages.
func (c *Chain) Memory() (weights, state int64) {
	weights, state = memoryOf(c.stages)
	return weights, state + memory.Struct(c) + memory.Bytes(c.passed[:]...)
}

// Reset starts a new stream in all stages.
func (c *Chain) Reset() {
	for _, s := range c.stages {
		s.Reset()
	}
	c.Guard.Reset()
}

// Process passes the frames of src through the stages, block by block, and appends the output of the last stage.
func (c *Chain) Process(dst, src []float32) []float32 {
	c.BeginProcess(len(src), c.shape.In)
	for len(src) > 0 {
		n := min(c.block*c.shape.In, len(src))
		dst = c.pass(dst, src[:n])
		src = src[n:]
	}
	return dst
}

func (c *Chain) pass(dst, src []float32) []float32 {
	last := len(c.stages) - 1
	for i, s := range c.stages[:last] {
		src = s.Process(c.passed[i%2][:0], src)
		c.passed[i%2] = src
	}
	return c.stages[last].Process(dst, src)
}

// Flush ends the stream: each stage first processes the last frames of the stage before it and is then flushed.
func (c *Chain) Flush(dst []float32) []float32 {
	if !c.BeginFlush() {
		return dst
	}
	var src []float32
	for i, s := range c.stages {
		if i < len(c.stages)-1 {
			src = flushAfter(s, c.passed[i%2][:0], src)
			c.passed[i%2] = src
		} else {
			dst = flushAfter(s, dst, src)
		}
	}
	return dst
}

// flushAfter passes the last frames src, if any, to p and flushes p.
func flushAfter(p Processor, dst, src []float32) []float32 {
	if len(src) > 0 {
		dst = p.Process(dst, src)
	}
	return p.Flush(dst)
}
