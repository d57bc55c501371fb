package dsptest

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp"
)

// verdict collects what a Contract says instead of failing the test.
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

// judge runs the contract over what wrap makes of a sound Upsampler of kernel 7 and stride 2.
func judge(t *testing.T, wrap func(*dsp.Upsampler[float32]) Streamer[float32]) string {
	t.Helper()
	g, err := dsp.Geometry{In: 2, Out: 1, Groups: 1, Kernel: 7, Stride: 2, Dilation: 1}.Same(0)
	if err != nil {
		t.Fatal(err)
	}
	filters := Noise[float32](1, 2*7)
	v := &verdict{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			if r := recover(); r != nil {
				v.Errorf("panic: %v", r)
			}
		}()
		Check(v, Contract[float32]{
			New: func() Streamer[float32] {
				u, err := dsp.NewUpsampler(g, filters, nil)
				if err != nil {
					panic(err)
				}
				return wrap(u)
			},
			OneShot: func(src []float32) []float32 {
				out, err := dsp.ConvTranspose(g, src, filters, nil)
				if err != nil {
					panic(err)
				}
				return out
			},
			Frames: 60,
			Blocks: []int{7, 2},
		})
	}()
	<-done
	return strings.Join(v.said, "; ")
}

type sound struct{ *dsp.Upsampler[float32] }

// Each type below breaks one promise.
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

type rereadsSource struct { // late by nothing, but computes its tail from the last src at the next call
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

type goesOn struct{ sound } // takes frames after Flush

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

type waitsForEnd struct {
	sound
	all *[]float32
}

func (w waitsForEnd) Process(dst, src []float32) []float32 {
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

func (u understates) MaxOut(n int) int { return u.sound.MaxOut(n) - u.Lag() - 1 }

type lateByOne struct{ sound } // claims to hold back more than it does

func (l lateByOne) Lag() int { return l.sound.Lag() + 1 }

type wrongLength struct{ sound }

func (w wrongLength) Frames(n int64) int64 { return w.sound.Frames(n) + n/30 }

func TestContractFindsFaults(t *testing.T) {
	if said := judge(t, func(u *dsp.Upsampler[float32]) Streamer[float32] { return sound{u} }); said != "" {
		t.Fatalf("a sound processor was refused: %s", said)
	}
	for name, c := range map[string]struct {
		wrap func(sound) Streamer[float32]
		want string
	}{
		"no flush":               {func(s sound) Streamer[float32] { return noFlush{s} }, "promises"},
		"second flush":           {func(s sound) Streamer[float32] { return flushAgain{s} }, "Flush"},
		"no reset":               {func(s sound) Streamer[float32] { return noReset{s, new(bool)} }, "after Flush"},
		"keeps src":              {func(s sound) Streamer[float32] { return keepsSource{s, new([]float32)} }, "1 frames cut into"},
		"no reset in mid-stream": {func(s sound) Streamer[float32] { return resetsEnded{s, new(bool)} }, "Reset in mid-stream"},
		"rereads src":            {func(s sound) Streamer[float32] { return rereadsSource{s, new([]float32), new([]float32)} }, "cut into"},
		"drops -0":               {func(s sound) Streamer[float32] { return dropsSign{s} }, "special values"},
		"goes on":                {func(s sound) Streamer[float32] { return goesOn{s} }, "after Flush does not panic"},
		"takes parts":            {func(s sound) Streamer[float32] { return takesParts{s} }, "frames having 2, does not panic"},
		"waits for end":          {func(s sound) Streamer[float32] { return waitsForEnd{s, new([]float32)} }, "fewer than"},
		"rounding":               {func(s sound) Streamer[float32] { return chunkSum{s} }, "cut into"},
		"overwrites":             {func(s sound) Streamer[float32] { return overwrites{s} }, "overwritten"},
		"allocates":              {func(s sound) Streamer[float32] { return allocates{s} }, "allocations"},
		"MaxOut":                 {func(s sound) Streamer[float32] { return understates{s} }, "MaxOut"},
		"Lag":                    {func(s sound) Streamer[float32] { return lateByOne{s} }, "Lag is"},
		"Frames":                 {func(s sound) Streamer[float32] { return wrongLength{s} }, "promises"},
	} {
		said := judge(t, func(u *dsp.Upsampler[float32]) Streamer[float32] { return c.wrap(sound{u}) })
		if c.want == "" || !strings.Contains(said, c.want) {
			t.Errorf("%s: the contract says %q, not %q", name, said, c.want)
		}
	}
}
