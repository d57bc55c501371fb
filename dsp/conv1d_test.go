package dsp_test

import (
	"fmt"
	"math"
	"runtime"
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

// TestConv1DWindow moves the window with paddings longer than it would otherwise be, and begins again after a stream of
// nothing but NaN.
func TestConv1DWindow(t *testing.T) {
	const frames = 5000
	for _, padding := range []dsp.Padding{dsp.Zeros, dsp.Reflect, dsp.Replicate} {
		for _, c := range []struct{ kernel, stride, dilation, left, right int }{
			{3, 1, 1, 1, 1}, {3, 1, 1, 485, 0}, {3, 1, 1, 700, 0}, {3, 1, 1, 0, 2000}, {5, 1, 100, 3, 900}, {2, 1500, 1, 2000, 700}, {900, 7, 1, 2500, 0},
		} {
			g := conv(1, 1, 1, c.kernel, c.stride, c.dilation, c.left, c.right, padding)
			filters := dsptest.Noise[float32](1, c.kernel)
			src := dsptest.Noise[float32](2, frames)
			want := oneShotLayer(t, g, dsp.Activation{}, dsp.Activation{}, src, filters, nil)
			p, err := dsp.NewConv1D(g, filters, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, chunk := range []int{frames, 600, 7} {
				var got []float32
				for rest := src; len(rest) > 0; rest = rest[min(chunk, len(rest)):] {
					got = p.Process(got, rest[:min(chunk, len(rest))])
				}
				if i := dsptest.FirstDifference(p.Flush(got), want); i >= 0 {
					t.Errorf("%+v in chunks of %d differs at %d", g, chunk, i)
				}
				p.Reset()
				p.Process(nil, nans(frames))
				p.Reset()
			}
		}
	}
}

func nans(n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(math.NaN())
	}
	return x
}

// TestConv1DWorkers has parts of both kinds, rows and panels, each with a function to apply at the end.
func TestConv1DWorkers(t *testing.T) {
	for _, g := range []dsp.ConvGeometry{conv(4, 100, 1, 3, 1, 1, 1, 1, dsp.Zeros), conv(4, 16, 1, 3, 1, 1, 1, 1, dsp.Zeros), conv(8, 2, 1, 3, 1, 1, 1, 1, dsp.Zeros)} {
		filters, src := dsptest.Noise[float32](1, g.Kernel*g.In*g.Out), dsptest.Noise[float32](2, 90*g.In)
		want := oneShotLayer(t, g, dsp.Activation{}, dsp.Tanh(), src, filters, nil)
		for _, level := range dsp.Levels() {
			workers := &splitter{size: 3}
			p, err := dsp.NewConv1D(g, filters, nil, dsp.AtLevel(level), dsp.After(dsp.Tanh()), dsp.Across(workers), dsp.PartsOf(1))
			if err != nil {
				t.Fatal(err)
			}
			if i := dsptest.FirstDifference(p.Flush(p.Process(nil, src)), want); i >= 0 || workers.most != 3 {
				t.Errorf("%+v at level %v: differs at %d, %d parts", g, level, i, workers.most)
			}
		}
	}
}

// TestLayerMemory: a legal geometry with a million channels and few weights takes memory for its channels, not for blocks.
func TestLayerMemory(t *testing.T) {
	const wide = 1 << 18
	filters := make([]float32, wide)
	for name, build := range map[string]func() (dsp.Processor, error){
		"conv": func() (dsp.Processor, error) {
			return dsp.NewConv1D(conv(wide, 1, 1, 1, 1, 1, 0, 0, dsp.Zeros), filters, nil)
		},
		"transposed": func() (dsp.Processor, error) {
			return dsp.NewUpsampler(dsp.Geometry{In: wide, Out: 1, Groups: 1, Kernel: 1, Stride: 1, Dilation: 1}, filters, nil)
		},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := build(); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		if mib := (after.TotalAlloc - before.TotalAlloc) >> 20; mib > 64 {
			t.Errorf("%s of %d channels allocates %d MiB", name, wide, mib)
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
	for _, level := range dsp.Levels() { // a stream stays at the level that its weights are packed for
		c, err := dsp.NewConv1D(g, dsptest.Noise[float32](1, 3*8*8), nil, dsp.After(dsp.Tanh()), dsp.AtLevel(level))
		if err != nil {
			t.Fatal(err)
		}
		for _, other := range dsp.Levels() {
			d, err := c.NewStream(dsp.AtLevel(other))
			if err != nil {
				t.Fatal(err)
			}
			if i := dsptest.FirstDifference(d.Flush(d.Process(nil, dsptest.Noise[float32](2, 50*8))), want); i >= 0 {
				t.Errorf("a stream of a layer at level %v, asked for %v, differs at %d", level, other, i)
			}
		}
	}
	if _, err := a.NewStream(dsp.After(dsp.Snake(ramp(3), ramp(3)))); err == nil {
		t.Error("a stream with a snake of the wrong width")
	}
	if _, err := dsp.NewUpsampler(u.Geometry(), make([]float64, 256), nil, dsp.Before(dsp.Tanh())); err == nil {
		t.Error("an activation in float64")
	}
}
