package dsp_test

import (
	"math"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/layer"
)

func TestSumContract(t *testing.T) {
	for name, c := range map[string]struct {
		build func() step
		dsptest.Contract[float32]
	}{
		"activations": {func() step {
			return sum(t, 9, []step{
				convStep(t, conv(2, 5, 9, 1, 1, 4, 4), 1, none, none),
				convStep(t, conv(2, 5, 3, 1, 1, 2, 0), 3, none, none),
			}, layer.Scale(0.5), layer.Sigmoid())
		}, dsptest.Contract[float32]{Frames: 60, Blocks: []int{9}}},
		"one branch": {func() step {
			return sum(t, 9, []step{convStep(t, conv(2, 5, 9, 1, 1, 4, 4), 1, none, none)})
		}, dsptest.Contract[float32]{Frames: 40}},
		"half the rate": {func() step {
			return sum(t, 9, []step{
				convStep(t, conv(2, 5, 4, 2, 1, 1, 1), 1, none, none),
				convStep(t, conv(2, 5, 2, 2, 1, 0, 0), 3, none, none),
			})
		}, dsptest.Contract[float32]{Frames: 40}},
		"a branch ahead by more than a block": {func() step {
			return sum(t, 4, []step{
				convStep(t, conv(2, 2, 3, 1, 1, 42, 0), 1, none, none),
				convStep(t, conv(2, 2, 3, 1, 1, 0, 42), 3, none, none),
				convStep(t, conv(2, 2, 31, 1, 1, 0, 70), 5, none, none),
			})
		}, dsptest.Contract[float32]{Frames: 150, Blocks: []int{4}}},
		"a branch in bursts ahead of one that waits": {func() step {
			return sum(t, 3, []step{
				chain(t, 2, convStep(t, conv(2, 3, 5, 5, 1, 4, 0), 1, none, none),
					upStep(t, layer.TransposeGeometry{In: 3, Out: 2, Kernel: 5, Stride: 5}, 2)),
				chain(t, 2, padStep(t, 5, 2), convStep(t, conv(2, 2, 31, 1, 1, 0, 30), 3, none, none)),
			})
		}, dsptest.Contract[float32]{Frames: 100, Blocks: []int{3, 5}, AllLengths: 15, Waits: true}},
	} {
		t.Run(name, func(t *testing.T) { checkStep(t, c.build, c.Contract) })
	}
}

// TestSumInStep has branches that never wait for later frames: their outputs are added without queues.
func TestSumInStep(t *testing.T) {
	causal := func(kernel, dilation int, seed uint64) step {
		return convStep(t, conv(3, 3, kernel, 1, dilation, (kernel-1)*dilation, 0), seed, layer.LeakyReLU(0.1), none)
	}
	for name, branches := range map[string]func() []step{
		"residual":         func() []step { return []step{{}, chain(t, 2, causal(3, 2, 1), causal(1, 1, 2))} },
		"identity last":    func() []step { return []step{causal(3, 2, 1), {}} },
		"identity between": func() []step { return []step{causal(3, 2, 1), {}, causal(5, 1, 3)} },
		"identity first":   func() []step { return []step{{}, causal(3, 2, 1), causal(5, 1, 3)} },
		"identities":       func() []step { return []step{{}, {}, causal(3, 2, 1)} },
		"one":              func() []step { return []step{causal(4, 1, 1)} },
		"latency in one of two": func() []step {
			return []step{causal(3, 1, 1), convStep(t, conv(3, 3, 3, 1, 1, 1, 1), 2, none, none)}
		},
		"more than n": func() []step {
			long := convStep(t, conv(3, 3, 3, 1, 1, 3, 0), 2, none, none)
			return []step{long, convStep(t, conv(3, 3, 3, 1, 1, 2, 1), 4, none, none)}
		},
	} {
		t.Run(name, func(t *testing.T) {
			build := func() step { return sumAcross(t, 4, nil, branches(), layer.Scale(0.5)) }
			checkStep(t, build, dsptest.Contract[float32]{Frames: 50, Blocks: []int{4}})
		})
	}
}

