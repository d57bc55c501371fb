package stream_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"math"

	"github.com/tailwave/tailwave/stream"
)

// A sine is a Source of one channel: a tone of a whole number of frames.
type sine struct {
	rate, hz     int
	next, frames int // the next frame, and their number
}

// Format returns the format of the frames, which never changes.
func (s *sine) Format() stream.Format { return stream.Format{Rate: stream.Hz(s.rate), Channels: 1} }

// Frames makes the source Sized. A source does not need it.
func (s *sine) Frames() int64 { return int64(s.frames - s.next) }

// Read fills dst, or the part of it for which frames are left. At the end it returns io.EOF.
func (s *sine) Read(dst []float32) (frames int, err error) {
	if s.next == s.frames {
		return 0, io.EOF
	}
	n := min(len(dst), s.frames-s.next)
	for i := range n {
		dst[i] = float32(math.Sin(2 * math.Pi * float64(s.hz) * float64(s.next+i) / float64(s.rate)))
	}
	s.next += n
	return n, nil
}

// A custom source needs two methods, Format and Read.
func ExampleSource() {
	var out stream.Buffer
	p := stream.Pipeline{Source: &sine{rate: 8000, hz: 1000, frames: 6}, Sink: &out}
	if _, err := p.Run(context.Background()); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%v %.3f\n", out.Format.Rate, out.Samples)
	// Output:
	// 8000 Hz [0.000 0.707 1.000 0.707 0.000 -0.707]
}
