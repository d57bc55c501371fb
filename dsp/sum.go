package dsp

import (
	"fmt"
	"slices"

	"github.com/tailwave/tailwave/dsp/internal/kernel"
	"github.com/tailwave/tailwave/dsp/internal/memory"
	"github.com/tailwave/tailwave/dsp/internal/ratio"
)

// A Sum is a [Processor] that passes the same frames to several branches and adds their outputs, frame k to frame k.
// Branches may differ in latency: the Sum queues the frames of a branch until the slowest branch has emitted them too.
type Sum struct {
	level    kernel.Level
	branches []Processor
	shape    Shape
	queues   [][]float32 // per branch: emitted frames that wait for other branches
	block    int
	post     func(frames []float32)
	inStep   bool // every branch emits frame n with input frame n, and there are no workers: no frames wait

	workers Workers
	src     []float32 // the block that the branches are processing
	part    func(int) // processPart, made once
	end     func(int) // flushPart

	inRate, outRate int // Hz, 0 for any
	Guard
}

// NewSum returns the sum of branches, at least one of them not nil, and becomes their owner. A nil branch is the
// identity. The outputs are added in the order of the branches, and each addition is rounded. If post is not nil, it
// then changes the summed frames in place. post receives runs of any length, so it must treat all frames alike.
//
// The branches must have the same channels and, for every length of the input, the same number of output frames. NewSum
// compares the lengths over the common period of all branches, which must be at most [MaxPeriod] input frames.
//
// The Sum passes at most block input frames at a time to its branches, which never changes a bit of the result. A block
// of 0 selects the default: as many frames, at least one, as fill 32 KiB (8192 values) at the input or at the output,
// whichever is wider. The block may have up to 2^28 values, and so may the frames of a branch that wait for other
// branches.
//
// With workers, the branches are computed concurrently, the last branch first. This pays only for branches with much to
// compute, and does not change a bit of the result. A panic in a branch reaches the caller of Process or Flush,
// unchanged without workers, and as [Workers] describes with them. After a panic, Reset is the only method of the Sum
// that may be called.
//
// NewSum fails with an *ArgError if the branches do not match, and with an *InUseError if a branch already has an
// owner. After an error the branches have the owners that they had before.
func NewSum(block int, branches []Processor, post func(frames []float32), options ...Option) (*Sum, error) {
	level, err := kernel.Choose()
	if err != nil {
		return nil, err
	}
	if err := checkBlock(block); err != nil {
		return nil, err
	}
	first := slices.IndexFunc(branches, func(p Processor) bool { return p != nil })
	if first < 0 {
		return nil, NewArgError("number of branches that are not nil", 0, "at least 1: nil is the identity")
	}
	s := &Sum{level: level, block: block, post: post, branches: slices.Clone(branches), workers: WorkersOf(options...)}
	s.Origin = "dsp.NewSum"
	s.part, s.end = s.processPart, s.flushPart
	for i, p := range s.branches {
		if p == nil {
			s.branches[i] = &passthrough{channels: branches[first].Shape().In}
		}
	}
	if err := s.findShape(); err != nil {
		return nil, err
	}
	if s.inRate, s.outRate, err = commonRates(s.branches); err != nil {
		return nil, err
	}
	if block == 0 {
		block = blockFor(max(float64(s.shape.In), s.shape.valuesPerFrame()))
		s.block = block
	}
	if _, err := bufferValues(block, s.shape.In); err != nil {
		return nil, err
	}
	if err := acquire(s.branches); err != nil {
		return nil, err
	}
	s.inStep = s.workers == nil && s.emitsAtOnce()
	if _, identical := s.branches[0].(*passthrough); identical && s.inStep && len(branches) > 1 {
		// The first branch writes its output to dst directly; the identity would only copy its input there.
		s.branches[0], s.branches[1] = s.branches[1], s.branches[0]
	}
	s.queues = make([][]float32, len(branches))
	for i, p := range s.branches {
		if _, identical := p.(*passthrough); s.inStep && (i == 0 || identical) {
			continue
		}
		waiting := mostAhead(s.shape.Period, p.Emitted, s.Emitted)
		values, err := bufferValues(waiting+p.MaxOutFrames(block), s.shape.Out)
		if err != nil {
			release(s.branches)
			return nil, err
		}
		s.queues[i] = make([]float32, 0, values)
	}
	return s, nil
}

