package dsp_test

import (
	"math"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/layer"
)

// residual is x + conv(leaky(conv(leaky(x)))), a residual block of a vocoder.
func residual(t testing.TB, channels, kernel, dilation, block int, seed uint64) step {
	t.Helper()
	span := (kernel - 1) * dilation
	first := conv(channels, channels, kernel, 1, dilation, span/2, span/2)
	second := conv(channels, channels, kernel, 1, 1, (kernel-1)/2, (kernel-1)/2)
	return sum(t, block, []step{{}, chain(t, block,
		convStep(t, first, seed, layer.LeakyReLU(0.1), none),
		convStep(t, second, seed+10, layer.LeakyReLU(0.1), none))})
}

// generator has the structure of a small HiFi-GAN.
func generator(t testing.TB, block int) step {
	t.Helper()
	return chain(t, block,
		convStep(t, conv(3, 6, 7, 1, 1, 3, 3), 1, none, layer.LeakyReLU(0.1)),
		upStep(t, layer.TransposeGeometry{In: 6, Out: 4, Kernel: 8, Stride: 4, Left: 2, Right: 2}, 2),
		sum(t, 3*block, []step{
			chain(t, block, residual(t, 4, 3, 1, block, 3), residual(t, 4, 3, 3, 2*block, 4)),
			chain(t, 7, residual(t, 4, 7, 5, 5, 5)),
			residual(t, 4, 5, 1, block, 6),
		}, layer.Scale(1./3), layer.LeakyReLU(0.01)),
		convStep(t, conv(4, 1, 7, 1, 1, 3, 3), 7, none, layer.Tanh()))
}

func TestChainContract(t *testing.T) {
	for name, c := range map[string]struct {
		build func() step
		dsptest.Contract[float32]
	}{
		"generator": {func() step { return generator(t, 16) },
			dsptest.Contract[float32]{Frames: 60, Blocks: []int{16}}},
		"generator, 1 at a time": {func() step { return generator(t, 1) }, dsptest.Contract[float32]{Frames: 60}},
		"one stage": {func() step {
			return chain(t, 5, convStep(t, conv(2, 3, 3, 1, 1, 1, 1), 1, none, none))
		}, dsptest.Contract[float32]{Frames: 40, Blocks: []int{5}}},
		"reflect after reflect": {func() step {
			return chain(t, 8,
				convStep(t, mirrored(conv(2, 3, 7, 1, 1, 3, 3)), 1, none, none),
				convStep(t, mirrored(conv(3, 2, 3, 1, 4, 4, 4)), 3, none, none))
		}, dsptest.Contract[float32]{Frames: 60, Blocks: []int{8}, Waits: true}},
		"down, up": {func() step {
			return chain(t, 8,
				convStep(t, conv(2, 6, 4, 2, 1, 1, 1), 1, none, none),
				upStep(t, layer.TransposeGeometry{In: 6, Out: 4, Kernel: 8, Stride: 4, Left: 2, Right: 2}, 2))
		}, dsptest.Contract[float32]{Frames: 60, Blocks: []int{8}}},
		"chain in a chain": {func() step {
			return chain(t, 8, chain(t, 3,
				convStep(t, conv(2, 6, 4, 2, 1, 1, 1), 1, none, none),
				upStep(t, layer.TransposeGeometry{In: 6, Out: 4, Kernel: 8, Stride: 4, Left: 2, Right: 2}, 2)),
				convStep(t, conv(4, 2, 5, 3, 1, 2, 2), 3, none, none))
		}, dsptest.Contract[float32]{Frames: 60, Blocks: []int{8}}},
	} {
		t.Run(name, func(t *testing.T) { checkStep(t, c.build, c.Contract) })
	}
}

func TestChainErrors(t *testing.T) {
	narrow := func() dsp.Processor { return convStep(t, conv(2, 2, 3, 1, 1, 1, 1), 1, none, none).p }
	wide := func() dsp.Processor { return convStep(t, conv(3, 3, 3, 1, 1, 1, 1), 1, none, none).p }
	slow := func() dsp.Processor { return keepStep(t, 1<<30, 2).p }
	for name, c := range map[string]struct {
		block  int
		stages []dsp.Processor
		want   string
	}{
		"block":   {-1, []dsp.Processor{narrow()}, "block is -1, must be at least 1, or 0 for a default"},
		"nothing": {1, nil, "number of stages is 0"},
		"channels": {1, []dsp.Processor{narrow(), wide()},
			"input channels of stage 2 is 3, must be 2, the output channels of stage 1"},
		"nil": {1, []dsp.Processor{narrow(), nil}, "processor is nil, must be set"},
		"no shape": {1, []dsp.Processor{&shapeless{}},
			"channels of a processor is 0 in and 0 out, must be at least 1 each"},
		"no ratio": {1, []dsp.Processor{&shapeless{shape: dsp.Shape{In: 1, Out: 1, Up: 1}}},
			"ratio of a processor is 1/0, must be positive"},
		"terms of the ratio": {1, []dsp.Processor{slow(), slow(), slow()},
			"ratio of stage 3 is 1/1073741824, must be small enough for Up*Down of the chain to be below 2^63 " +
				"(the stages before have 1/1152921504606846976)"},
		"shortest input": {1, []dsp.Processor{slow(), keepStep(t, 1<<30, 2).p, narrow9(t)},
			"shortest input of the chain is longer than 2^40 frames, must be at most 2^40 frames"},
		"block of one stage": {math.MaxInt, []dsp.Processor{narrow()},
			"buffer size is 9223372036854775807 frames of 2 channels, " +
				"must be at most 268435456 values: choose a smaller block"},
		"buffer": {8, []dsp.Processor{greedy(t), narrow()},
			"buffer size is 1099511627776 frames of 2 channels, " +
				"must be at most 268435456 values: choose a smaller block"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := dsp.NewChain(c.block, c.stages...); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q in it", err, c.want)
			}
		})
	}
}

// greedy returns a processor of two channels whose MaxOutFrames exceeds the largest buffer.
func greedy(t *testing.T) dsp.Processor {
	p := convStep(t, conv(2, 2, 3, 1, 1, 1, 1), 1, none, none).p
	return greedyStream{p.(*layer.Conv1DStream)}
}

type greedyStream struct{ *layer.Conv1DStream }

func (greedyStream) MaxOutFrames(int) int { return 1 << 40 }

// shapeless is a processor whose Shape lacks fields.
type shapeless struct {
	dsp.Processor
	shape dsp.Shape
}

func (s *shapeless) Shape() dsp.Shape { return s.shape }

// TestChainCopiesStages changes the caller's list after NewChain.
func TestChainCopiesStages(t *testing.T) {
	a, b := keepStep(t, 2, 1).p, keepStep(t, 3, 1).p
	stages := []dsp.Processor{a, b}
	c, err := dsp.NewChain(4, stages...)
	if err != nil {
		t.Fatal(err)
	}
	stages[1] = nil
	if got, want := c.OutFrames(12), int64(2); got != want {
		t.Errorf("OutFrames(12) = %d, want %d", got, want)
	}
}

// narrow9 returns a convolution that needs 9 frames.
func narrow9(t *testing.T) dsp.Processor {
	return convStep(t, conv(2, 2, 9, 1, 1, 0, 0), 1, none, none).p
}
