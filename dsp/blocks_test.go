package dsp_test

import (
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
)

// TestInBlocks: layers that take in a few frames at a time keep less, and give the same bits.
func TestInBlocks(t *testing.T) {
	memory := func(p any) int64 {
		_, state := p.(interface {
			Memory() (weights, state int64)
		}).Memory()
		return state
	}
	few := dsp.InBlocks(3)
	for _, c := range convolutions {
		t.Run(c.name, func(t *testing.T) {
			filters, bias := dsptest.Noise[float32](7, c.g.Kernel*c.g.Out*c.g.In/c.g.Groups), dsptest.Noise[float32](8, c.g.Out)
			layer := func(options ...dsp.LayerOption) *dsp.Conv1D {
				p, err := dsp.NewConv1D(c.g, filters, bias, append(options, dsp.Before(c.before), dsp.After(c.after))...)
				if err != nil {
					t.Fatal(err)
				}
				return p
			}
			if bounded, free := memory(layer(few)), memory(layer()); bounded >= free && free > 0 {
				t.Errorf("%d bytes, %d with blocks of any length", bounded, free)
			}
			dsptest.Check(t, dsptest.Contract[float32]{
				New:     func() dsptest.Streamer[float32] { return layer(few) },
				OneShot: func(src []float32) []float32 { return oneShotLayer(t, c.g, c.before, c.after, src, filters, bias) },
				Frames:  3*c.g.Span() + 4*(c.g.Left+c.g.Right) + 20,
				Blocks:  []int{3},
				Waits:   c.g.Padding == dsp.Reflect,
			})
		})
	}
	for _, c := range geometries {
		g, err := c.trim(dsp.Geometry{In: c.in, Out: c.out, Groups: c.groups, Kernel: c.kernel, Stride: c.stride, Dilation: c.dila})
		if err != nil {
			t.Fatal(c.name, err)
		}
		t.Run("transposed "+c.name, func(t *testing.T) { upsamplerContract[float32](t, g, few) })
	}
}

// TestPointwiseWide: frames of many channels are used where they are if there are few of them at a time, else copied.
func TestPointwiseWide(t *testing.T) {
	g := conv(256, 64, 4, 1, 1, 1, 0, 0, dsp.Zeros)
	filters := dsptest.Noise[float32](1, 64*64)
	src := dsptest.Noise[float32](2, 60*256)
	want := oneShotLayer(t, g, none, dsp.ReLU(), src, filters, nil)
	for _, options := range [][]dsp.LayerOption{{}, {dsp.InBlocks(24)}, {dsp.InBlocks(25)}} {
		c, err := dsp.NewConv1D(g, filters, nil, append(options, dsp.After(dsp.ReLU()))...)
		if err != nil {
			t.Fatal(err)
		}
		if i := dsptest.FirstDifference(c.Flush(c.Process(nil, src)), want); i >= 0 {
			t.Errorf("%d options: differs at %d", len(options), i)
		}
	}
}

// TestSumInStep: branches that never wait for frames to come are added without queues.
func TestSumInStep(t *testing.T) {
	causal := func(kernel, dilation int, seed uint64) step {
		return convStep(t, conv(3, 3, 1, kernel, 1, dilation, (kernel-1)*dilation, 0, dsp.Zeros), seed, dsp.LeakyReLU(0.1), none)
	}
	for name, branches := range map[string]func() []step{
		"residual":         func() []step { return []step{{}, chain(t, 2, causal(3, 2, 1), causal(1, 1, 2))} },
		"identity behind":  func() []step { return []step{causal(3, 2, 1), {}} },
		"identity between": func() []step { return []step{causal(3, 2, 1), {}, causal(5, 1, 3)} },
		"identity first":   func() []step { return []step{{}, causal(3, 2, 1), causal(5, 1, 3)} },
		"identities":       func() []step { return []step{{}, {}, causal(3, 2, 1)} },
		"one":              func() []step { return []step{causal(4, 1, 1)} },
		"lag in one of two": func() []step {
			return []step{causal(3, 1, 1), convStep(t, conv(3, 3, 1, 3, 1, 1, 1, 1, dsp.Zeros), 2, none, none)}
		},
		"more than n": func() []step {
			long := convStep(t, conv(3, 3, 1, 3, 1, 1, 3, 0, dsp.Zeros), 2, none, none)
			return []step{long, convStep(t, conv(3, 3, 1, 3, 1, 1, 2, 1, dsp.Zeros), 4, none, none)}
		},
	} {
		t.Run(name, func(t *testing.T) {
			checkStep(t, func() step { return sumAcross(t, 4, nil, branches(), dsp.Scale(0.5)) }, dsptest.Contract[float32]{Frames: 50, Blocks: []int{4}})
		})
	}
}
