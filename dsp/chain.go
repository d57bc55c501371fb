package dsp

// A Chain is several processors as one: what the first gives is what the second takes, and so on. All run in the goroutine
// of the caller.
type Chain struct {
	stages []Processor
	block  int
	passed [2][]float32 // what stages have given for the block under way, in turn
}

// NewChain returns the chain of stages, at least one, that passes on at most block input frames at a time, at least 1:
// that bounds what lies between the stages. It fails if a stage does not take the channels that the one before it gives.
// The stages must not be used otherwise.
func NewChain(block int, stages ...Processor) (*Chain, error) {
	if block < 1 {
		return nil, argError("block", block, "at least 1")
	}
	if len(stages) == 0 {
		return nil, argError("stages", 0, "at least 1")
	}
	c := &Chain{stages: stages, block: block}
	n, most := block, [2]int{}
	for i, s := range stages[:len(stages)-1] {
		_, out := s.Channels()
		if in, _ := stages[i+1].Channels(); in != out {
			return nil, argError("input channels of a stage", in, "the %d that the stage before it gives", out)
		}
		n = s.MaxOut(n)
		most[i%2] = max(most[i%2], n*out)
	}
	for i, m := range most {
		c.passed[i] = make([]float32, 0, m)
	}
	return c, nil
}

// Memory returns the bytes of the weights and the state of the stages, as far as they tell, with what lies between them.
func (c *Chain) Memory() (weights, state int64) {
	weights, state = memory(c.stages)
	for _, p := range c.passed {
		state += 4 * int64(cap(p))
	}
	return weights, state
}

// memory adds up what processors say of theirs.
func memory(processors []Processor) (weights, state int64) {
	for _, p := range processors {
		if m, ok := p.(interface {
			Memory() (weights, state int64)
		}); ok {
			w, s := m.Memory()
			weights, state = weights+w, state+s
		}
	}
	return weights, state
}

// Channels returns the width of an input frame of the first stage and of an output frame of the last.
func (c *Chain) Channels() (in, out int) {
	in, _ = c.stages[0].Channels()
	_, out = c.stages[len(c.stages)-1].Channels()
	return in, out
}

// Ratio returns the product of the stages' ratios.
func (c *Chain) Ratio() (up, down int) {
	up, down = 1, 1
	for _, s := range c.stages {
		u, d := s.Ratio()
		up, down = up*u, down*d
		g := gcd(up, down)
		up, down = up/g, down/g
	}
	return up, down
}

// Frames returns what the stages make of n frames, one after the other.
func (c *Chain) Frames(n int64) int64 {
	for _, s := range c.stages {
		n = s.Frames(n)
	}
	return n
}

// MaxOut bounds what Process of n frames followed by Flush appends.
func (c *Chain) MaxOut(n int) int {
	for _, s := range c.stages {
		n = s.MaxOut(n)
	}
	return n
}

// Lag returns the lags of the stages, added up at the rate of the output: the largest number of frames held back if no
// stage lowers the rate, else a bound on it.
func (c *Chain) Lag() int {
	lag, lowered := 0, 0
	for _, s := range c.stages {
		up, down := s.Ratio()
		lag = ((lag+lowered)*up+down-1)/down + s.Lag()
		if down > 1 {
			lowered = 1 // counts of frames are rounded down from here on
		}
	}
	return lag
}

// MinFrames returns the shortest input with which no stage has too few frames.
func (c *Chain) MinFrames() int {
	enough := func(n int64) bool {
		for _, s := range c.stages {
			if n < int64(s.MinFrames()) {
				return false
			}
			n = s.Frames(n)
		}
		return true
	}
	most := 1
	for !enough(int64(most)) {
		most *= 2
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

// Reset begins a new stream.
func (c *Chain) Reset() {
	for _, s := range c.stages {
		s.Reset()
	}
}

// Process passes frames on from stage to stage.
func (c *Chain) Process(dst, src []float32) []float32 {
	in, _ := c.stages[0].Channels()
	if len(src)%in != 0 || len(src) == 0 {
		return c.pass(dst, src) // the first stage knows what to do
	}
	for len(src) > 0 {
		n := min(c.block*in, len(src))
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
