package dsp_test

import (
	"fmt"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
)

// geometries covers kernel below, at and far above the stride, not a multiple of it, dilation, groups, and every kind of
// trim, with the bias that hides so many faults when it is zero.
var geometries = []struct {
	name                 string
	in, out, groups      int
	kernel, stride, dila int
	trim                 func(dsp.Geometry) (dsp.Geometry, error)
}{
	{"same 5/2", 1, 1, 1, 5, 2, 1, same(0)},
	{"same 16/8", 3, 2, 1, 16, 8, 1, same(0)},
	{"same 7/4 rest 3", 2, 2, 1, 7, 4, 1, same(3)},
	{"same 2/5 rest 4", 1, 2, 1, 2, 5, 1, same(4)},
	{"valid 20/5", 2, 3, 1, 20, 5, 1, valid(0)},
	{"valid 3/7 extra 4", 1, 1, 1, 3, 7, 1, valid(4)},
	{"valid 12/4 extra 3", 4, 4, 2, 12, 4, 1, valid(3)},
	{"causal 9/4", 2, 2, 1, 9, 4, 1, dsp.Geometry.Causal},
	{"causal 1/3", 2, 1, 1, 1, 3, 1, dsp.Geometry.Causal},
	{"torch 10/5 odd", 4, 2, 2, 10, 5, 1, torch(3, 1)},
	{"torch 3/2 dilated", 2, 2, 1, 3, 2, 3, torch(1, 2)},
	{"torch 5/3 dilation 2 depthwise", 4, 4, 4, 5, 3, 2, torch(4, 2)},
	{"torch wide trim", 1, 1, 1, 3, 2, 1, torch(5, 0)},
	{"stride 1", 3, 3, 1, 11, 1, 1, same(0)},
	{"pointwise", 5, 3, 1, 1, 1, 1, same(0)},
	{"wide in", 256, 3, 1, 5, 2, 1, same(0)},
	{"wide out", 2, 40, 1, 3, 3, 1, same(0)},
	{"depthwise", 19, 19, 19, 6, 3, 1, same(0)},
}

func same(rest int) func(dsp.Geometry) (dsp.Geometry, error) {
	return func(g dsp.Geometry) (dsp.Geometry, error) { return g.Same(rest) }
}

func valid(extra int) func(dsp.Geometry) (dsp.Geometry, error) {
	return func(g dsp.Geometry) (dsp.Geometry, error) { return g.Valid(extra) }
}

func torch(padding, outputPadding int) func(dsp.Geometry) (dsp.Geometry, error) {
	return func(g dsp.Geometry) (dsp.Geometry, error) { return g.Torch(padding, outputPadding) }
}

func TestUpsamplerContract(t *testing.T) {
	for _, c := range geometries {
		g, err := c.trim(dsp.Geometry{In: c.in, Out: c.out, Groups: c.groups, Kernel: c.kernel, Stride: c.stride, Dilation: c.dila})
		if err != nil {
			t.Fatal(c.name, err)
		}
		for _, level := range dsp.Levels() {
			t.Run(fmt.Sprintf("%s/float32/%v", c.name, level), func(t *testing.T) { upsamplerContract[float32](t, g, dsp.AtLevel(level)) })
		}
		t.Run(c.name+"/float64", func(t *testing.T) { upsamplerContract[float64](t, g) })
	}
}

func upsamplerContract[T dsp.Float](t *testing.T, g dsp.Geometry, options ...dsp.LayerOption) {
	filters := dsptest.Noise[T](7, g.Kernel*g.Out*g.In/g.Groups)
	for _, bias := range [][]T{nil, dsptest.Noise[T](8, g.Out)} {
		dsptest.Check(t, dsptest.Contract[T]{
			New: func() dsptest.Streamer[T] {
				u, err := dsp.NewUpsampler(g, filters, bias, options...)
				if err != nil {
					t.Fatal(err)
				}
				return u
			},
			OneShot: func(src []T) []T {
				out, err := dsp.ConvTranspose(g, src, filters, bias)
				if err != nil {
					t.Fatal(err)
				}
				return out
			},
			Frames: 300,
			Blocks: []int{g.Kernel, g.Stride},
			Waits:  g.Rest() > g.Left,
		})
	}
}

