package stream

import (
	"context"
	"fmt"
	"io"
	"math"
	"testing"
	"testing/synctest"
)

// TestBackPressure: while the sink stalls, the source reads as many frames as the blocks of all edges hold, and no
// more.
func TestBackPressure(t *testing.T) {
	for _, depth := range []int{1, 2, 5} {
		for stages := range 4 {
			t.Run(fmt.Sprintf("depth=%d/stages=%d", depth, stages), func(t *testing.T) {
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
						t.Errorf("got %d frames, error %v, want %d, no error", stats.FramesOut, err, 100*block)
					}
					if want := (stages + 1) * depth * block; seen != want {
						t.Errorf("frames ahead of a stalled sink: got %d, want %d", seen, want)
					}
				})
			})
		}
	}
}

// TestRecycledBlocksArePoisoned: in race builds, a stage that keeps a block after it returned finds NaN in it.
func TestRecycledBlocksArePoisoned(t *testing.T) {
	if !poisonBlocks {
		t.Skip("blocks are poisoned in race builds")
	}
	var kept []float32
	keeper := odd{Processor: repeat{1, 1}}
	var stale int
	keeper.process = func(dst, src []float32) []float32 {
		if kept != nil && math.IsNaN(float64(kept[0])) && math.IsNaN(float64(kept[len(kept)-1])) {
			stale++
		}
		kept = src
		return append(dst, src...)
	}
	src := &memSource{data: ramp(40), channels: 1}
	// With two blocks the kept one may have been filled again by now, with one it always has.
	p := Pipeline{Source: src, Stages: []Stage{{"keeper", keeper}}, Sink: &memSink{t: t}, BlockFrames: 4, Depth: 16}
	if _, err := p.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	if stale != 9 {
		t.Errorf("released blocks with NaN: got %d, want 9", stale)
	}
}
