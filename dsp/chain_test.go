package dsp_test

import (
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
)

// A step is a processor with its definition for a whole input.
type step struct {
	p       dsp.Processor
	oneShot func(src []float32) []float32
}

func convStep(t *testing.T, g dsp.ConvGeometry, seed uint64, before, after dsp.Activation) step {
	t.Helper()
	filters, bias := dsptest.Noise[float32](seed, g.Kernel*g.Out*g.In/g.Groups), dsptest.Noise[float32](seed+1, g.Out)
	p, err := dsp.NewConv1D(g, filters, bias, dsp.Before(before), dsp.After(after))
	if err != nil {
		t.Fatal(err)
	}
	return step{p, func(src []float32) []float32 { return oneShotLayer(t, g, before, after, src, filters, bias) }}
}

func upStep(t *testing.T, g dsp.Geometry, seed uint64) step {
	t.Helper()
	u, err := dsp.NewUpsampler(g, dsptest.Noise[float32](seed, g.Kernel*g.Out*g.In/g.Groups), dsptest.Noise[float32](seed+1, g.Out))
	if err != nil {
		t.Fatal(err)
	}
	return step{u, func(src []float32) []float32 {
		out, err := u.OneShot(src)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}}
}

func chain(t *testing.T, block int, steps ...step) step {
	t.Helper()
	var stages []dsp.Processor
	for _, s := range steps {
		stages = append(stages, s.p)
	}
	c, err := dsp.NewChain(block, stages...)
	if err != nil {
		t.Fatal(err)
	}
	return step{c, func(src []float32) []float32 {
		for _, s := range steps {
			src = s.oneShot(src)
		}
		return src
	}}
}

// sum adds branches; one without a processor is the identity.
func sum(t *testing.T, block int, branches []step, after ...dsp.Activation) step {
	t.Helper()
	return sumAcross(t, block, newPool(t), branches, after...)
}

func sumAcross(t *testing.T, block int, workers dsp.Workers, branches []step, after ...dsp.Activation) step {
	t.Helper()
	var ps []dsp.Processor
	for _, b := range branches {
		ps = append(ps, b.p)
	}
	s, err := dsp.NewSum(block, ps, workers, after...)
	if err != nil {
		t.Fatal(err)
	}
	return step{s, func(src []float32) []float32 {
		var total []float32
		for i, b := range branches {
			out := src
			if b.p != nil {
				out = b.oneShot(src)
			}
			if i == 0 {
				total = append(total, out...)
				continue
			}
			for k := range total {
				total[k] += out[k]
			}
		}
		for _, a := range after {
			total = a.Of(total)
		}
		return total
	}}
}

var none dsp.Activation

// residual is x + conv(leaky(conv(leaky(x)))), of a vocoder's residual blocks.
func residual(t *testing.T, channels, kernel, dilation, block int, seed uint64) step {
	t.Helper()
	span := (kernel - 1) * dilation
	return sum(t, block, []step{{}, chain(t, block,
		convStep(t, conv(channels, channels, 1, kernel, 1, dilation, span/2, span/2, dsp.Zeros), seed, dsp.LeakyReLU(0.1), none),
		convStep(t, conv(channels, channels, 1, kernel, 1, 1, (kernel-1)/2, (kernel-1)/2, dsp.Zeros), seed+10, dsp.LeakyReLU(0.1), none))})
}

// generator has the structure of a small HiFi-GAN.
func generator(t *testing.T, block int) step {
	up := dsp.Geometry{In: 6, Out: 4, Groups: 1, Kernel: 8, Stride: 4, Dilation: 1, Left: 2, Right: 2}
	return chain(t, block,
		convStep(t, conv(3, 6, 1, 7, 1, 1, 3, 3, dsp.Zeros), 1, none, dsp.LeakyReLU(0.1)),
		upStep(t, up, 2),
		sum(t, 3*block, []step{
			chain(t, block, residual(t, 4, 3, 1, block, 3), residual(t, 4, 3, 3, 2*block, 4)),
			chain(t, 7, residual(t, 4, 7, 5, 5, 5)),
			residual(t, 4, 5, 1, block, 6),
		}, dsp.Scale(1./3), dsp.LeakyReLU(0.01)),
		convStep(t, conv(4, 1, 1, 7, 1, 1, 3, 3, dsp.Zeros), 7, none, dsp.Tanh()))
}

// lagging is a processor whose lag is known better.
type lagging struct {
	dsp.Processor
	lag int
}

func (l lagging) Lag() int { return l.lag }

func checkStep(t *testing.T, build func() step, c dsptest.Contract[float32]) {
	t.Helper()
	defined := build()
	c.OneShot = defined.oneShot
	c.New = func() dsptest.Streamer[float32] { return build().p }
	dsptest.Check(t, c)
}

