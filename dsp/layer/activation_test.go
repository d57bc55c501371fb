package layer_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/internal/kernel"
	"github.com/tailwave/tailwave/dsp/layer"
)

// everyActivation has each function, for frames of 3 channels.
var everyActivation = []struct {
	name string
	a    layer.Activation
}{
	{"identity", none},
	{"ReLU", layer.ReLU()},
	{"LeakyReLU", layer.LeakyReLU(0.1)},
	{"Tanh", layer.Tanh()},
	{"Sigmoid", layer.Sigmoid()},
	{"ELU", layer.ELU(0.7)},
	{"Snake", layer.Snake(ramp(3), ramp(3))},
	{"Scale", layer.Scale(0.3)},
}

// TestActivationApply compares with the formulas in float64.
func TestActivationApply(t *testing.T) {
	a, b := ramp(3), []float32{2, 0.25, 3}
	for _, c := range []struct {
		name string
		a    layer.Activation
		want func(x float64, channel int) float64
	}{
		{"identity", none, func(x float64, _ int) float64 { return x }},
		{"ReLU", layer.ReLU(), func(x float64, _ int) float64 { return max(x, 0) }},
		{"LeakyReLU", layer.LeakyReLU(0.1), func(x float64, _ int) float64 { return max(x, 0) + 0.1*min(x, 0) }},
		{"Tanh", layer.Tanh(), func(x float64, _ int) float64 { return math.Tanh(x) }},
		{"Sigmoid", layer.Sigmoid(), func(x float64, _ int) float64 { return 1 / (1 + math.Exp(-x)) }},
		{"ELU", layer.ELU(0.7), func(x float64, _ int) float64 { return max(x, 0) + 0.7*math.Expm1(min(x, 0)) }},
		{"Snake", layer.Snake(a, b), func(x float64, channel int) float64 {
			s := math.Sin(float64(a[channel]) * x)
			return x + s*s/float64(b[channel])
		}},
		{"Scale", layer.Scale(0.3), func(x float64, _ int) float64 { return 0.3 * x }},
	} {
		t.Run(c.name, func(t *testing.T) {
			src := dsptest.Noise[float32](9, 3*40)
			for i := range src {
				src[i] *= 5
			}
			src[7] = float32(math.NaN())
			before := slices.Clone(src)
			got := c.a.Apply(src)
			for i, x := range src {
				want := c.want(float64(x), i%3)
				near := math.Abs(float64(got[i])-want) <= 4e-7*max(1, math.Abs(want))
				if bothNaN := want != want && got[i] != got[i]; !near && !bothNaN {
					t.Errorf("value %d of %g: got %g, want %g", i, x, got[i], want)
				}
			}
			wantSame(t, "the argument", src, before)
		})
	}
}

// TestActivationOfLayer: an activation in a layer, before or after it, has the bits of Apply at every level.
func TestActivationOfLayer(t *testing.T) {
	g, ones := conv(3, 3, 3, 1, 1, 1, 0, 0, layer.Zeros), []float32{1, 1, 1} // every channel times 1
	src := dsptest.Special[float32](5, 3*64)
	for _, c := range everyActivation {
		for _, level := range kernel.Levels() {
			t.Run(fmt.Sprintf("%s/%v", c.name, level), func(t *testing.T) {
				before := newConv1D(t, g, ones, nil, layer.AtLevel(level), layer.PreActivation(c.a)).NewStream()
				wantSame(t, "before", inChunks(before, src, 64), plainConv(g, c.a.Apply(src), ones, nil))
				after := newConv1D(t, g, ones, nil, layer.AtLevel(level), layer.PostActivation(c.a)).NewStream()
				wantSame(t, "after", inChunks(after, src, 64), c.a.Apply(plainConv(g, src, ones, nil)))
			})
		}
	}
}

func TestInPlace(t *testing.T) {
	src := dsptest.Special[float32](6, 3*50)
	for _, c := range everyActivation {
		t.Run(c.name, func(t *testing.T) {
			f, err := layer.InPlace(3, c.a)
			if err != nil {
				t.Fatal(err)
			}
			got := slices.Clone(src)
			f(got)
			wantSame(t, "in place", got, c.a.Apply(src))
		})
	}
	t.Run("in the order of the list", func(t *testing.T) {
		f, err := layer.InPlace(1, layer.Scale(-2), layer.ReLU(), layer.Scale(0.5))
		if err != nil {
			t.Fatal(err)
		}
		got := []float32{1, -1, 3, -3}
		f(got)
		wantSame(t, "in place", got, []float32{0, 1, 0, 3})
		if allocations := testing.AllocsPerRun(10, func() { f(got) }); allocations != 0 {
			t.Errorf("got %v allocations, want none", allocations)
		}
	})
	t.Run("no functions", func(t *testing.T) {
		if f, err := layer.InPlace(3); f != nil || err != nil {
			t.Errorf("got a function: %v, error %v, want neither", f != nil, err)
		}
	})
	t.Run("snake of other channels", func(t *testing.T) {
		f, err := layer.InPlace(4, layer.ReLU(), layer.Snake(ramp(3), ramp(3)))
		wantArgError(t, err, "number of snake parameters after the layer")
		if f != nil {
			t.Error("got a function, want none")
		}
	})
}

// TestSnakeErrors: a snake needs as many parameters of both kinds as there are channels on its side of the layer.
func TestSnakeErrors(t *testing.T) {
	const before, after = "number of snake parameters before the layer", "number of snake parameters after the layer"
	g := conv(2, 4, 2, 3, 1, 1, 1, 1, layer.Zeros)
	for _, c := range []struct {
		name   string
		option layer.Option
		arg    string // "" for none
	}{
		{"before", layer.PreActivation(layer.Snake(ramp(2), ramp(2))), ""},
		{"after", layer.PostActivation(layer.Snake(ramp(4), ramp(4))), ""},
		{"before, output channels", layer.PreActivation(layer.Snake(ramp(4), ramp(4))), before},
		{"after, input channels", layer.PostActivation(layer.Snake(ramp(2), ramp(2))), after},
		{"b too short", layer.PostActivation(layer.Snake(ramp(4), ramp(3))), after},
		{"a too long", layer.PostActivation(layer.Snake(ramp(5), ramp(4))), after},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := layer.NewConv1D(g, make([]float32, 12), nil, c.option)
			if c.arg != "" {
				wantArgError(t, err, c.arg)
			} else if err != nil {
				t.Errorf("got %v, want no error", err)
			}
		})
	}
	_, err := layer.NewConv1D(g, make([]float32, 12), nil, layer.PostActivation(layer.Snake(ramp(2), ramp(2))))
	const want = "number of snake parameters after the layer is 2 and 2, must be 4, one per channel"
	if err == nil || err.Error() != want {
		t.Errorf("got error %v, want %q", err, want)
	}
}
