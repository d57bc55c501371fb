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
	g, err := dsp.Geometry{In: 1, Out: 1, Groups: 1, Kernel: 7, Stride: 2, Dilation: 1}.Same(0)
	if err != nil {
		t.Fatal(err)
	}
	filters := Noise[float32](1, 7)
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
		"no flush":      {func(s sound) Streamer[float32] { return noFlush{s} }, "promises"},
		"second flush":  {func(s sound) Streamer[float32] { return flushAgain{s} }, "Flush"},
		"no reset":      {func(s sound) Streamer[float32] { return noReset{s, new(bool)} }, "after Flush"},
		"keeps src":     {func(s sound) Streamer[float32] { return keepsSource{s, new([]float32)} }, ""},
		"waits for end": {func(s sound) Streamer[float32] { return waitsForEnd{s, new([]float32)} }, "fewer than"},
		"rounding":      {func(s sound) Streamer[float32] { return chunkSum{s} }, "is"},
		"overwrites":    {func(s sound) Streamer[float32] { return overwrites{s} }, "overwritten"},
		"allocates":     {func(s sound) Streamer[float32] { return allocates{s} }, "allocations"},
		"MaxOut":        {func(s sound) Streamer[float32] { return understates{s} }, "MaxOut"},
		"Lag":           {func(s sound) Streamer[float32] { return lateByOne{s} }, "Lag is"},
		"Frames":        {func(s sound) Streamer[float32] { return wrongLength{s} }, "promises"},
	} {
		said := judge(t, func(u *dsp.Upsampler[float32]) Streamer[float32] { return c.wrap(sound{u}) })
		if said == "" || !strings.Contains(said, c.want) {
			t.Errorf("%s: the contract says %q", name, said)
		}
	}
}
