package layer_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/internal/kernel"
	"github.com/tailwave/tailwave/dsp/layer"
)

var (
	_ dsp.Processor  = (*layer.Conv1DStream)(nil)
	_ dsp.Sizer      = (*layer.Conv1DStream)(nil)
	_ dsp.Referencer = (*layer.Conv1D)(nil)
	_ dsp.Referencer = (*layer.Conv1DStream)(nil)
)

func TestConv1DContract(t *testing.T) {
	for _, c := range convolutions {
		for _, level := range kernel.Levels() {
			t.Run(fmt.Sprintf("%s/%v", c.name, level), func(t *testing.T) {
				filters, bias := c.weights(7)
				dsptest.Check(t, dsptest.Contract[float32]{
					New: func() dsptest.Streamer[float32] {
						return c.build(t, filters, bias, layer.AtLevel(level)).NewStream()
					},
					Reference: func(src []float32) []float32 { return c.plain(src, filters, bias) },
					Frames:    c.frames(),
					Blocks:    []int{c.g.Span(), c.g.Stride, c.g.Left + 1},
					Waits:     c.g.Padding == layer.Reflect,
				})
			})
		}
	}
}

// TestConv1DTorch has results of torch.nn.functional.conv1d worked out by hand.
func TestConv1DTorch(t *testing.T) {
	input := []float32{1, 2, 4, 8}
	for _, c := range []struct {
		name string
		g    layer.ConvGeometry
		want []float32
	}{
		{"not reversed", layer.ConvGeometry{Kernel: 2}, []float32{1 + 20, 2 + 40, 4 + 80}},
		{"zeros", layer.ConvGeometry{Kernel: 2, Left: 1, Right: 1}, []float32{10, 21, 42, 84, 8}},
		{"reflect", layer.ConvGeometry{Kernel: 2, Left: 1, Right: 1, Padding: layer.Reflect},
			[]float32{2 + 10, 21, 42, 84, 8 + 40}},
		{"replicate", layer.ConvGeometry{Kernel: 2, Left: 1, Right: 1, Padding: layer.Replicate},
			[]float32{1 + 10, 21, 42, 84, 8 + 80}},
		{"stride", layer.ConvGeometry{Kernel: 2, Stride: 2}, []float32{21, 84}},
		{"dilation", layer.ConvGeometry{Kernel: 2, Dilation: 2}, []float32{1 + 40, 2 + 80}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.g.In, c.g.Out = 1, 1
			got, err := newConv1D(t, c.g, []float32{1, 10}, nil).Reference(input)
			if err != nil {
				t.Fatal(err)
			}
			wantSame(t, "Reference", got, c.want)
		})
	}
}

// randomConv returns a geometry that uses any of its fields, narrow enough for plain loops.
func randomConv(rng *rand.Rand) layer.ConvGeometry {
	g := layer.ConvGeometry{
		Groups: 1, Kernel: 1 + rng.IntN(9), Stride: 1, Dilation: 1 + rng.IntN(4), Padding: layer.Padding(rng.IntN(3)),
	}
	switch rng.IntN(4) {
	case 0:
		g.In, g.Out = 1+rng.IntN(20), 1+rng.IntN(20)
	case 1:
		g.Groups = 1 + rng.IntN(3)
		g.In, g.Out = g.Groups*(1+rng.IntN(5)), g.Groups*(1+rng.IntN(10))
	case 2:
		g.Groups = 1 + rng.IntN(30)
		g.In, g.Out = g.Groups, g.Groups
	case 3:
		g.In, g.Out = 1+rng.IntN(40), 1+rng.IntN(5)
	}
	if rng.IntN(3) == 0 {
		g.Stride = 1 + rng.IntN(6)
	}
	g.Left, g.Right = rng.IntN(g.Span()+2), rng.IntN(g.Span()+2)
	return g
}

// TestConv1DPlain compares Reference, and streams at every level with random splits and numbers of workers, with plain
// loops.
func TestConv1DPlain(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 0))
	rounds := 1500
	if testing.Short() {
		rounds = 150
	}
	for range rounds {
		compareConv(t, randomConv(rng), rng.IntN(60), rng)
	}
}

func FuzzConv1D(f *testing.F) {
	for seed := range uint64(6) {
		f.Add(seed, byte(seed*9))
	}
	f.Fuzz(func(t *testing.T, seed uint64, frames byte) {
		rng := rand.New(rand.NewPCG(seed, 1))
		compareConv(t, randomConv(rng), int(frames), rng)
	})
}

