package stream

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"testing"
	"testing/synctest"
)

// With every block full and the sink stalled, the source can be ahead by all blocks of all edges, and by no frame more.
func TestBackPressure(t *testing.T) {
	for _, depth := range []int{1, 2, 5} {
		for stages := range 4 {
			t.Run(fmt.Sprint(depth, stages), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					const block = 10
					var read, seen int
					resume := make(chan struct{})
					sink := &memSink{t: t, onWrite: func(n int) error {
						if n == 0 {
							<-resume
						}
						return nil
					}}
					p := Pipeline{
						Source: readFunc(func(dst []float32) (int, error) {
							if read == 100*block {
								return 0, io.EOF
							}
							read += len(dst)
							return len(dst), nil
						}),
						Sink:        sink,
						BlockFrames: block,
						Depth:       depth,
					}
					for range stages {
						p.Stages = append(p.Stages, Stage{"copy", repeat{1, 1}})
					}
					go func() {
						synctest.Wait() // until nothing moves
						seen = read
						close(resume)
					}()
					stats, err := p.Run(t.Context())
					if err != nil || stats.FramesOut != 100*block {
						t.Errorf("%d frames, %v", stats.FramesOut, err)
					}
					if want := (stages + 1) * depth * block; seen != want {
						t.Errorf("source read %d frames ahead of a stalled sink, want %d", seen, want)
					}
				})
			})
		}
	}
}

// mallocs counts the allocations of a run over n blocks, also those that the stages swallow for a while.
func mallocs(t *testing.T, n int) uint64 {
	const block = 16
	left := n
	var out int
	p := Pipeline{
		Source: readFunc(func(dst []float32) (int, error) {
			if left == 0 {
				return 0, io.EOF
			}
			left--
			return len(dst), nil
		}),
		Stages:      []Stage{{"up", repeat{3, 1}}, {"down", &down{k: 100, channels: 1}}, {"copy", repeat{1, 1}}},
		Sink:        &countSink{&out},
		BlockFrames: block,
		Depth:       2,
		Progress:    func(int64) {},
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := p.Run(context.Background())
	runtime.ReadMemStats(&after)
	if want := (n*block*3 + 99) / 100; err != nil || out != want {
		t.Fatalf("%d frames, want %d, %v", out, want, err)
	}
	return after.Mallocs - before.Mallocs
}

type countSink struct{ frames *int }

func (s *countSink) Open(Format, int64) error { return nil }
func (s *countSink) Write(f []float32) error  { *s.frames += len(f); return nil }
func (s *countSink) Close(cause error) error  { return cause }

func TestNoAllocationPerBlock(t *testing.T) {
	mallocs(t, 100)
	few, many := mallocs(t, 2000), mallocs(t, 20000)
	// The runtime allocates a little of its own accord.
	if many > few+100 {
		t.Errorf("%d allocations for 2000 blocks, %d for 20000", few, many)
	}
	if few > 500 {
		t.Errorf("%d allocations for one run", few)
	}
}