func TestChainContract(t *testing.T) {
	for name, c := range map[string]struct {
		build func() step
		dsptest.Contract[float32]
	}{
		"generator":              {func() step { return generator(t, 16) }, dsptest.Contract[float32]{Frames: 60, Blocks: []int{16}}},
		"generator, 1 at a time": {func() step { return generator(t, 1) }, dsptest.Contract[float32]{Frames: 60}},
		"one stage": {func() step {
			return chain(t, 5, convStep(t, conv(2, 3, 1, 3, 1, 1, 1, 1, dsp.Zeros), 1, none, none))
		}, dsptest.Contract[float32]{Frames: 40, Blocks: []int{5}}},
		"reflect after reflect": {func() step {
			return chain(t, 8, convStep(t, conv(2, 3, 1, 7, 1, 1, 3, 3, dsp.Reflect), 1, none, none), convStep(t, conv(3, 2, 1, 3, 1, 4, 4, 4, dsp.Reflect), 3, none, none))
		}, dsptest.Contract[float32]{Frames: 60, Blocks: []int{8}, Waits: true}},
		"down, up": {func() step {
			s := chain(t, 8, convStep(t, conv(2, 6, 1, 4, 2, 1, 1, 1, dsp.Zeros), 1, none, none), upStep(t, dsp.Geometry{In: 6, Out: 4, Groups: 1, Kernel: 8, Stride: 4, Dilation: 1, Left: 2, Right: 2}, 2))
			if lag := s.p.Lag(); lag < 6 || lag > 10 {
				t.Errorf("the bound on the lag, which is 6, is %d", lag)
			}
			return step{lagging{s.p, 6}, s.oneShot}
		}, dsptest.Contract[float32]{Frames: 60, Blocks: []int{8}}},
		"sum with activations": {func() step {
			return sum(t, 9, []step{convStep(t, conv(2, 5, 1, 9, 1, 1, 4, 4, dsp.Zeros), 1, none, none), convStep(t, conv(2, 5, 1, 3, 1, 1, 2, 0, dsp.Zeros), 3, none, none)}, dsp.Scale(0.5), dsp.Sigmoid())
		}, dsptest.Contract[float32]{Frames: 60, Blocks: []int{9}}},
		"sum of one": {func() step {
			return sum(t, 9, []step{convStep(t, conv(2, 5, 1, 9, 1, 1, 4, 4, dsp.Zeros), 1, none, none)})
		}, dsptest.Contract[float32]{Frames: 40}},
		"sum at half the rate": {func() step {
			return sum(t, 9, []step{convStep(t, conv(2, 5, 1, 4, 2, 1, 1, 1, dsp.Zeros), 1, none, none), convStep(t, conv(2, 5, 1, 2, 2, 1, 0, 0, dsp.Zeros), 3, none, none)})
		}, dsptest.Contract[float32]{Frames: 40}},
	} {
		t.Run(name, func(t *testing.T) { checkStep(t, c.build, c.Contract) })
	}
}

func TestChainErrors(t *testing.T) {
	narrow := func() dsp.Processor { return convStep(t, conv(2, 2, 1, 3, 1, 1, 1, 1, dsp.Zeros), 1, none, none).p }
	wide := convStep(t, conv(3, 3, 1, 3, 1, 1, 1, 1, dsp.Zeros), 1, none, none).p
	short := convStep(t, conv(2, 2, 1, 3, 1, 1, 0, 0, dsp.Zeros), 1, none, none).p
	half := convStep(t, conv(2, 2, 1, 2, 2, 1, 0, 0, dsp.Zeros), 1, none, none).p
	for want, build := range map[string]func() error{
		"block is 0":  func() error { _, err := dsp.NewChain(0, narrow()); return err },
		"stages is 0": func() error { _, err := dsp.NewChain(1); return err },
		"input channels of a stage is 3, must be the 2": func() error { _, err := dsp.NewChain(1, narrow(), wide); return err },
		"block is -1": func() error { _, err := dsp.NewSum(-1, []dsp.Processor{narrow()}, nil); return err },
		"branches is 1, must be at least 1 that is not the identity": func() error { _, err := dsp.NewSum(1, []dsp.Processor{nil}, nil); return err },
		"channels of a branch is [3 3], must be [2 2]":               func() error { _, err := dsp.NewSum(1, []dsp.Processor{narrow(), wide}, nil); return err },
		"ratio of a branch is [1 1], must be [1 2]":                  func() error { _, err := dsp.NewSum(1, []dsp.Processor{nil, half}, nil); return err },
		"frames of a branch is":                                      func() error { _, err := dsp.NewSum(1, []dsp.Processor{narrow(), short}, nil); return err },
		"snake parameters after the layer": func() error {
			_, err := dsp.NewSum(1, []dsp.Processor{narrow()}, nil, dsp.Snake(ramp(3), ramp(3)))
			return err
		},
	} {
		if err := build(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