// compareConv fails t unless all forms of a convolution have the same bits, for extra frames more than MinFrames.
func compareConv(t *testing.T, g layer.ConvGeometry, extra int, rng *rand.Rand) {
	t.Helper()
	n := g.MinFrames() + extra
	seed := rng.Uint64()
	input := dsptest.Noise[float32](seed, n*g.In)
	if seed%3 == 0 {
		input = dsptest.Special[float32](seed, n*g.In)
	}
	filters := dsptest.Noise[float32](seed+1, g.Kernel*g.Out*g.In/g.Groups)
	var bias []float32
	if seed%2 == 0 {
		bias = dsptest.Noise[float32](seed+2, g.Out)
	}
	want := plainConv(g, input, filters, bias)
	if frames := g.OutFrames(int64(n)); int(frames)*g.Out != len(want) {
		t.Fatalf("%+v: OutFrames(%d): got %d, want %d, as plain loops have", g, n, frames, len(want)/g.Out)
	}
	for _, level := range kernel.Levels() {
		c := newConv1D(t, g, filters, bias, layer.AtLevel(level), layer.PartsOf(1+rng.Int64N(2000)))
		got, err := c.Reference(input)
		if err != nil {
			t.Fatalf("%+v, %d frames: %v", g, n, err)
		}
		wantSame(t, fmt.Sprintf("%+v, %d frames, %v, Reference", g, n, level), got, want)
		workers := &splitter{size: 1 + rng.IntN(4)}
		streamed := inSplit(c.NewStream(dsp.WithWorkers(workers)), input, dsptest.RandomSplit(rng, n, 1+rng.IntN(12)))
		wantSame(t, fmt.Sprintf("%+v, %d frames, %v, %d workers, streamed", g, n, level, workers.size), streamed, want)
		if t.Failed() {
			t.FailNow()
		}
	}
}

// TestConv1DErrors expects the argument that does not fit in the errors of NewConv1D, and of Reference for an input
// that does not fit.
func TestConv1DErrors(t *testing.T) {
	good := layer.ConvGeometry{In: 2, Out: 4, Groups: 2, Kernel: 3, Stride: 1, Dilation: 1, Left: 1, Right: 1}
	type arguments struct {
		g                    layer.ConvGeometry
		input, filters, bias []float32
	}
	for _, c := range []struct {
		want  string
		input bool // it is the input that does not fit
		spoil func(a *arguments)
	}{
		{want: "stride is -1", spoil: func(a *arguments) { a.g.Stride = -1 }},
		{want: "groups is 3, must be a divisor", spoil: func(a *arguments) { a.g.Groups = 3 }},
		{want: "left padding is -1", spoil: func(a *arguments) { a.g.Left = -1 }},
		{want: "right padding is -1", spoil: func(a *arguments) { a.g.Right = -1 }},
		{want: "padding mode is 3, must be Zeros", spoil: func(a *arguments) { a.g.Padding = 3 }},
		{want: "padding mode is -1, must be Zeros", spoil: func(a *arguments) { a.g.Padding = -1 }},
		{want: "(filter span + padding + stride) x input channels is",
			spoil: func(a *arguments) { a.g.Left, a.g.Right = 1<<27, 1<<27 }},
		{want: "filter elements is 11", spoil: func(a *arguments) { a.filters = a.filters[:11] }},
		{want: "bias elements is 3", spoil: func(a *arguments) { a.bias = a.bias[:3] }},
		{want: "input length is 5", input: true, spoil: func(a *arguments) { a.input = a.input[:5] }},
		{want: "input too short: 3 frames, need at least 4", input: true,
			spoil: func(a *arguments) { a.g.Left, a.g.Padding = 3, layer.Reflect }},
	} {
		t.Run(c.want, func(t *testing.T) {
			a := arguments{good, make([]float32, 6), make([]float32, 12), make([]float32, 4)}
			c.spoil(&a)
			l, err := layer.NewConv1D(a.g, a.filters, a.bias)
			if c.input {
				if err != nil {
					t.Fatal(err)
				}
				_, err = l.Reference(a.input)
			} else {
				wantArgError(t, err, strings.Split(c.want, " is")[0])
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got error %v, want one with %q", err, c.want)
			}
		})
	}
}
