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

// soundContract is the contract of sound, changed by wrap.
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

// padderContract is the contract of a Padder, changed by wrap. Its counts of frames repeat after 4.
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

// groupContract is the contract of a processor that emits 4 frames for the first of every 4, changed by wrap.
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
