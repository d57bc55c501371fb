package dsptest

import "github.com/tailwave/tailwave/dsp"

// Each type below breaks one promise of the contract.

type noFlush struct{ sound }

func (noFlush) Flush(dst []float32) []float32 { return dst }

type flushAgain struct{ sound }

func (f flushAgain) Flush(dst []float32) []float32 { return append(f.sound.Flush(dst), 0) }

type noReset struct {
	sound
	began *bool
}

func (n noReset) Reset() {
	if !*n.began {
		n.sound.Reset()
	}
	*n.began = true
}

type keepsState struct{ sound } // has the Reset of its Guard alone

func (k keepsState) Reset() { k.Guard.Reset() }

type staysFlushed struct { // does not call Guard.Reset
	sound
	ended *bool
}

func (s staysFlushed) Flush(dst []float32) []float32 {
	*s.ended = true
	return s.sound.Flush(dst)
}

func (s staysFlushed) Reset() {
	s.sound.Reset()
	if *s.ended {
		s.BeginFlush()
	}
}

type changesSource struct{ sound } // works in src

func (c changesSource) Process(dst, src []float32) []float32 {
	dst = c.sound.Process(dst, src)
	for i := range src {
		src[i] *= 0.5
	}
	return dst
}

type shortens struct{ sound } // does not append to dst

func (s shortens) Process(dst, src []float32) []float32 { return s.sound.Process(dst[:0], src) }

type flushesNothing struct{ sound } // returns no dst

func (f flushesNothing) Flush(dst []float32) []float32 {
	f.sound.Flush(dst)
	return nil
}

type resetsEnded struct { // Reset does nothing in mid-stream
	sound
	ended *bool
}

func (r resetsEnded) Flush(dst []float32) []float32 {
	*r.ended = true
	return r.sound.Flush(dst)
}

func (r resetsEnded) Reset() {
	if *r.ended {
		r.sound.Reset()
	}
	*r.ended = false
}

type rereadsSource struct { // emits in time, but computes its tail from the last src at the next call
	sound
	past, last *[]float32
}

func (r rereadsSource) Process(dst, src []float32) []float32 {
	*r.past = append(*r.past, *r.last...)
	*r.last = src
	r.sound.Reset()
	r.sound.Process(nil, *r.past)
	return r.sound.Process(dst, src)
}

func (r rereadsSource) Reset() {
	r.sound.Reset()
	*r.past, *r.last = nil, nil
}

type dropsSign struct{ sound } // makes +0 of -0

func (d dropsSign) Process(dst, src []float32) []float32 {
	n := len(dst)
	dst = d.sound.Process(dst, src)
	for i := n; i < len(dst); i++ {
		dst[i] += 0
	}
	return dst
}

type goesOn struct{ sound } // consumes frames after Flush

func (g goesOn) Process(dst, src []float32) []float32 {
	defer func() { _ = recover() }()
	return g.sound.Process(dst, src)
}

type takesParts struct{ sound } // drops the part of a frame

func (p takesParts) Process(dst, src []float32) []float32 {
	return p.sound.Process(dst, src[:len(src)/2*2])
}

type keepsSource struct {
	sound
	kept *[]float32
}

func (k keepsSource) Process(dst, src []float32) []float32 {
	dst = k.sound.Process(dst, *k.kept)
	*k.kept = src
	return dst
}

func (k keepsSource) Reset() {
	k.sound.Reset()
	*k.kept = nil
}

func (k keepsSource) Flush(dst []float32) []float32 {
	if *k.kept != nil {
		dst = k.sound.Process(dst, *k.kept)
		*k.kept = nil
	}
	return k.sound.Flush(dst)
}

type chunkSum struct{ sound } // adds a rounding that depends on the cut

func (c chunkSum) Process(dst, src []float32) []float32 {
	n := len(dst)
	dst = c.sound.Process(dst, src)
	for i := n; i < len(dst) && i < n+1; i++ {
		dst[i] = dst[i] + 1 - 1
	}
	return dst
}

type overwrites struct{ sound }

func (o overwrites) Process(dst, src []float32) []float32 {
	dst = o.sound.Process(dst, src)
	dst[0] = 1
	return dst
}

type allocates struct{ sound }

func (a allocates) Process(dst, src []float32) []float32 {
	return append([]float32(nil), a.sound.Process(dst, src)...)
}

type understates struct{ sound }

func (u understates) MaxOutFrames(n int) int { return u.sound.MaxOutFrames(n) - u.Shape().Latency - 1 }

