package dsp_test

import (
	"fmt"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
)

// A LowPass is a one-pole low-pass filter of any number of channels: y += a*(x-y) for each of them.
type LowPass struct {
	a float32
	y []float32 // the last output frame
	dsp.Guard
}

func (l *LowPass) Shape() dsp.Shape        { return dsp.Shape{In: len(l.y), Out: len(l.y), Up: 1, Down: 1} }
func (l *LowPass) OutFrames(n int64) int64 { return n }
func (l *LowPass) Emitted(n int64) int64   { return n }
func (l *LowPass) MaxOutFrames(n int) int  { return n }

func (l *LowPass) Process(dst, src []float32) []float32 {
	l.BeginProcess(len(src), len(l.y)) // first: it panics on misuse and counts frames
	a := l.a
	for ; len(src) > 0; src = src[len(l.y):] {
		for c, x := range src[:len(l.y)] {
			l.y[c] += float32(a * (x - l.y[c])) // the conversion is needed: see Stray fusion
		}
		dst = append(dst, l.y...)
	}
	return dst
}

func (l *LowPass) Flush(dst []float32) []float32 {
	l.BeginFlush() // a filter with a tail: if l.BeginFlush() && l.Frames() > 0 { dst = append(dst, ...) }
	return dst
}

func (l *LowPass) Reset() {
	clear(l.y)
	l.Guard.Reset() // the promoted Guard.Reset alone would not clear l.y
}

// NewLowPass returns a LowPass of at least one channel, for a from 0 to 1.
func NewLowPass(a float32, channels int) (*LowPass, error) {
	if channels < 1 {
		return nil, dsp.NewArgError("channels", channels, "at least 1")
	}
	if !(a >= 0 && a <= 1) {
		return nil, dsp.NewArgError("a", a, "from 0 to 1")
	}
	return &LowPass{a: a, y: make([]float32, channels), Guard: dsp.Guard{Origin: "NewLowPass"}}, nil
}

// A processor of your own embeds a Guard. Package dsptest checks it, here against a loop over a whole signal of two
// channels.
func ExampleProcessor() {
	err := dsptest.Verify(dsptest.Contract[float32]{
		New: dsptest.New(func() (*LowPass, error) { return NewLowPass(0.3, 2) }),
		Reference: func(src []float32) []float32 {
			out := make([]float32, len(src))
			for i, x := range src {
				y := float32(0)
				if i >= 2 {
					y = out[i-2]
				}
				out[i] = y + float32(0.3*(x-y))
			}
			return out
		},
		Frames: 100,
	})
	fmt.Println("fault:", err)

	l, err := NewLowPass(0.5, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(l.Flush(l.Process(nil, []float32{8, 8, 8, 0})))
	// Output:
	// fault: <nil>
	// [4 6 7 3.5]
}
