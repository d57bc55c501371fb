package dsp

import (
	"fmt"
	"math"
	"slices"

	"github.com/tailwave/tailwave/dsp/internal/memory"
	"github.com/tailwave/tailwave/dsp/internal/ratio"
)

// A Chain is several processors as one: each stage consumes what the stage before it emits. All run in the goroutine of
// the caller.
type Chain struct {
	stages          []Processor
	shape           Shape
	block           int
	passed          [2][]float32 // frames between two stages for the block under way, in turn
	inRate, outRate int          // Hz, 0 for any
	Guard
}

// NewChain returns the chain of stages, at least one. It fails with an *ArgError if a stage does not consume the
// channels that the stage before it emits, or if the terms of the ratio of the whole are too large, and with an
// *InUseError if a stage has an owner; the stages then keep the owners that they had. The chain owns the stages from
// then on.
//
// The stages process at most block input frames at a time, which bounds the memory of the chain and never changes a bit
// of the result. A block of 0 is a good choice for most chains. It stands for the block whose values fill 32 KiB (8192
// values) where the chain is widest, its output not counted, and for at least one frame. The frames between the stages
// then stay in the cache of the CPU, as they do for any block that makes 16 KiB to 64 KiB. A block, and the output of a
// stage for it, may have up to 2^28 values.
//
// The Latency of the chain is exact if its period, the least common multiple of the strides along the way, is at most
// [MaxPeriod] input frames. Otherwise Latency is an upper bound, and LatencyIsBound is true.
func NewChain(block int, stages ...Processor) (*Chain, error) {
	if err := checkBlock(block); err != nil {
		return nil, err
	}
	if len(stages) == 0 {
		return nil, NewArgError("stages", 0, "at least 1")
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

// findShape derives the shape from those of the stages.
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
			return NewArgError(fmt.Sprintf("input channels of stage %d", i+1), stage.In, "the %d that the stage before it emits", s.Out)
		}
		s.Out = stage.Out
		// A whole number of the stage's periods has to enter it, at Up/Down frames per frame of the chain.
		k := stage.period()
		s.Period = ratio.LCM(s.Period, ratio.Mul(k/ratio.GCD(k, int64(s.Up)), int64(s.Down)))
		up, down, ok := product(s, stage)
		if !ok {
			return NewArgError(fmt.Sprintf("ratio of stage %d", i+1), fmt.Sprintf("%d/%d", stage.Up, stage.Down),
				"one with which that of the chain, %d/%d so far, has terms with a product below 2^63", s.Up, s.Down)
		}
		s.Up, s.Down = up, down
	}
	s.Period = ratio.LCM(s.Period, int64(s.Down))
	if s.MinFrames = c.minFrames(); s.MinFrames == 0 {
		return NewArgError("shortest input of the chain", "longer than 2^40 frames", "shorter")
	}
	if s.LatencyIsBound = s.Period > MaxPeriod; s.LatencyIsBound {
		s.Latency = c.latencyBound()
	} else {
		s.Latency = latency(s.Up, s.Down, s.Period, c.Emitted)
	}
	c.shape = s
	return nil
}

// widest returns the largest number of values before the last stage, at the input or between stages, for each input
// frame of the chain.
func (c *Chain) widest() float64 {
	most, rate := float64(c.shape.In), 1.0
	for _, p := range c.stages[:len(c.stages)-1] {
		s := p.Shape()
		most = max(most, rate*s.valuesPerFrame())
		rate *= float64(s.Up) / float64(s.Down)
	}
	return most
}

// product returns the product of the ratios of two shapes in lowest terms. It reports false if that is too large for
// the arithmetic of frame counts.
func product(a, b Shape) (up, down int, ok bool) {
	aUp, bDown := ratio.Reduce(int64(a.Up), int64(b.Down))
	bUp, aDown := ratio.Reduce(int64(b.Up), int64(a.Down))
	u, d := ratio.Mul(aUp, bUp), ratio.Mul(aDown, bDown)
	return int(u), int(d), max(u, d) <= math.MaxInt && ratio.Mul(u, d) < math.MaxInt64
}

// latencyBound returns the latencies of the stages, added up at the rate of the output.
func (c *Chain) latencyBound() int {
	held, lowered := 0, 0
	for _, p := range c.stages {
		s := p.Shape()
		held = ratio.CeilDiv((held+lowered)*s.Up, s.Down) + s.Latency
		if s.Down > 1 {
			lowered = 1 // counts of frames are rounded down from here on
		}
	}
	return held
}

// minFrames returns the shortest input with which no stage has too few frames, or 0 if that is longer than never.
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
	for least := most / 2; least+1 < most; { // least is too few, most is enough
		if mid := (least + most) / 2; enough(int64(mid)) {
			most = mid
		} else {
			least = mid
		}
	}
	return most
}

// Shape returns the channels of the ends, the product of the ratios, and what follows from the stages' counts of
// frames.
func (c *Chain) Shape() Shape { return c.shape }

// OutFrames returns the output of the stages for n frames, one after the other.
func (c *Chain) OutFrames(n int64) int64 {
	for _, s := range c.stages {
		n = s.OutFrames(n)
	}
	return n
}

// Emitted returns the frames that have passed all stages after n frames.
func (c *Chain) Emitted(n int64) int64 {
	for _, s := range c.stages {
		n = s.Emitted(n)
	}
	return n
}

// MaxOutFrames bounds what Process of n frames followed by Flush appends.
func (c *Chain) MaxOutFrames(n int) int {
	for _, s := range c.stages {
		n = s.MaxOutFrames(n)
	}
	return n
}

// Memory implements [Sizer]: it adds up the stages that are Sizers, and the frames between them.
func (c *Chain) Memory() (weights, state int64) {
	weights, state = memoryOf(c.stages)
	return weights, state + memory.Struct(c) + memory.Bytes(c.passed[:]...)
}

// Reset begins a new stream.
func (c *Chain) Reset() {
	for _, s := range c.stages {
		s.Reset()
	}
	c.Guard.Reset()
}

// Process passes frames on from stage to stage.
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

// Flush ends the stream stage by stage.
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

// flushAfter processes the last frames, if there are any, and ends the stream.
func flushAfter(p Processor, dst, src []float32) []float32 {
	if len(src) > 0 {
		dst = p.Process(dst, src)
	}
	return p.Flush(dst)
}
