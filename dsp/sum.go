package dsp

import (
	"slices"

	"github.com/tailwave/tailwave/dsp/internal/kernel"
)

// A Sum feeds several branches the same frames and adds what they give, frame k to frame k, although some give it later
// than others.
type Sum struct {
	level    kernel.Level
	branches []Processor
	queues   [][]float32 // what each branch has given and others have not yet
	block    int
	in, out  int // channels
	after    []Activation
	flushed  bool
	inStep   bool // every branch gives frame n as soon as it has frame n, and they are computed one after the other

	workers Workers
	src     []float32 // of the call under way
	part    func(int) // processPart, made once
	end     func(int) // flushPart
}

// NewSum returns the sum of branches, at least one, taken block input frames at a time, at least 1. A nil branch is the
// identity. The sum is that of the first two, plus the third, and so on, each rounded; then the functions in after are
// applied, in that order. It fails if the branches do not take and give the same channels and the same numbers of frames.
// They must not be used otherwise.
//
// The branches are computed at the same time as far as workers are free, the last of them first; nil if they are too short
// for that. It does not change a bit of the result. A panic in a branch goes on to the caller of Process or Flush: without
// workers as it is, with them as their Split passes it on. Of the sum nothing but Reset may be called then.
func NewSum(block int, branches []Processor, workers Workers, after ...Activation) (*Sum, error) {
	level, err := kernel.Choose()
	if err != nil {
		return nil, err
	}
	if block < 1 {
		return nil, argError("block", block, "at least 1")
	}
	first := slices.IndexFunc(branches, func(p Processor) bool { return p != nil })
	if first < 0 {
		return nil, argError("branches", len(branches), "at least 1 that is not the identity")
	}
	s := &Sum{level: level, block: block, after: after, branches: slices.Clone(branches), workers: workers}
	s.part, s.end = s.processPart, s.flushPart
	s.in, s.out = branches[first].Channels()
	for i, p := range s.branches {
		if p == nil {
			s.branches[i] = passage{s.in}
		}
	}
	if err := s.check(s.branches[first]); err != nil {
		return nil, err
	}
	up, down := s.Ratio()
	s.inStep = workers == nil && s.Lag() == 0 && up == 1 && down == 1 && s.MinFrames() == 1 && s.Frames(1) == 1
	if _, identical := s.branches[0].(passage); identical && s.inStep && len(branches) > 1 {
		s.branches[0], s.branches[1] = s.branches[1], s.branches[0] // the first of them writes the result
	}
	s.queues = make([][]float32, len(branches))
	for i, p := range s.branches {
		if _, identical := p.(passage); s.inStep && (i == 0 || identical) {
			continue
		}
		s.queues[i] = make([]float32, 0, (s.Lag()+1+p.MaxOut(block))*s.out)
	}
	return s, nil
}

// check compares the branches with one of them, and the activations with their channels.
func (s *Sum) check(first Processor) error {
	up, down := first.Ratio()
	least := int64(s.MinFrames())
	for _, p := range s.branches {
		if in, out := p.Channels(); in != s.in || out != s.out {
			return argError("channels of a branch", [2]int{in, out}, "%v like the others", [2]int{s.in, s.out})
		}
		if u, d := p.Ratio(); u != up || d != down {
			return argError("ratio of a branch", [2]int{u, d}, "%v like the others", [2]int{up, down})
		}
		for n := least; n < least+int64(down); n++ {
			if p.Frames(n) != first.Frames(n) {
				return argError("frames of a branch", p.Frames(n), "%d for %d, like the others", first.Frames(n), n)
			}
		}
	}
	for _, a := range s.after {
		if err := a.check("after", s.out); err != nil {
			return err
		}
	}
	return nil
}

// most returns the largest of f over the branches.
func (s *Sum) most(f func(p Processor) int) int {
	m := 0
	for _, p := range s.branches {
		m = max(m, f(p))
	}
	return m
}

// Memory returns the bytes of the weights and the state of the branches, as far as they tell, with what waits for others.
func (s *Sum) Memory() (weights, state int64) {
	weights, state = memory(s.branches)
	for _, q := range s.queues {
		state += 4 * int64(cap(q))
	}
	return weights, state
}

