package dsptest

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/layer"
)

// A verdict collects what Check reports instead of failing the test.
type verdict struct {
	testing.TB
	said []string
}

func (v *verdict) Helper() {}
func (v *verdict) Errorf(format string, a ...any) {
	v.said = append(v.said, fmt.Sprintf(format, a...))
}
func (v *verdict) Fatalf(format string, a ...any) { v.Errorf(format, a...); runtime.Goexit() }
func (v *verdict) Fatal(a ...any)                 { v.said = append(v.said, fmt.Sprint(a...)); runtime.Goexit() }

// judge returns what Check reports about a contract.
func judge(t *testing.T, c Contract[float32]) string {
	t.Helper()
	v := &verdict{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			if r := recover(); r != nil {
				v.Errorf("panic: %v", r)
			}
		}()
		Check(v, c)
	}()
	<-done
	return strings.Join(v.said, "; ")
}

// sound is a processor without a fault: a transposed convolution of kernel 7 and stride 2, from 2 channels to 1.
type sound struct {
	*layer.ConvTranspose1DStream[float32]
}

// soundContract is the contract of sound, over what wrap makes of it.
func soundContract(t *testing.T, wrap func(sound) Streamer[float32]) Contract[float32] {
	t.Helper()
	g, err := layer.TransposeGeometry{In: 2, Out: 1, Kernel: 7, Stride: 2}.Same(0)
	if err != nil {
		t.Fatal(err)
	}
	u, err := layer.NewConvTranspose1D(g, Noise[float32](1, 2*7), nil)
	if err != nil {
		t.Fatal(err)
	}
	return Contract[float32]{
		New: func() Streamer[float32] { return wrap(sound{u.NewStream()}) },
		Reference: func(src []float32) []float32 {
			out, err := u.Reference(src)
			if err != nil {
				panic(err)
			}
			return out
		},
		Frames: 60,
		Blocks: []int{7, 2},
	}
}

// padderContract is the contract of a Padder, whose counts of frames repeat after 4, over what wrap makes of it.
func padderContract(t *testing.T, wrap func(dsp.Processor) Streamer[float32]) Contract[float32] {
	t.Helper()
	return Contract[float32]{
		New: func() Streamer[float32] {
			p, err := dsp.NewPadder(4, 1)
			if err != nil {
				t.Fatal(err)
			}
			return wrap(p)
		},
		Reference: func(src []float32) []float32 {
			return append(src[:len(src):len(src)], make([]float32, -len(src)&3)...)
		},
		Frames: 40, AllLengths: 12,
	}
}

// groupContract is the contract of a processor that emits 4 frames for the first of every 4, over what wrap makes of
// it.
func groupContract(t *testing.T, wrap func(dsp.Processor) Streamer[float32]) Contract[float32] {
	t.Helper()
	g := layer.TransposeGeometry{In: 1, Out: 1, Kernel: 4, Stride: 4}
	u, err := layer.NewConvTranspose1D(g, Noise[float32](1, 4), nil)
	if err != nil {
		t.Fatal(err)
	}
	return Contract[float32]{
		New: func() Streamer[float32] {
			d, err := dsp.NewDecimator(4, 1)
			if err != nil {
				t.Fatal(err)
			}
			c, err := dsp.NewChain(8, d, u.NewStream())
			if err != nil {
				t.Fatal(err)
			}
			return wrap(c)
		},
		Reference: func(src []float32) []float32 {
			var kept []float32
			for i := 0; i < len(src); i += 4 {
				kept = append(kept, src[i])
			}
			out, err := u.Reference(kept)
			if err != nil {
				t.Fatal(err)
			}
			return out
		},
		Frames: 40, AllLengths: 12,
	}
}

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

type staysFlushed struct{ sound }

func (staysFlushed) Reset() {}

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

type lateByOne struct{ sound } // claims to hold back more than it does

func (l lateByOne) Shape() dsp.Shape {
	s := l.sound.Shape()
	s.Latency++
	return s
}

type boundTooLow struct{ sound } // claims to hold back less, as a bound

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
	w.BeginProcess(len(src), 2)
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

// waitsKnowingly is a waitsForEnd that tells so in Emitted.
type waitsKnowingly struct{ waitsForEnd }

func (waitsKnowingly) Emitted(int64) int64 { return 0 }

// waitsOpenly is a waitsKnowingly that tells so in MaxOutFrames too.
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
