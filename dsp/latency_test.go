package dsp_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/layer"
)

// down is a convolution with the usual kernel and padding for its stride: n frames become ceil(n/stride).
func down(t testing.TB, in, out, kernel, stride int, seed uint64) step {
	t.Helper()
	g, err := layer.ConvGeometry{In: in, Out: out, Kernel: kernel, Stride: stride}.Same()
	if err != nil {
		t.Fatal(err)
	}
	return convStep(t, g, seed, none, none)
}

// up is a transposed convolution with kernels of 2*stride: n frames become n*stride.
func up(t testing.TB, in, out, stride int, seed uint64) step {
	t.Helper()
	half := stride / 2
	g := layer.TransposeGeometry{In: in, Out: out, Kernel: 2 * stride, Stride: stride, Left: half, Right: stride - half}
	return upStep(t, g, seed)
}

// hold repeats each frame of one channel stride times, filtered.
func hold(t testing.TB, stride, left int, seed uint64) step {
	t.Helper()
	g := layer.TransposeGeometry{In: 1, Out: 1, Kernel: stride, Stride: stride, Left: left, Right: -left}
	return upStep(t, g, seed)
}

// uNet is a level of a U-Net of stride 4: the sum of the skip connection and of inner at a quarter of the rate.
func uNet(t testing.TB, block, multiple, channels int, inner ...step) step {
	t.Helper()
	steps := append([]step{down(t, channels, channels+1, 8, 4, 1)}, inner...)
	return sum(t, block, []step{
		padStep(t, multiple, channels),
		chain(t, block, append(steps, up(t, channels+1, channels, 4, 3))...),
	})
}

// rave is the skeleton of a RAVE autoencoder: an encoder of strides 4, 4, 2, and a decoder of strides 2, 4, 4.
func rave(t testing.TB, block int) step {
	t.Helper()
	return chain(t, block,
		down(t, 1, 2, 8, 4, 1), down(t, 2, 3, 8, 4, 3), down(t, 3, 4, 4, 2, 5),
		up(t, 4, 3, 2, 7), up(t, 3, 2, 4, 9), up(t, 2, 1, 4, 11))
}

// TestLatencyBelowTheRate has processors that lower the rate and raise it again, so that their period does not follow
// from the ratio 1/1. It tries every length up to three periods.
func TestLatencyBelowTheRate(t *testing.T) {
	for name, c := range map[string]struct {
		build  func() step
		period int64
	}{
		"U-Net": {func() step { return uNet(t, 8, 4, 2) }, 4},
		"U-Net, without overlap": {func() step {
			return sum(t, 3, []step{padStep(t, 4, 2), chain(t, 5, down(t, 2, 3, 4, 4, 1),
				upStep(t, layer.TransposeGeometry{In: 3, Out: 2, Kernel: 4, Stride: 4}, 2))})
		}, 4},
		"U-Net of two levels": {func() step { return uNet(t, 16, 16, 2, uNet(t, 4, 4, 3)) }, 16},
		"RAVE":                {func() step { return rave(t, 64) }, 32},
		"sum in a chain in a sum": {func() step {
			sixth := chain(t, 4, down(t, 3, 2, 6, 3, 1), down(t, 2, 2, 4, 2, 2), up(t, 2, 2, 2, 3), up(t, 2, 3, 3, 4))
			inner := sumAcross(t, 2, nil, []step{padStep(t, 6, 3), sixth})
			quarter := chain(t, 7, down(t, 2, 3, 7, 4, 5), inner, up(t, 3, 2, 4, 6))
			return sumAcross(t, 5, nil, []step{padStep(t, 24, 2), quarter})
		}, 24},
		"chain in a chain": {func() step {
			return chain(t, 6,
				chain(t, 3, down(t, 1, 1, 6, 3, 1), up(t, 1, 1, 2, 2)),
				chain(t, 2, down(t, 1, 1, 8, 4, 3), up(t, 1, 1, 6, 4)))
		}, 6},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.build().p.Shape().Period; got != c.period {
				t.Errorf("period %d, want %d", got, c.period)
			}
			checkStep(t, c.build, dsptest.Contract[float32]{
				Frames: 4*int(c.period) + 40, AllLengths: 3 * int(c.period), Blocks: []int{int(c.period)},
			})
		})
	}
}

// TestLatencyOfRAVE asserts the number itself: at the rate of the output, the latencies of the stages add up to 174.
func TestLatencyOfRAVE(t *testing.T) {
	p := rave(t, 64).p
	if got, want := p.Shape().Latency, 78; got != want || p.Shape().LatencyIsBound {
		t.Errorf("latency %d, a bound: %v, want exactly %d", got, p.Shape().LatencyIsBound, want)
	}
	held, got := 0, []float32(nil)
	for n, v := range dsptest.Noise[float32](1, 500) {
		got = p.Process(got, []float32{v})
		held = max(held, n+1-len(got))
	}
	if held != 78 {
		t.Errorf("up to %d frames are held, want 78", held)
	}
}