// Channels returns the widths of an input and an output frame.
func (s *Sum) Channels() (in, out int) { return s.in, s.out }

// Ratio returns that of the branches.
func (s *Sum) Ratio() (up, down int) { return s.branches[0].Ratio() }

// Frames returns what every branch makes of n frames, and 0 for fewer than MinFrames.
func (s *Sum) Frames(n int64) int64 {
	if n < int64(s.MinFrames()) {
		return 0
	}
	return s.branches[0].Frames(n)
}

// MaxOut bounds what Process of n frames followed by Flush appends.
func (s *Sum) MaxOut(n int) int { return s.most(func(p Processor) int { return p.MaxOut(n) }) }

// Lag returns that of the slowest branch.
func (s *Sum) Lag() int { return s.most(Processor.Lag) }

// MinFrames returns the largest of the branches.
func (s *Sum) MinFrames() int { return s.most(Processor.MinFrames) }

// Reset begins a new stream.
func (s *Sum) Reset() {
	for i, p := range s.branches {
		p.Reset()
		s.queues[i] = s.queues[i][:0]
	}
	s.flushed = false
}

// Process takes in frames and appends the sums of what all branches have given.
func (s *Sum) Process(dst, src []float32) []float32 {
	checkCall(len(src), s.in, s.flushed)
	for len(src) > 0 {
		n := min(s.block*s.in, len(src))
		if s.inStep {
			dst = s.add(dst, src[:n])
		} else {
			s.src = src[:n]
			s.split(s.part)
			dst = s.emit(dst)
		}
		src = src[n:]
	}
	s.src = nil
	return dst
}

// add appends the sums of what the branches, which are in step, make of src.
func (s *Sum) add(dst, src []float32) []float32 {
	start := len(dst)
	dst = s.branches[0].Process(dst, src)
	out := dst[start:]
	for i, p := range s.branches[1:] {
		term := src
		if _, identical := p.(passage); !identical {
			term = p.Process(s.queues[i+1], src)
		}
		s.level.Add(out, out, term)
	}
	s.finish(out)
	return dst
}

// split calls f for each branch.
func (s *Sum) split(f func(part int)) {
	if s.workers != nil {
		s.workers.Split(len(s.branches), f)
		return
	}
	for i := range s.branches {
		f(i)
	}
}

// processPart gives the frames to a branch. Parts begin in order, and long branches, which usually are the last, have to
// begin first for all to end at about the same time.
func (s *Sum) processPart(part int) {
	i := len(s.branches) - 1 - part
	s.queues[i] = s.branches[i].Process(s.queues[i], s.src)
}

// flushPart ends the stream in a branch.
func (s *Sum) flushPart(part int) {
	i := len(s.branches) - 1 - part
	s.queues[i] = s.branches[i].Flush(s.queues[i])
}

// Flush ends the stream in all branches. If one has had fewer frames than its MinFrames, there is nothing.
func (s *Sum) Flush(dst []float32) []float32 {
	if s.flushed {
		return dst
	}
	s.flushed = true
	s.split(s.end)
	return s.emit(dst)
}

// emit appends the sums of the frames that are in all queues, and takes them out.
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

// finish applies the functions that come after the sum.
func (s *Sum) finish(out []float32) {
	for _, a := range s.after {
		a.apply(s.level, out, out)
	}
}

// A passage is the identity as a Processor.
type passage struct{ channels int }

func (p passage) Channels() (in, out int)              { return p.channels, p.channels }
func (p passage) Ratio() (up, down int)                { return 1, 1 }
func (p passage) Frames(n int64) int64                 { return n }
func (p passage) MaxOut(n int) int                     { return n }
func (p passage) Lag() int                             { return 0 }
func (p passage) MinFrames() int                       { return 1 }
func (p passage) Process(dst, src []float32) []float32 { return append(dst, src...) }
func (p passage) Flush(dst []float32) []float32        { return dst }
func (p passage) Reset()                               {}
