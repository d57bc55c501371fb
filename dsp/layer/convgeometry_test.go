package layer_test

import (
	"fmt"
	"testing"

	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/layer"
)

func TestPaddingString(t *testing.T) {
	for p, want := range map[layer.Padding]string{
		layer.Zeros: "zeros", layer.Reflect: "reflect", layer.Replicate: "replicate",
		3: "unknown padding", -1: "unknown padding",
	} {
		t.Run(want, func(t *testing.T) {
			if got := fmt.Sprint(p); got != want {
				t.Errorf("padding %d: got %q, want %q", int(p), got, want)
			}
		})
	}
}

// TestConvGeometryDefaults: the zero Groups, Stride and Dilation mean 1 in every method and in streams.
func TestConvGeometryDefaults(t *testing.T) {
	for _, c := range []struct {
		name     string
		zero     layer.ConvGeometry
		explicit layer.ConvGeometry
	}{
		{"all", layer.ConvGeometry{In: 3, Out: 5, Kernel: 4, Left: 2, Right: 1},
			conv(3, 5, 1, 4, 1, 1, 2, 1, layer.Zeros)},
		{"reflect", layer.ConvGeometry{In: 2, Out: 1, Kernel: 3, Left: 5, Right: 2, Padding: layer.Reflect},
			conv(2, 1, 1, 3, 1, 1, 5, 2, layer.Reflect)},
		{"groups", layer.ConvGeometry{In: 4, Out: 6, Kernel: 3, Stride: 2, Dilation: 3},
			conv(4, 6, 1, 3, 2, 3, 0, 0, layer.Zeros)},
		{"stride",
			layer.ConvGeometry{In: 4, Out: 6, Groups: 2, Kernel: 3, Dilation: 3, Left: 9, Padding: layer.Replicate},
			conv(4, 6, 2, 3, 1, 3, 9, 0, layer.Replicate)},
		{"dilation", layer.ConvGeometry{In: 4, Out: 4, Groups: 4, Kernel: 7, Stride: 3, Left: 3, Right: 3},
			conv(4, 4, 4, 7, 3, 1, 3, 3, layer.Zeros)},
		{"invalid", layer.ConvGeometry{In: 4, Out: 4, Kernel: 7, Left: -3}, conv(4, 4, 1, 7, 1, 1, -3, 0, layer.Zeros)},
	} {
		t.Run(c.name, func(t *testing.T) {
			describe := func(g layer.ConvGeometry) map[string]string {
				m := map[string]string{
					"Span": fmt.Sprint(g.Span()), "MinFrames": fmt.Sprint(g.MinFrames()),
					"Validate": fmt.Sprint(g.Validate()), "CheckWeights": fmt.Sprint(g.CheckWeights(7, 2)),
				}
				for n := range int64(30) {
					m[fmt.Sprintf("OutFrames(%d)", n)] = fmt.Sprint(g.OutFrames(n))
				}
				same, err := g.Same()
				m["Same"] = fmt.Sprintf("%+v, %v", same, err)
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
			if c.explicit.Validate() != nil {
				return
			}
			filters, bias := noiseFor[float32](1, c.explicit.Kernel, c.explicit.In, c.explicit.Out, c.explicit.Groups)
			zero, explicit := newConv1D(t, c.zero, filters, bias), newConv1D(t, c.explicit, filters, bias)
			if got := zero.Geometry(); got != c.explicit {
				t.Errorf("Geometry: got %+v, want %+v", got, c.explicit)
			}
			if got, want := zero.NewStream().Shape(), explicit.NewStream().Shape(); got != want {
				t.Errorf("Shape: got %+v, want %+v", got, want)
			}
			src := dsptest.Noise[float32](3, 40*c.explicit.In)
			want := plainConv(c.explicit, src, filters, bias)
			wantSame(t, "streamed", inChunks(zero.NewStream(), src, 7), want)
			got2, err := zero.Reference(src)
			if err != nil {
				t.Fatal(err)
			}
			wantSame(t, "Reference", got2, want)
		})
	}
}

// TestConvGeometryPaddings compares what Same and Causal fill in with the padding that is worked out by hand.
func TestConvGeometryPaddings(t *testing.T) {
	for _, c := range []struct {
		kernel, dilation           int
		sameLeft, sameRight, delay int
	}{{1, 1, 0, 0, 0}, {2, 1, 0, 1, 1}, {3, 1, 1, 1, 2}, {4, 3, 4, 5, 9}, {7, 5, 15, 15, 30}} {
		t.Run(fmt.Sprintf("k%d d%d", c.kernel, c.dilation), func(t *testing.T) {
			g := layer.ConvGeometry{In: 1, Out: 1, Kernel: c.kernel, Dilation: c.dilation}
			same, err := g.Same()
			if err != nil {
				t.Fatal(err)
			}
			if same.Left != c.sameLeft || same.Right != c.sameRight || same.OutFrames(100) != 100 {
				t.Errorf("Same: got %d and %d, %d frames of 100, want %d and %d, 100 frames",
					same.Left, same.Right, same.OutFrames(100), c.sameLeft, c.sameRight)
			}
			causal, err := g.Causal()
			if err != nil {
				t.Fatal(err)
			}
			if causal.Left != c.delay || causal.Right != 0 || causal.OutFrames(100) != 100 {
				t.Errorf("Causal: got %d and %d, %d frames of 100, want %d and 0, 100 frames",
					causal.Left, causal.Right, causal.OutFrames(100), c.delay)
			}
		})
	}
}
