package dsp

import "slices"

// Map returns a [Processor] without state: each output frame is a function of one input frame. fn computes dst, n*out
// values, from src, n*in values, for any n. It must apply the same function to every frame, must not change src, and
// must keep neither slice. A gain is
//
//	dsp.Map(2, 2, func(dst, src []float32) {
//		for i, v := range src {
//			dst[i] = 0.5 * v
//		}
//	})
//
// Map panics unless in and out are from 1 to 2^30 and fn is not nil. Unlike the other constructors it returns no error:
// in and out are properties of fn and appear next to it in the source, so a wrong value is a programming error. A
// caller that reads in and out from a file must check them first.
func Map(in, out int, fn func(dst, src []float32)) Processor {
	if in < 1 || out < 1 || max(in, out) > maxChannels || fn == nil {
		panic("dsp: Map needs from 1 to 2^30 channels in and out, and a function that is not nil")
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

// NewMixdown returns a [Processor] from channels to mono. Each output sample is the mean of one input frame: the
// channels are summed in float64, first channel first, and the sum is divided by their number and rounded to float32.
// channels must be from 1 to 2^30; the error is an *ArgError.
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
