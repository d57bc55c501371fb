package dsp

import (
	"fmt"
	"slices"

	"github.com/tailwave/tailwave/dsp/internal/kernel"
	"github.com/tailwave/tailwave/dsp/internal/memory"
	"github.com/tailwave/tailwave/dsp/internal/ratio"
)

// A Sum feeds several branches the same frames and adds their outputs, frame k to frame k, although some branches emit
// it later than others.
type Sum struct {
	level    kernel.Level
	branches []Processor
	shape    Shape
	queues   [][]float32 // frames of each branch that others have not emitted yet
	block    int
	post     func(frames []float32)
	inStep   bool // every branch emits frame n as soon as it has frame n, and they are computed one after the other

	workers Workers
	src     []float32 // of the call under way
	part    func(int) // processPart, made once
	end     func(int) // flushPart

	inRate, outRate int // Hz, 0 for any
	Guard
}

// NewSum returns the sum of branches, at least one. A nil branch is the identity. Frames are added in the order of the
// branches, and each addition is rounded; post, if not nil, then changes each run of summed frames in place, sample by
// sample. NewSum fails if the branches do not have the same channels, or do not emit the same number of frames for
// every length of the input, which it checks over the period of all branches: that must be at most [MaxPeriod] input
// frames. It fails too if a branch already has an owner; the branches then keep the owners that they had. The Sum owns
// the branches from then on.
//
// The branches consume at most block input frames at a time, which never changes a bit of the result. A block of 0
// stands for the block whose values fill 32 KiB (8192 values) at the input or at the output, whichever is wider, and
// for at least one frame. A block, and the frames of a branch that wait for others, may have up to 2^28 values.
//
// With workers, the branches are computed at the same time, the last of them started first; this is worth it only for
// branches with much to compute. It does not change a bit of the result. A panic in a branch reaches the caller of
// Process or Flush: without workers as it is, with them as Workers.For passes it on. After a panic no method of the Sum
// may be called except Reset.
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
		return nil, NewArgError("branches", len(branches), "at least 1 that is not the identity")
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
		s.branches[0], s.branches[1] = s.branches[1], s.branches[0] // the first of them writes the result
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

// findShape compares the branches, and derives the shape from their counts of frames.
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
			others := [2]int{s.shape.In, s.shape.Out}
			return NewArgError(fmt.Sprintf("channels of branch %d", i+2), [2]int{b.In, b.Out}, "%v like branch 1", others)
		}
		if b.Up != s.shape.Up || b.Down != s.shape.Down {
			others := [2]int{s.shape.Up, s.shape.Down}
			return NewArgError(fmt.Sprintf("ratio of branch %d", i+2), [2]int{b.Up, b.Down}, "%v like branch 1", others)
		}
		s.shape.Period = ratio.LCM(s.shape.Period, b.period())
		s.shape.MinFrames = max(s.shape.MinFrames, b.MinFrames)
	}
	s.shape.MinFrames = max(1, s.shape.MinFrames)
	if s.shape.Period > MaxPeriod {
		return NewArgError("period of the branches", s.shape.Period,
			"at most %d input frames, to compare their lengths", MaxPeriod)
	}
	least := int64(s.shape.MinFrames)
	for i, p := range s.branches[1:] {
		for n := least; n < least+s.shape.Period; n++ {
			if got, want := p.OutFrames(n), first.OutFrames(n); got != want {
				return NewArgError(fmt.Sprintf("length of branch %d for %d input frames", i+2, n), got,
					"%d output frames, like branch 1 (a Padder makes whole groups of frames)", want)
			}
		}
	}
	s.shape.Latency = latency(s.shape.Up, s.shape.Down, s.shape.Period, s.Emitted)
	return nil
}

// emitsAtOnce reports whether all branches emit frame n as soon as they have frame n, for every n.
func (s *Sum) emitsAtOnce() bool {
	if s.shape.Up != s.shape.Down || s.shape.Latency != 0 || s.shape.MinFrames != 1 {
		return false
	}
	for n := int64(1); n <= s.shape.Period; n++ {
		if s.OutFrames(n) != n { // nothing more can have been emitted
			return false
		}
	}
	return true
}

// Shape returns the channels and the ratio of the branches, the latency of the slowest, and the longest MinFrames.
func (s *Sum) Shape() Shape { return s.shape }

// OutFrames returns the output of every branch for n frames, and 0 for fewer than MinFrames.
func (s *Sum) OutFrames(n int64) int64 {
	if n < int64(s.shape.MinFrames) {
		return 0
	}
	return s.branches[0].OutFrames(n)
}

// Emitted returns the frames that all branches have emitted after n frames.
func (s *Sum) Emitted(n int64) int64 {
	least := s.branches[0].Emitted(n)
	for _, p := range s.branches[1:] {
		least = min(least, p.Emitted(n))
	}
	return least
}

// MaxOutFrames bounds what Process of n frames followed by Flush appends.
func (s *Sum) MaxOutFrames(n int) int {
	most := 0
	for _, p := range s.branches {
		most = max(most, p.MaxOutFrames(n))
	}
	return most
}

// Memory implements [Sizer]: it adds up the branches that are Sizers, and the frames that wait for other branches.
func (s *Sum) Memory() (weights, state int64) {
	weights, state = memoryOf(s.branches)
	return weights, state + memory.Struct(s) + memory.Bytes(s.queues...)
}

// Reset begins a new stream.
func (s *Sum) Reset() {
	for i, p := range s.branches {
		p.Reset()
		s.queues[i] = s.queues[i][:0]
	}
	s.Guard.Reset()
}

// Process consumes frames and appends the sums of those that all branches have emitted.
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

// add appends the sums of the outputs for src of branches that are in step.
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

// processPart passes the frames to a branch. Parts begin in order. The last branch, usually the longest, begins first,
// so that all end at about the same time.
func (s *Sum) processPart(part int) {
	i := len(s.branches) - 1 - part
	s.queues[i] = s.branches[i].Process(s.queues[i], s.src)
}

// flushPart ends the stream in a branch.
func (s *Sum) flushPart(part int) {
	i := len(s.branches) - 1 - part
	s.queues[i] = s.branches[i].Flush(s.queues[i])
}

// Flush ends the stream in all branches. After fewer than MinFrames frames it appends nothing.
func (s *Sum) Flush(dst []float32) []float32 {
	if !s.BeginFlush() {
		return dst
	}
	s.each(s.end)
	return s.emit(dst)
}

// emit appends the sums of the frames that are in all queues, and removes them there.
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

// finish applies the function that follows the sum.
func (s *Sum) finish(out []float32) {
	if s.post != nil {
		s.post(out)
	}
}

// A passthrough is the identity as a Processor.
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
