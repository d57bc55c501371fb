package layer_test

import (
	"fmt"
	"testing"

	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/layer"
)

func TestTransposeGeometryErrors(t *testing.T) {
	good := transposed(4, 6, 2, 3, 2, 1)
	if err := good.Validate(); err != nil {
		t.Fatalf("got %v, want no error", err)
	}
	for arg, spoil := range map[string]func(*layer.TransposeGeometry){
		"input channels":  func(g *layer.TransposeGeometry) { g.In = 0 },
		"output channels": func(g *layer.TransposeGeometry) { g.Out = -1 },
		"groups":          func(g *layer.TransposeGeometry) { g.Groups = 4 },
		"kernel":          func(g *layer.TransposeGeometry) { g.Kernel = 0 },
		"stride":          func(g *layer.TransposeGeometry) { g.Stride = 1 << 40 },
		"dilation":        func(g *layer.TransposeGeometry) { g.Dilation = 1 << 30 },
		"left trim":       func(g *layer.TransposeGeometry) { g.Left = -1 },
		"right trim":      func(g *layer.TransposeGeometry) { g.Right = -1 << 40 },
		"(stride + filter span) x output channels": func(g *layer.TransposeGeometry) { g.Stride = 1 << 28 },
	} {
		t.Run(arg, func(t *testing.T) {
			g := good
			spoil(&g)
			wantArgError(t, g.Validate(), arg)
		})
	}
	for _, c := range []struct {
		name string
		trim func(layer.TransposeGeometry) (layer.TransposeGeometry, error)
		arg  string
	}{
		{"Same(2)", same(2), "trim"}, {"Same(-1)", same(-1), "trim"}, {"Valid(2)", valid(2), "output padding"},
		{"Valid(-1)", valid(-1), "output padding"}, {"Torch(-1, 0)", torch(-1, 0), "padding"},
		{"Torch(0, 2)", torch(0, 2), "output_padding"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := c.trim(good)
			wantArgError(t, err, c.arg)
		})
	}
}

// TestTransposeGeometryDefaults: the zero Groups, Stride and Dilation mean 1 in every method and in streams.
func TestTransposeGeometryDefaults(t *testing.T) {
	with := func(g layer.TransposeGeometry, left, right int) layer.TransposeGeometry {
		g.Left, g.Right = left, right
		return g
	}
	for _, c := range []struct {
		name     string
		zero     layer.TransposeGeometry
		explicit layer.TransposeGeometry
	}{
		{"all", layer.TransposeGeometry{In: 3, Out: 5, Kernel: 4, Left: 2, Right: 1},
			with(transposed(3, 5, 1, 4, 1, 1), 2, 1)},
		{"groups", layer.TransposeGeometry{In: 4, Out: 6, Kernel: 3, Stride: 2, Dilation: 3},
			transposed(4, 6, 1, 3, 2, 3)},
		{"stride", layer.TransposeGeometry{In: 4, Out: 6, Groups: 2, Kernel: 3, Dilation: 3, Left: 9, Right: -2},
			with(transposed(4, 6, 2, 3, 1, 3), 9, -2)},
		{"dilation", layer.TransposeGeometry{In: 4, Out: 4, Groups: 4, Kernel: 7, Stride: 3, Left: 3, Right: 20},
			with(transposed(4, 4, 4, 7, 3, 1), 3, 20)},
		{"invalid", layer.TransposeGeometry{In: 4, Out: 4, Kernel: 7, Left: -3},
			with(transposed(4, 4, 1, 7, 1, 1), -3, 0)},
	} {
		t.Run(c.name, func(t *testing.T) {
			describe := func(g layer.TransposeGeometry) map[string]string {
				m := map[string]string{
					"Span": fmt.Sprint(g.Span()), "MinFrames": fmt.Sprint(g.MinFrames()),
					"Validate": fmt.Sprint(g.Validate()), "CheckWeights": fmt.Sprint(g.CheckWeights(7, 2)),
				}
				for n := range int64(30) {
					m[fmt.Sprintf("OutFrames(%d)", n)] = fmt.Sprint(g.OutFrames(n))
				}
				for i := range 4 {
					same, err := g.Same(i)
					m[fmt.Sprintf("Same(%d)", i)] = fmt.Sprintf("%+v, %v", same, err)
					valid, err := g.Valid(i)
					m[fmt.Sprintf("Valid(%d)", i)] = fmt.Sprintf("%+v, %v", valid, err)
					torch, err := g.Torch(2, i)
					m[fmt.Sprintf("Torch(2, %d)", i)] = fmt.Sprintf("%+v, %v", torch, err)
				}
				causal, err := g.Causal()
				m["Causal"] = fmt.Sprintf("%+v, %v", causal, err)
				return m
			}
			got := describe(c.zero)
			for method, want := range describe(c.explicit) {
				if got[method] != want {
					t.Errorf("%s: got %s, want %s, as with explicit ones", method, got[method], want)
				}
			}
			if c.explicit.Validate() == nil {
				t.Run("float32", func(t *testing.T) { compareDefaults[float32](t, c.zero, c.explicit) })
				t.Run("float64", func(t *testing.T) { compareDefaults[float64](t, c.zero, c.explicit) })
			}
		})
	}
}

// compareDefaults compares a layer whose geometry has zeros with plain loops over the explicit one.
func compareDefaults[T interface{ float32 | float64 }](t *testing.T, zero, explicit layer.TransposeGeometry) {
	t.Helper()
	filters, bias := transposeWeights[T](explicit, 1)
	u := newConvTranspose1D(t, zero, filters, bias)
	if got := u.Geometry(); got != explicit {
		t.Errorf("Geometry: got %+v, want %+v", got, explicit)
	}
	shape := newConvTranspose1D(t, explicit, filters, bias).NewStream().Shape()
	if got := u.NewStream().Shape(); got != shape {
		t.Errorf("Shape: got %+v, want %+v", got, shape)
	}
	src := dsptest.Noise[T](3, 40*explicit.In)
	want := plainTranspose(explicit, src, filters, bias)
	wantSame(t, "streamed", inChunks(u.NewStream(), src, 7), want)
	got, err := u.Reference(src)
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "Reference", got, want)
}

// TestMelGANPadding: with kernel 2*stride, MelGAN uses padding stride/2 + stride%2 and output_padding stride%2. This is
// SAME of TensorFlow for an even stride, and one sample early for an odd stride.
func TestMelGANPadding(t *testing.T) {
	for s := 2; s <= 11; s++ {
		t.Run(fmt.Sprintf("stride %d", s), func(t *testing.T) {
			base := transposed(1, 1, 1, 2*s, s, 1)
			torch, err := base.Torch(s/2+s%2, s%2)
			if err != nil {
				t.Fatal(err)
			}
			same, err := base.Same(0)
			if err != nil {
				t.Fatal(err)
			}
			src, filters := dsptest.Noise[float32](1, 20), dsptest.Noise[float32](2, base.Kernel)
			a := plainTranspose(same, src, filters, nil)
			b, err := newConvTranspose1D(t, torch, filters, nil).Reference(src)
			if err != nil {
				t.Fatal(err)
			}
			if len(a) != 20*s || len(b) != 20*s {
				t.Fatalf("got %d and %d samples, want %d", len(a), len(b), 20*s)
			}
			shift := s % 2
			wantSame(t, fmt.Sprintf("%d samples early", shift), b[:len(b)-shift], a[shift:])
			if shift == 1 && dsptest.FirstDifference(a, b) < 0 {
				t.Error("got the samples of SAME, want them one sample early")
			}
		})
	}
}