// findShape checks that the branches match, and derives the shape from their counts of frames.
func (s *Sum) findShape() error {
	for _, p := range s.branches {
		if err := checkPart(p); err != nil {
			return err
		}
	}
	first := s.branches[0]
	s.shape = first.Shape()
	s.shape.Period, s.shape.LatencyIsBound = s.shape.period(), false
	for i, p := range s.branches[1:] {
		b := p.Shape()
		if b.In != s.shape.In || b.Out != s.shape.Out {
			return NewArgError(fmt.Sprintf("channels of branch %d", i+2), inOut(b.In, b.Out),
				"%s, like branch 1", inOut(s.shape.In, s.shape.Out))
		}
		if b.Up != s.shape.Up || b.Down != s.shape.Down {
			return NewArgError(fmt.Sprintf("ratio of branch %d", i+2), fmt.Sprintf("%d/%d", b.Up, b.Down),
				"%d/%d, like branch 1", s.shape.Up, s.shape.Down)
		}
		s.shape.Period = ratio.LCM(s.shape.Period, b.period())
		s.shape.MinFrames = max(s.shape.MinFrames, b.MinFrames)
	}
	s.shape.MinFrames = max(1, s.shape.MinFrames)
	if s.shape.Period > MaxPeriod {
		return NewArgError("period of the branches", s.shape.Period,
			"at most %d input frames, over which their lengths are compared", MaxPeriod)
	}
	least := int64(s.shape.MinFrames)
	for i, p := range s.branches[1:] {
		for n := least; n < least+s.shape.Period; n++ {
			if got, want := p.OutFrames(n), first.OutFrames(n); got != want {
				return NewArgError(fmt.Sprintf("length of branch %d for %d input frames", i+2, n), got,
					"%d output frames, like branch 1: put a Padder before a branch that emits groups of frames", want)
			}
		}
	}
	s.shape.Latency = latency(s.shape.Up, s.shape.Down, s.shape.Period, s.Emitted)
	return nil
}

// emitsAtOnce reports whether every branch emits frame n with input frame n, for all n.
func (s *Sum) emitsAtOnce() bool {
	if s.shape.Up != s.shape.Down || s.shape.Latency != 0 || s.shape.MinFrames != 1 {
		return false
	}
	for n := int64(1); n <= s.shape.Period; n++ {
		if s.OutFrames(n) != n { // Emitted is at least n, as Latency is 0, and at most OutFrames
			return false
		}
	}
	return true
}

// Shape returns the channels and the ratio of the branches, the latency of the slowest branch, and the largest
// MinFrames.
func (s *Sum) Shape() Shape { return s.shape }

// OutFrames returns the number of output frames of each branch for n input frames, and 0 for fewer than MinFrames.
func (s *Sum) OutFrames(n int64) int64 {
	if n < int64(s.shape.MinFrames) {
		return 0
	}
	return s.branches[0].OutFrames(n)
}

// Emitted returns the number of frames that every branch has emitted after n input frames.
func (s *Sum) Emitted(n int64) int64 {
	least := s.branches[0].Emitted(n)
	for _, p := range s.branches[1:] {
		least = min(least, p.Emitted(n))
	}
	return least
}

// MaxOutFrames bounds the frames that Process of n frames, followed by Flush, appends.
func (s *Sum) MaxOutFrames(n int) int {
	most := 0
	for _, p := range s.branches {
		most = max(most, p.MaxOutFrames(n))
	}
	return most
}