type understatesLong struct{ sound } // for calls of more frames than any cut has

func (u understatesLong) MaxOutFrames(n int) int { return min(u.sound.MaxOutFrames(n), 500) }

type lateByOne struct{ sound } // claims to hold more than it does

func (l lateByOne) Shape() dsp.Shape {
	s := l.sound.Shape()
	s.Latency++
	return s
}

type boundTooLow struct{ sound } // claims to hold less, as a bound

func (b boundTooLow) Shape() dsp.Shape {
	s := b.sound.Shape()
	s.Latency--
	s.LatencyIsBound = true
	return s
}

type wrongLength struct{ sound }

func (w wrongLength) OutFrames(n int64) int64 { return w.sound.OutFrames(n) + n/30 }

type wrongEmitted struct{ sound } // claims to emit each frame earlier

func (w wrongEmitted) Emitted(n int64) int64 { return w.sound.Emitted(n + 1) }

type beginsEarly struct{ sound } // claims to have emitted frames before any came

func (b beginsEarly) Emitted(n int64) int64 { return max(1, b.sound.Emitted(n)) }

// waitsForEnd keeps the whole input and emits everything at Flush.
type waitsForEnd struct {
	sound
	all *[]float32
}

func (w waitsForEnd) Process(dst, src []float32) []float32 {
	w.BeginProcess(len(src)%2, 2) // sound counts the frames
	*w.all = append(*w.all, src...)
	return dst
}

func (w waitsForEnd) Flush(dst []float32) []float32 {
	if *w.all != nil {
		dst = w.sound.Process(dst, *w.all)
		*w.all = nil
	}
	return w.sound.Flush(dst)
}

func (w waitsForEnd) Reset() {
	w.sound.Reset()
	*w.all = nil
}

// waitsKnowingly is a waitsForEnd that admits it in Emitted.
type waitsKnowingly struct{ waitsForEnd }

func (waitsKnowingly) Emitted(int64) int64 { return 0 }

// waitsOpenly is a waitsKnowingly that admits it in MaxOutFrames too.
type waitsOpenly struct{ waitsKnowingly }

func (waitsOpenly) MaxOutFrames(n int) int { return 2*n + 1000 }

// keepsAll emits in time, but keeps the whole input.
type keepsAll struct {
	sound
	all *[]float32
}

func (k keepsAll) Process(dst, src []float32) []float32 {
	*k.all = append(*k.all, src...)
	return k.sound.Process(dst, src)
}

func (k keepsAll) Reset() {
	k.sound.Reset()
	*k.all = (*k.all)[:0]
}

// tellsLess has a Memory that grows with the stream.
type tellsLess struct {
	sound
	frames *int64
}

func (l tellsLess) Process(dst, src []float32) []float32 {
	*l.frames += int64(len(src))
	return l.sound.Process(dst, src)
}

func (l tellsLess) Memory() (weights, state int64) { return 0, *l.frames }

// unowned has the methods of a Processor only.
type unowned struct{ dsp.Processor }

// neverInUse lets any number of owners run it.
type neverInUse struct{ sound }

func (neverInUse) Acquire() error { return nil }

// alwaysInUse is not free after Release.
type alwaysInUse struct{ sound }

func (alwaysInUse) Release() {}

// released has no owner after Reset.
type released struct{ sound }

func (r released) Reset() {
	r.sound.Reset()
	r.Release()
}

// shaped changes the shape of a Processor.
type shaped struct {
	dsp.Processor
	change func(s *dsp.Shape)
}

func (p shaped) Shape() dsp.Shape {
	s := p.Processor.Shape()
	p.change(&s)
	return s
}

// unguarded has the methods of a Processor, and no Guard: it returns its input.
type unguarded struct{ channels int }

func (u *unguarded) Shape() dsp.Shape {
	return dsp.Shape{In: u.channels, Out: u.channels, Up: 1, Down: 1}
}
func (u *unguarded) OutFrames(n int64) int64              { return n }
func (u *unguarded) Emitted(n int64) int64                { return n }
func (u *unguarded) MaxOutFrames(n int) int               { return n }
func (u *unguarded) Process(dst, src []float32) []float32 { return append(dst, src...) }
func (u *unguarded) Flush(dst []float32) []float32        { return dst }
func (u *unguarded) Reset()                               {}

// unchecked has a Guard, and does not call it.
type unchecked struct {
	unguarded
	dsp.Guard
}

func (u *unchecked) Reset() { u.Guard.Reset() }
