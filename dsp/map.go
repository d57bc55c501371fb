package dsp

import "slices"

// Map returns a Processor without state: each output frame is a function of one input frame. fn sets dst, n*out values,
// to the function of src, n*in values, for any n. It must treat all frames alike, must not change src, and must keep
// neither slice. A gain is
//
//	dsp.Map(2, 2, func(dst, src []float32) {
//		for i, v := range src {
//			dst[i] = 0.5 * v
//		}
//	})
//
// Map panics unless in and out are from 1 to 2^30 and fn is not nil. It returns no error, unlike the other
// constructors, because in and out are properties of fn, written next to it in the source: wrong ones are programming
// errors. A caller that reads in and out from a file checks them first.
func Map(in, out int, fn func(dst, src []float32)) Processor {
	if in < 1 || out < 1 || max(in, out) > maxChannels || fn == nil {
		panic("dsp: Map needs from 1 to 2^30 channels on either side and a function")
	}
	return &mapped{in: in, out: out, fn: fn, Guard: Guard{Origin: "dsp.Map"}}
}

type mapped struct {
	in, out int
	fn      func(dst, src []float32)
	Guard
}

func (m *mapped) Shape() Shape                  { return Shape{In: m.in, Out: m.out, Up: 1, Down: 1} }
func (m *mapped) OutFrames(n int64) int64       { return max(0, n) }
func (m *mapped) Emitted(n int64) int64         { return max(0, n) }
func (m *mapped) MaxOutFrames(n int) int        { return n }
func (m *mapped) Flush(dst []float32) []float32 { m.BeginFlush(); return dst }
func (m *mapped) Process(dst, src []float32) []float32 {
	m.BeginProcess(len(src), m.in)
	start, n := len(dst), len(src)/m.in*m.out
	dst = slices.Grow(dst, n)[:start+n]
	if n > 0 {
		m.fn(dst[start:], src)
	}
	return dst
}

// NewMixdown returns the mean of the channels of each frame, from 1 to 2^30: their sum in float64, first channel first,
// divided by their number and rounded to float32. The error is an *ArgError.
func NewMixdown(channels int) (Processor, error) {
	if channels < 1 || channels > maxChannels {
		return nil, NewArgError("channels", channels, "from 1 to %d", maxChannels)
	}
	mean := func(dst, src []float32) {
		for i := range dst {
			sum := 0.0
			for _, v := range src[i*channels:][:channels] {
				sum += float64(v)
			}
			dst[i] = float32(sum / float64(channels))
		}
	}
	return &mapped{in: channels, out: 1, fn: mean, Guard: Guard{Origin: "dsp.NewMixdown"}}, nil
}

// maxChannels bounds the channels of a frame.
const maxChannels = 1 << 30
