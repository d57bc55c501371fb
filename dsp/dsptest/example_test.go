package dsptest_test

import (
	"fmt"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
)

// A slope is a custom Processor of one channel: output frame k is input frame k+1 minus input frame k, where silence
// follows the last input frame. It holds one frame until the next one arrives. The Guard enforces the rules on misuse
// and on owners, and counts the frames.
type slope struct {
	dsp.Guard
	last float32
}

func (s *slope) Shape() dsp.Shape        { return dsp.Shape{In: 1, Out: 1, Up: 1, Down: 1, Latency: 1} }
func (s *slope) OutFrames(n int64) int64 { return n }
func (s *slope) Emitted(n int64) int64   { return max(0, n-1) }
func (s *slope) MaxOutFrames(n int) int  { return n + 1 }

func (s *slope) Process(dst, src []float32) []float32 {
	s.BeginProcess(len(src), 1)
	first := s.Frames() == int64(len(src)) // this is the first chunk of the stream
	for _, v := range src {
		if !first {
			dst = append(dst, v-s.last)
		}
		s.last, first = v, false
	}
	return dst
}

func (s *slope) Flush(dst []float32) []float32 {
	if s.BeginFlush() && s.Frames() > 0 { // an empty stream has no output
		dst = append(dst, 0-s.last)
	}
	return dst
}

func (s *slope) Reset() {
	s.last = 0
	s.Guard.Reset()
}

// A custom Processor that holds frames. Verify compares it with a function that computes the output for a whole input.
func Example_customProcessor() {
	err := dsptest.Verify(dsptest.Contract[float32]{
		New: func() dsptest.Streamer[float32] { return &slope{} },
		Reference: func(src []float32) []float32 {
			out := make([]float32, len(src))
			for k := range out {
				next := float32(0)
				if k+1 < len(src) {
					next = src[k+1]
				}
				out[k] = next - src[k]
			}
			return out
		},
		Frames: 50,
	})
	fmt.Println("fault:", err)
	s := &slope{}
	fmt.Println(s.Flush(s.Process(nil, []float32{1, 3, 2})))
	// Output:
	// fault: <nil>
	// [2 -1 -2]
}