func TestSumErrors(t *testing.T) {
	narrow := func() dsp.Processor { return convStep(t, conv(2, 2, 3, 1, 1, 1, 1), 1, none, none).p }
	wide := func() dsp.Processor { return convStep(t, conv(3, 3, 3, 1, 1, 1, 1), 1, none, none).p }
	short := func() dsp.Processor { return convStep(t, conv(2, 2, 3, 1, 1, 0, 0), 1, none, none).p }
	half := func() dsp.Processor { return convStep(t, conv(2, 2, 2, 2, 1, 0, 0), 1, none, none).p }
	downUp := func(left, right int) dsp.Processor {
		return chain(t, 8, convStep(t, conv(2, 3, 4, 4, 1, left, right), 1, none, none),
			upStep(t, layer.TransposeGeometry{In: 3, Out: 2, Kernel: 4, Stride: 4}, 2)).p
	}
	pad := func(multiple int) dsp.Processor { return padStep(t, multiple, 2).p }
	for name, c := range map[string]struct {
		block    int
		branches []dsp.Processor
		want     string
	}{
		"block": {-1, []dsp.Processor{narrow()}, "block is -1, must be at least 1, or 0 for a default"},
		"large block": {math.MaxInt, []dsp.Processor{nil, narrow()},
			"buffer size is 9223372036854775807 frames of 2 channels, " +
				"must be at most 268435456 values: choose a smaller block"},
		"identity": {1, []dsp.Processor{nil},
			"number of branches that are not nil is 0, must be at least 1: nil is the identity"},
		"channels": {1, []dsp.Processor{narrow(), wide()},
			"channels of branch 2 is 3 in and 3 out, must be 2 in and 2 out, like branch 1"},
		"ratio": {1, []dsp.Processor{nil, half()}, "ratio of branch 2 is 1/2, must be 1/1, like branch 1"},
		"length": {1, []dsp.Processor{narrow(), short()},
			"length of branch 2 for 3 input frames is 1, must be 3 output frames"},
		"no ratio": {1, []dsp.Processor{nil, &shapeless{shape: dsp.Shape{In: 1, Out: 1, Up: 1}}},
			"ratio of a processor is 1/0"},
		// The lengths agree for one frame in four, so a comparison over a period of the reduced ratio, 1/1, may miss
		// it.
		"down and up next to the identity, whole groups": {8, []dsp.Processor{nil, downUp(0, 0)},
			"length of branch 2 for 5 input frames is 4, must be 5 output frames, like branch 1"},
		"down and up next to the identity, padded": {8, []dsp.Processor{nil, downUp(1, 2)},
			"length of branch 2 for 1 input frames is 4, must be 1 output frames, like branch 1"},
		"padded to other groups": {8, []dsp.Processor{pad(4), pad(8)},
			"length of branch 2 for 1 input frames is 8, must be 4 output frames, like branch 1"},
		"period": {8, []dsp.Processor{pad(1 << 20), pad(3)},
			"period of the branches is 3145728, must be at most 1048576 input frames"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := dsp.NewSum(c.block, c.branches, nil); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q in it", err, c.want)
			}
		})
	}
}

// TestSumActivationErrors has errors of the function that follows a sum.
func TestSumActivationErrors(t *testing.T) {
	three := []float32{1, 2, 3}
	want := "number of snake parameters after the layer"
	if _, err := layer.InPlace(2, layer.Snake(three, three)); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v, want %q in it", err, want)
	}
}

// TestSumPanics lets a branch panic. The panic reaches the caller as it is, and after Reset the Sum is as new.
func TestSumPanics(t *testing.T) {
	fail := false
	branch := dsp.Map(1, 1, func(dst, src []float32) {
		if fail {
			panic("a fault")
		}
		copy(dst, src)
	})
	s, err := dsp.NewSum(4, []dsp.Processor{convStep(t, conv(1, 1, 3, 1, 1, 1, 1), 1, none, none).p, branch}, nil)
	if err != nil {
		t.Fatal(err)
	}
	src := []float32{1, 2, 3, 4, 5, 6}
	want := s.Flush(s.Process(nil, src))
	s.Reset()
	func() {
		defer func() {
			if got := recover(); got != "a fault" {
				t.Errorf("panic with %v, want \"a fault\"", got)
			}
		}()
		fail = true
		s.Process(nil, src)
	}()
	fail = false
	s.Reset()
	if got := s.Flush(s.Process(nil, src)); dsptest.FirstDifference(got, want) >= 0 {
		t.Errorf("after a panic and Reset: %v, want %v", got, want)
	}
}
