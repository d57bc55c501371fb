package verify_test

import (
	"context"
	"fmt"
	"log"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/verify"
)

// A slope is a custom Processor of one channel: output frame k is input frame k minus the frame before it. If forgets
// is set, it has a fault: it does not keep the last frame of a chunk for the next call.
type slope struct {
	dsp.Guard
	last    float32
	forgets bool
}

func (s *slope) Shape() dsp.Shape              { return dsp.Shape{In: 1, Out: 1, Up: 1, Down: 1} }
func (s *slope) OutFrames(n int64) int64       { return n }
func (s *slope) Emitted(n int64) int64         { return n }
func (s *slope) MaxOutFrames(n int) int        { return n }
func (s *slope) Flush(dst []float32) []float32 { s.BeginFlush(); return dst }
func (s *slope) Reset()                        { s.last = 0; s.Guard.Reset() }

func (s *slope) Process(dst, src []float32) []float32 {
	s.BeginProcess(len(src), 1)
	if s.forgets {
		s.last = 0
	}
	for _, v := range src {
		dst = append(dst, v-s.last)
		s.last = v
	}
	return dst
}

var format = stream.Format{Rate: stream.Hz(8000), Channels: 1}

// A custom processor returns the same bits for the whole input at once and for 20 random ways to cut it.
func Example() {
	in := &stream.Buffer{Format: format, Samples: dsptest.Noise[float32](1, 1000)}
	newStages := func(...dsp.Option) ([]stream.Stage, error) {
		return []stream.Stage{{Name: "slope", Processor: &slope{}}}, nil
	}
	want, err := verify.Whole(in, stream.Stage{Name: "slope", Processor: &slope{}})
	if err != nil {
		log.Fatal(err)
	}
	var total verify.Difference
	for i, chunks := range verify.Random(1, in, want) {
		if i == 20 {
			break
		}
		d, err := verify.Against(context.Background(), verify.Chunked(in, newStages, chunks), want)
		if err != nil {
			log.Fatal(err)
		}
		total.Add(d)
	}
	fmt.Println(total.Samples, "samples:", total)
	// Output: 20000 samples: identical
}

// A processor that forgets the frame before a chunk differs in the first frame of the second chunk.
func ExampleAgainst() {
	in := &stream.Buffer{Format: format, Samples: []float32{1, 2, 3, 4, 5, 6}}
	want, err := verify.Whole(in, stream.Stage{Name: "slope", Processor: &slope{}})
	if err != nil {
		log.Fatal(err)
	}
	got := verify.Chunked(in, func(...dsp.Option) ([]stream.Stage, error) {
		return []stream.Stage{{Name: "slope", Processor: &slope{forgets: true}}}, nil
	}, verify.Chunks{BlockFrames: 4})
	d, err := verify.Against(context.Background(), got, want)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("identical:", d.Identical())
	fmt.Println("first difference in frame", d.First)
	fmt.Println("largest difference:", d.Abs)
	// Output:
	// identical: false
	// first difference in frame 4
	// largest difference: 4
}

// Two streams of two channels differ in the last sample.
func ExampleCompare() {
	d := verify.Compare(2, []float32{0, 1, 2, 3}, []float32{0, 1, 2, 4})
	fmt.Println(d)
	// Output: 2 differing bits, by up to 1 or 4194304 ulp, first in frame 1
}