// TestLatencyOfNestedChains compares with the same stages in one chain.
func TestLatencyOfNestedChains(t *testing.T) {
	flat := rave(t, 64).p.Shape()
	for name, build := range map[string]func() step{
		"encoder and decoder": func() step {
			return chain(t, 8,
				chain(t, 16, down(t, 1, 2, 8, 4, 1), down(t, 2, 3, 8, 4, 3), down(t, 3, 4, 4, 2, 5)),
				chain(t, 16, up(t, 4, 3, 2, 7), up(t, 3, 2, 4, 9), up(t, 2, 1, 4, 11)))
		},
		"innermost first": func() step {
			s := chain(t, 4, down(t, 3, 4, 4, 2, 5), up(t, 4, 3, 2, 7))
			s = chain(t, 8, down(t, 2, 3, 8, 4, 3), s, up(t, 3, 2, 4, 9))
			return chain(t, 16, down(t, 1, 2, 8, 4, 1), s, up(t, 2, 1, 4, 11))
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := build().p.Shape(); got != flat {
				t.Errorf("shape %+v, want %+v as without nesting", got, flat)
			}
		})
	}
}

// TestLatencyBound has a chain with a period of 1031*1033 frames, which is above MaxPeriod. Its latency must bound the
// frames that are held anywhere in a whole period.
func TestLatencyBound(t *testing.T) {
	build := func() step {
		return chain(t, 500, keepStep(t, 1031, 1), hold(t, 1031, 0, 1), keepStep(t, 1033, 1), hold(t, 1033, 16, 3))
	}
	s := build().p.Shape()
	if want := int64(1031 * 1033); s.Period != want || s.Period <= dsp.MaxPeriod || !s.LatencyIsBound {
		t.Fatalf("period %d and a bound: %v, want %d and true", s.Period, s.LatencyIsBound, want)
	}
	checkStep(t, build, dsptest.Contract[float32]{Frames: 3500, Waits: true})
	p := build().p
	held := int64(0)
	for n := range s.Period + 2000 {
		held = max(held, n-p.Emitted(n))
	}
	if held > int64(s.Latency) || held == 0 {
		t.Errorf("up to %d frames are held, want 1 to the bound of %d", held, s.Latency)
	}
}

// TestSumOfLongPeriod: a branch with such a long period cannot be part of a sum.
func TestSumOfLongPeriod(t *testing.T) {
	long := chain(t, 500, keepStep(t, 1031, 1), hold(t, 1031, 0, 1), keepStep(t, 1033, 1), hold(t, 1033, 0, 3))
	const want = "period of the branches is 1065023, must be at most 1048576 input frames, " +
		"over which their lengths are compared"
	if _, err := dsp.NewSum(8, []dsp.Processor{nil, long.p}, nil); err == nil || err.Error() != want {
		t.Errorf("error %v, want %q", err, want)
	}
}

// TestChainShapeOfRandomStages compares Latency, Period and MinFrames of random chains with counts over two periods.
func TestChainShapeOfRandomStages(t *testing.T) {
	for seed := range uint64(200) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 7))
			var steps []step
			for range 1 + rng.IntN(5) {
				steps = append(steps, randomStep(t, rng))
			}
			compareShape(t, chain(t, 8, steps...).p)
		})
	}
}

// randomStep returns a stage of one channel.
func randomStep(t *testing.T, rng *rand.Rand) step {
	t.Helper()
	stride := 1 + rng.IntN(5)
	switch rng.IntN(4) {
	case 0:
		return padStep(t, stride, 1)
	case 1:
		return keepStep(t, stride, 1)
	case 2:
		g := conv(1, 1, 1+rng.IntN(9), stride, 1+rng.IntN(2), rng.IntN(9), rng.IntN(9))
		g.Padding = layer.Padding(rng.IntN(3))
		return convStep(t, g, 1, none, none)
	}
	left, right := rng.IntN(5), rng.IntN(9)-4
	g := layer.TransposeGeometry{In: 1, Out: 1, Kernel: 1 + rng.IntN(9), Stride: stride, Left: left, Right: right}
	return upStep(t, g, 1)
}

// compareShape counts over two periods.
func compareShape(t *testing.T, p dsp.Processor) {
	t.Helper()
	s := p.Shape()
	least := int64(1)
	for p.OutFrames(least) == 0 {
		least++
	}
	if least > int64(s.MinFrames) {
		t.Errorf("MinFrames is %d, want at least %d, the shortest input with an output", s.MinFrames, least)
	}
	first := int64(1)
	for p.Emitted(first) == 0 {
		first++
	}
	up, down, held := int64(s.Up), int64(s.Down), int64(0)
	for n := range first + 2*s.Period {
		held = max(held, n*up/down-p.Emitted(n))
		if n < first {
			continue
		}
		if got, want := p.Emitted(n+s.Period), p.Emitted(n)+s.Period/down*up; got != want {
			t.Fatalf("Emitted(%d) = %d, want %d after a period of %d", n+s.Period, got, want, s.Period)
		}
	}
	if held != int64(s.Latency) || s.LatencyIsBound {
		t.Errorf("latency %d, a bound: %v, want exactly %d", s.Latency, s.LatencyIsBound, held)
	}
	for n := int64(s.MinFrames); n < int64(s.MinFrames)+2*s.Period; n++ {
		if got, want := p.OutFrames(n+s.Period), p.OutFrames(n)+s.Period/down*up; got != want {
			t.Fatalf("OutFrames(%d) = %d, want %d after a period of %d", n+s.Period, got, want, s.Period)
		}
	}
}
