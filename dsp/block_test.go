package dsp_test

import (
	"fmt"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/layer"
)

// widen returns a step that emits up frames of out channels for each frame of in channels.
func widen(t testing.TB, in, out, up int) step {
	t.Helper()
	return upStep(t, layer.TransposeGeometry{In: in, Out: out, Kernel: up, Stride: up}, 1)
}

// TestDefaultBlockContract has compositions with a default block of a few frames, so that the input of the contract
// spans several blocks.
func TestDefaultBlockContract(t *testing.T) {
	for name, build := range map[string]func(block int) step{
		"Chain": func(block int) step {
			return chain(t, block, widen(t, 1, 2, 300), keepStep(t, 60, 2),
				convStep(t, conv(2, 1, 3, 1, 1, 1, 1), 2, none, none))
		},
		"Sum": func(block int) step {
			return sum(t, block, []step{widen(t, 1, 3, 300), widen(t, 1, 3, 300)})
		},
	} {
		t.Run(name, func(t *testing.T) {
			checkStep(t, func() step { return build(0) }, dsptest.Contract[float32]{Frames: 40, Blocks: []int{13}})
		})
	}
}

// TestDefaultBlock counts the frames that a stage receives at a time in one long call: it must be the default block,
// and the result must have the bits of any other block.
func TestDefaultBlock(t *testing.T) {
	for _, c := range []struct {
		name     string
		channels int // of the input
		up, out  int // frames and channels that the first stage emits for an input frame
		want     int // input frames of the default block
	}{
		{"mono", 1, 1, 1, 8192},
		{"wide input", 80, 1, 1, 102},
		{"wide between the stages", 1, 1, 512, 16},
		{"higher rate between the stages", 2, 64, 2, 64},
		{"a frame of more than 32 KiB", 1, 100, 100, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			src := dsptest.Noise[float32](1, (2*c.want+1)*c.channels)
			run := func(block int) (out []float32, most int, state int64) {
				first := dsp.Map(c.out, 1, func(dst, src []float32) { // the first channel
					most = max(most, len(dst)/c.up)
					for i := range dst {
						dst[i] = src[i*c.out]
					}
				})
				p, err := dsp.NewChain(block, widen(t, c.channels, c.out, c.up).p, first)
				if err != nil {
					t.Fatal(err)
				}
				out = p.Flush(p.Process(nil, src))
				_, state = p.Memory()
				return out, most, state
			}
			got, most, state := run(0)
			want, _, least := run(1)
			if most != c.want {
				t.Errorf("block: got %d input frames, want %d", most, c.want)
			}
			if i := dsptest.FirstDifference(got, want); i >= 0 {
				t.Errorf("value %d differs from that of a block of 1", i)
			}
			if more, limit := state-least, int64(32<<10); more > limit {
				t.Errorf("memory: got %d bytes more than for a block of 1, want at most %d", more, limit)
			}
		})
	}
}

// TestSumDefaultBlock compares the default block of a Sum with the number of frames that a branch receives at a time.
func TestSumDefaultBlock(t *testing.T) {
	for _, c := range []struct{ in, out, want int }{{1, 1, 8192}, {80, 1, 102}, {2, 512, 16}, {1, 10000, 1}} {
		t.Run(fmt.Sprintf("%d channels to %d", c.in, c.out), func(t *testing.T) {
			most := 0
			branch := dsp.Map(c.in, c.out, func(dst, src []float32) { most = max(most, len(src)/c.in) })
			s, err := dsp.NewSum(0, []dsp.Processor{branch, dsp.Map(c.in, c.out, func(dst, src []float32) {})}, nil)
			if err != nil {
				t.Fatal(err)
			}
			s.Process(nil, make([]float32, (c.want+1)*c.in))
			if most != c.want {
				t.Errorf("block: got %d input frames, want %d", most, c.want)
			}
		})
	}
}
