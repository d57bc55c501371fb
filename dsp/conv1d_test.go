package dsp_test

import (
	"fmt"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
)

// convolutions has every kernel, every padding and every order of span, padding and stride.
var convolutions = []struct {
	name          string
	g             dsp.ConvGeometry
	before, after dsp.Activation
}{
	{"same 3", conv(5, 7, 1, 3, 1, 1, 1, 1, dsp.Zeros), dsp.Activation{}, dsp.Activation{}},
	{"same 11 dilated", conv(16, 16, 1, 11, 1, 5, 25, 25, dsp.Zeros), dsp.LeakyReLU(0.1), dsp.Activation{}},
	{"wide", conv(256, 24, 1, 3, 1, 1, 1, 1, dsp.Zeros), dsp.LeakyReLU(0.1), dsp.Activation{}},
	{"few out", conv(12, 1, 1, 7, 1, 1, 3, 3, dsp.Zeros), dsp.LeakyReLU(0.01), dsp.Tanh()},
	{"few out reflect", conv(9, 3, 1, 7, 1, 2, 6, 6, dsp.Reflect), dsp.ELU(1), dsp.Sigmoid()},
	{"reflect uneven", conv(3, 8, 1, 4, 1, 2, 5, 2, dsp.Reflect), dsp.Activation{}, dsp.ReLU()},
	{"reflect far", conv(2, 2, 1, 3, 1, 1, 7, 9, dsp.Reflect), dsp.Activation{}, dsp.Scale(0.5)},
	{"replicate", conv(3, 9, 1, 5, 1, 1, 2, 2, dsp.Replicate), dsp.Activation{}, dsp.Activation{}},
	{"replicate far", conv(2, 2, 1, 2, 1, 3, 9, 8, dsp.Replicate), dsp.Activation{}, dsp.Activation{}},
	{"causal", conv(8, 17, 1, 7, 1, 3, 18, 0, dsp.Zeros), dsp.Activation{}, dsp.Activation{}},
	{"valid", conv(4, 4, 1, 5, 1, 1, 0, 0, dsp.Zeros), dsp.Activation{}, dsp.Activation{}},
	{"stride 2", conv(4, 6, 1, 4, 2, 1, 1, 1, dsp.Zeros), dsp.Activation{}, dsp.Activation{}},
	{"stride 4 above span", conv(3, 3, 1, 2, 4, 1, 0, 0, dsp.Zeros), dsp.Activation{}, dsp.Activation{}},
	{"stride 3 causal", conv(3, 3, 1, 6, 3, 1, 3, 0, dsp.Zeros), dsp.Activation{}, dsp.Activation{}},
	{"groups", conv(6, 9, 3, 3, 1, 2, 2, 2, dsp.Zeros), dsp.Activation{}, dsp.Activation{}},
	{"depthwise", conv(19, 19, 19, 7, 1, 1, 3, 3, dsp.Zeros), dsp.Snake(ramp(19), ramp(19)), dsp.Activation{}},
	{"depthwise causal stride", conv(8, 8, 8, 4, 2, 1, 2, 0, dsp.Zeros), dsp.Activation{}, dsp.Snake(ramp(8), ramp(8))},
	{"pointwise", conv(7, 11, 1, 1, 1, 1, 0, 0, dsp.Zeros), dsp.Activation{}, dsp.Activation{}},
}

func conv(in, out, groups, kernel, stride, dilation, left, right int, p dsp.Padding) dsp.ConvGeometry {
	return dsp.ConvGeometry{In: in, Out: out, Groups: groups, Kernel: kernel, Stride: stride, Dilation: dilation, Left: left, Right: right, Padding: p}
}

func ramp(n int) []float32 {
	r := make([]float32, n)
	for i := range r {
		r[i] = 0.5 + float32(i)/7
	}
	return r
}

// oneShotLayer is Conv between activations applied to the whole.
func oneShotLayer(t *testing.T, g dsp.ConvGeometry, before, after dsp.Activation, src, filters, bias []float32) []float32 {
	t.Helper()
	out, err := dsp.Conv(g, before.Of(src), filters, bias)
	if err != nil {
		t.Fatal(err)
	}
	return after.Of(out)
}