// Memory implements [Sizer]: the sum over the branches that are Sizers, and the queues.
func (s *Sum) Memory() (weights, state int64) {
	weights, state = memoryOf(s.branches)
	return weights, state + memory.Struct(s) + memory.Bytes(s.queues...)
}

// Reset starts a new stream in all branches.
func (s *Sum) Reset() {
	for i, p := range s.branches {
		p.Reset()
		s.queues[i] = s.queues[i][:0]
	}
	s.Guard.Reset()
}

// Process consumes the frames of src and appends the sums of the frames that every branch has emitted.
func (s *Sum) Process(dst, src []float32) []float32 {
	s.BeginProcess(len(src), s.shape.In)
	for len(src) > 0 {
		n := min(s.block*s.shape.In, len(src))
		if s.inStep {
			dst = s.add(dst, src[:n])
		} else {
			s.src = src[:n]
			s.each(s.part)
			dst = s.emit(dst)
		}
		src = src[n:]
	}
	s.src = nil
	return dst
}

// add processes src in branches that are in step, and appends the sums of their outputs.
func (s *Sum) add(dst, src []float32) []float32 {
	start := len(dst)
	dst = s.branches[0].Process(dst, src)
	out := dst[start:]
	for i, p := range s.branches[1:] {
		term := src
		if _, identical := p.(*passthrough); !identical {
			term = p.Process(s.queues[i+1], src)
		}
		s.level.Add(out, out, term)
	}
	s.finish(out)
	return dst
}

// each calls f for every branch.
func (s *Sum) each(f func(part int)) {
	if s.workers != nil {
		s.workers.For(len(s.branches), f)
		return
	}
	for i := range s.branches {
		f(i)
	}
}

// processPart passes the block to one branch. Workers start parts in order, so part 0 is the last branch: it is usually
// the longest, and starting it first makes all branches end at about the same time.
func (s *Sum) processPart(part int) {
	i := len(s.branches) - 1 - part
	s.queues[i] = s.branches[i].Process(s.queues[i], s.src)
}

// flushPart ends the stream of one branch, in the same order as processPart.
func (s *Sum) flushPart(part int) {
	i := len(s.branches) - 1 - part
	s.queues[i] = s.branches[i].Flush(s.queues[i])
}

// Flush ends the stream in all branches and appends the remaining sums. After fewer than MinFrames frames it appends
// nothing.
func (s *Sum) Flush(dst []float32) []float32 {
	if !s.BeginFlush() {
		return dst
	}
	s.each(s.end)
	return s.emit(dst)
}

// emit appends the sums of the frames that all queues hold, and removes these frames from the queues.
func (s *Sum) emit(dst []float32) []float32 {
	n := len(s.queues[0])
	for _, q := range s.queues {
		n = min(n, len(q))
	}
	if n == 0 {
		return dst
	}
	start := len(dst)
	dst = slices.Grow(dst, n)[:start+n]
	out := dst[start:]
	if len(s.queues) == 1 {
		copy(out, s.queues[0])
	} else {
		s.level.Add(out, s.queues[0][:n], s.queues[1][:n])
		for _, q := range s.queues[2:] {
			s.level.Add(out, out, q[:n])
		}
	}
	s.finish(out)
	for i, q := range s.queues {
		s.queues[i] = q[:copy(q, q[n:])]
	}
	return dst
}

// finish applies post, if there is one.
func (s *Sum) finish(out []float32) {
	if s.post != nil {
		s.post(out)
	}
}

// A passthrough is the identity as a [Processor]: the branch that nil means.
type passthrough struct {
	channels int
	Guard
}

func (p *passthrough) Shape() Shape {
	return Shape{In: p.channels, Out: p.channels, Up: 1, Down: 1}
}
func (p *passthrough) OutFrames(n int64) int64              { return n }
func (p *passthrough) Emitted(n int64) int64                { return n }
func (p *passthrough) MaxOutFrames(n int) int               { return n }
func (p *passthrough) Process(dst, src []float32) []float32 { return append(dst, src...) }
func (p *passthrough) Flush(dst []float32) []float32        { return dst }