// TestUpsamplerBlocks drives the kernel over several of its internal blocks in one call.
func TestUpsamplerBlocks(t *testing.T) {
	g, err := dsp.Geometry{In: 2, Out: 3, Groups: 1, Kernel: 23, Stride: 10, Dilation: 1}.Same(1)
	if err != nil {
		t.Fatal(err)
	}
	filters, bias, src := dsptest.Noise[float32](1, 23*6), dsptest.Noise[float32](2, 3), dsptest.Noise[float32](3, 2*2000)
	u, err := dsp.NewUpsampler(g, filters, bias)
	if err != nil {
		t.Fatal(err)
	}
	want, err := dsp.ConvTranspose(g, src, filters, bias)
	if err != nil {
		t.Fatal(err)
	}
	if got := u.Flush(u.Process(nil, src)); dsptest.FirstDifference(got, want) >= 0 {
		t.Error("a long chunk differs from one-shot")
	}
}

func TestUpsamplerMisuse(t *testing.T) {
	g := dsp.Geometry{In: 2, Out: 1, Groups: 1, Kernel: 1, Stride: 1, Dilation: 1}
	for name, f := range map[string]func(u *dsp.Upsampler[float32]){
		"part of a frame":     func(u *dsp.Upsampler[float32]) { u.Process(nil, make([]float32, 3)) },
		"process after flush": func(u *dsp.Upsampler[float32]) { u.Flush(nil); u.Process(nil, nil) },
	} {
		u, err := dsp.NewUpsampler(g, []float32{1, 1}, nil)
		if err != nil {
			t.Fatal(err)
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f(u)
		}()
	}
}

func TestGeometryErrors(t *testing.T) {
	ok := dsp.Geometry{In: 4, Out: 6, Groups: 2, Kernel: 3, Stride: 2, Dilation: 1}
	if err := ok.Validate(); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*dsp.Geometry){
		"input channels": func(g *dsp.Geometry) { g.In = 0 }, "output channels": func(g *dsp.Geometry) { g.Out = -1 },
		"groups": func(g *dsp.Geometry) { g.Groups = 4 }, "kernel": func(g *dsp.Geometry) { g.Kernel = 0 },
		"stride": func(g *dsp.Geometry) { g.Stride = 1 << 40 }, "dilation": func(g *dsp.Geometry) { g.Dilation = 1 << 30 },
		"left trim": func(g *dsp.Geometry) { g.Left = -1 }, "right trim": func(g *dsp.Geometry) { g.Right = -1 << 40 },
		"stride plus filter span times output channels": func(g *dsp.Geometry) { g.Stride = 1 << 28 },
	} {
		g := ok
		change(&g)
		var e *dsp.ArgError
		if err := g.Validate(); !asArg(err, &e) || e.Arg != name {
			t.Errorf("%s: error %v", name, err)
		}
	}
	for _, err := range []error{
		second(ok.Same(2)), second(ok.Same(-1)), second(ok.Valid(2)), second(ok.Torch(-1, 0)), second(ok.Torch(0, 2)),
	} {
		if err == nil {
			t.Error("an illegal padding was accepted")
		}
	}
}

func asArg(err error, e **dsp.ArgError) bool {
	a, ok := err.(*dsp.ArgError)
	*e = a
	return ok
}

func second(_ dsp.Geometry, err error) error { return err }

func ExampleUpsampler() {
	// Stride 2, three taps, SAME padding: the example of the TensorFlow documentation's shape rules.
	g, err := dsp.Geometry{In: 1, Out: 1, Groups: 1, Kernel: 3, Stride: 2, Dilation: 1}.Same(0)
	if err != nil {
		fmt.Println(err)
		return
	}
	u, err := dsp.NewUpsampler(g, []float32{1, 10, 100}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(u.Process(nil, []float32{1, 2})) // final as soon as no later frame can add to them
	fmt.Println(u.Process(nil, []float32{3}))
	fmt.Println(u.Flush(nil))
	// Output:
	// [1 10 102 20]
	// [203 30]
	// []
}