func TestConv1DContract(t *testing.T) {
	for _, c := range convolutions {
		for _, level := range dsp.Levels() {
			t.Run(fmt.Sprintf("%s/%v", c.name, level), func(t *testing.T) {
				filters := dsptest.Noise[float32](7, c.g.Kernel*c.g.Out*c.g.In/c.g.Groups)
				bias := dsptest.Noise[float32](8, c.g.Out)
				frames := 3*c.g.Span() + 4*(c.g.Left+c.g.Right) + 20
				dsptest.Check(t, dsptest.Contract[float32]{
					New: func() dsptest.Streamer[float32] {
						p, err := dsp.NewConv1D(c.g, filters, bias, dsp.AtLevel(level), dsp.Before(c.before), dsp.After(c.after))
						if err != nil {
							t.Fatal(err)
						}
						return p
					},
					OneShot: func(src []float32) []float32 { return oneShotLayer(t, c.g, c.before, c.after, src, filters, bias) },
					Frames:  frames,
					Blocks:  []int{c.g.Span(), c.g.Stride, c.g.Left + 1},
					Waits:   c.g.Padding == dsp.Reflect,
				})
			})
		}
	}
}

// TestConv1DBlocks takes in several internal blocks in one call, and moves the window many times.
func TestConv1DBlocks(t *testing.T) {
	for _, g := range []dsp.ConvGeometry{
		conv(2, 3, 1, 5, 1, 7, 14, 14, dsp.Reflect), conv(2, 3, 1, 3, 5, 1, 0, 0, dsp.Zeros), conv(400, 2, 1, 2, 1, 1, 1, 0, dsp.Replicate),
	} {
		filters, src := dsptest.Noise[float32](1, g.Kernel*g.Out*g.In), dsptest.Noise[float32](2, 3000*g.In)
		want := oneShotLayer(t, g, dsp.Activation{}, dsp.Activation{}, src, filters, nil)
		for _, chunk := range []int{3000, 499, 1} {
			c, err := dsp.NewConv1D(g, filters, nil)
			if err != nil {
				t.Fatal(err)
			}
			var got []float32
			for rest := src; len(rest) > 0; rest = rest[min(chunk*g.In, len(rest)):] {
				got = c.Process(got, rest[:min(chunk*g.In, len(rest))])
			}
			if i := dsptest.FirstDifference(c.Flush(got), want); i >= 0 {
				t.Errorf("%+v in chunks of %d differs at %d", g, chunk, i)
			}
		}
	}
}

// TestNewStream: streams of one layer, run in turn, do not know of each other.
func TestNewStream(t *testing.T) {
	g := conv(8, 8, 1, 3, 1, 1, 1, 1, dsp.Zeros)
	filters := dsptest.Noise[float32](1, 3*8*8)
	a, err := dsp.NewConv1D(g, filters, nil, dsp.After(dsp.Tanh()))
	if err != nil {
		t.Fatal(err)
	}
	want := oneShotLayer(t, g, dsp.Activation{}, dsp.Tanh(), dsptest.Noise[float32](2, 50*8), filters, nil)
	clear(filters) // not kept
	u, err := dsp.NewUpsampler(dsp.Geometry{In: 8, Out: 8, Groups: 1, Kernel: 4, Stride: 2, Dilation: 1}, dsptest.Noise[float32](3, 4*8*8), nil, dsp.Before(dsp.ELU(1)))
	if err != nil {
		t.Fatal(err)
	}
	wantUp, err := u.OneShot(dsptest.Noise[float32](2, 50*8))
	if err != nil {
		t.Fatal(err)
	}
	b, errB := a.NewStream()
	v, errV := u.NewStream()
	if errB != nil || errV != nil {
		t.Fatal(errB, errV)
	}
	got, gotUp := make([][]float32, 2), make([][]float32, 2)
	for i := range 50 {
		frame := dsptest.Noise[float32](2, 50*8)[8*i:][:8]
		for k, p := range []dsp.Processor{a, b} {
			got[k] = p.Process(got[k], frame)
		}
		for k, p := range []dsp.Processor{u, v} {
			gotUp[k] = p.Process(gotUp[k], frame)
		}
	}
	for k, p := range []dsp.Processor{a, b} {
		if i := dsptest.FirstDifference(p.Flush(got[k]), want); i >= 0 {
			t.Errorf("Conv1D, stream %d differs at %d", k, i)
		}
	}
	for k, p := range []dsp.Processor{u, v} {
		if i := dsptest.FirstDifference(p.Flush(gotUp[k]), wantUp); i >= 0 {
			t.Errorf("Upsampler, stream %d differs at %d", k, i)
		}
	}
	if _, err := a.NewStream(dsp.After(dsp.Snake(ramp(3), ramp(3)))); err == nil {
		t.Error("a stream with a snake of the wrong width")
	}
	if _, err := dsp.NewUpsampler(u.Geometry(), make([]float64, 256), nil, dsp.Before(dsp.Tanh())); err == nil {
		t.Error("an activation in float64")
	}
}
