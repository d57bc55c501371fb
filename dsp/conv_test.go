package dsp_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
)

// randomConv returns a geometry with all its parts in play, narrow enough for plain loops.
func randomConv(rng *rand.Rand) dsp.ConvGeometry {
	g := dsp.ConvGeometry{Groups: 1, Kernel: 1 + rng.IntN(9), Stride: 1, Dilation: 1 + rng.IntN(4), Padding: dsp.Padding(rng.IntN(3))}
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

// plainConv is the definition over an input written out with its padding.
func plainConv(g dsp.ConvGeometry, input, filters, bias []float32) []float32 {
	var frames [][]float32
	for ; len(input) > 0; input = input[g.In:] {
		frames = append(frames, input[:g.In])
	}
	n := len(frames)
	padded := make([][]float32, 0, n+g.Left+g.Right)
	for i := g.Left; i > 0; i-- {
		padded = append(padded, [][]float32{make([]float32, g.In), frames[i%n], frames[0]}[g.Padding])
	}
	padded = append(padded, frames...)
	for i := 1; i <= g.Right; i++ {
		padded = append(padded, [][]float32{make([]float32, g.In), frames[(n-1-i%n)%n], frames[n-1]}[g.Padding])
	}
	var out []float32
	cin, cout := g.In/g.Groups, g.Out/g.Groups
	for at := 0; at+(g.Kernel-1)*g.Dilation < len(padded); at += g.Stride {
		for o := range g.Out {
			var acc float32
			for j := range g.Kernel {
				for c := range cin {
					acc = fma32(padded[at+j*g.Dilation][o/cout*cin+c], filters[(j*g.Out+o)*cin+c], acc)
				}
			}
			if bias != nil {
				acc += bias[o]
			}
			out = append(out, acc)
		}
	}
	return out
}

// TestConvPlain compares Conv, and Conv1D at every level over random splits and numbers of workers, with plain loops.
func TestConvPlain(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 0))
	rounds := 1500
	if testing.Short() {
		rounds = 150
	}
	for range rounds {
		compareConv(t, randomConv(rng), rng.IntN(60), rng)
	}
}

func FuzzConv(f *testing.F) {
	for seed := range uint64(6) {
		f.Add(seed, byte(seed*9))
	}
	f.Fuzz(func(t *testing.T, seed uint64, frames byte) {
		rng := rand.New(rand.NewPCG(seed, 1))
		compareConv(t, randomConv(rng), int(frames), rng)
	})
}

func compareConv(t *testing.T, g dsp.ConvGeometry, extra int, rng *rand.Rand) {
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
	if width := g.Width(int64(n)); int(width)*g.Out != len(want) {
		t.Fatalf("%+v, %d frames: width %d, plain loops have %d", g, n, width, len(want)/g.Out)
	}
	got, err := dsp.Conv(g, input, filters, bias)
	if err != nil {
		t.Fatalf("%+v: %v", g, err)
	}
	if i := dsptest.FirstDifference(got, want); i >= 0 {
		t.Fatalf("%+v, %d frames: Conv differs from plain loops at %d of %d (%d)", g, n, i, len(want), len(got))
	}
	for _, level := range dsp.Levels() {
		workers := &splitter{size: 1 + rng.IntN(4)}
		c, err := dsp.NewConv1D(g, filters, bias, dsp.AtLevel(level), dsp.Across(workers), dsp.PartsOf(1+rng.Int64N(2000)))
		if err != nil {
			t.Fatalf("%+v: %v", g, err)
		}
		var streamed []float32
		rest := input
		for _, n := range dsptest.RandomSplit(rng, n, 1+rng.IntN(12)) {
			streamed = c.Process(streamed, rest[:n*g.In])
			rest = rest[n*g.In:]
		}
		streamed = c.Flush(streamed)
		if i := dsptest.FirstDifference(streamed, want); i >= 0 {
			t.Fatalf("%+v, %d frames, %v, %d workers: streamed differs at %d of %d (%d)", g, n, level, workers.size, i, len(want), len(streamed))
		}
	}
}

// TestConvAdjoint: <conv(z), x> = <z, convT(x)>, which ties the convolution to the transposed one.
func TestConvAdjoint(t *testing.T) {
	dot := func(a, b []float64) (sum float64) {
		for i := range a {
			sum += a[i] * b[i]
		}
		return sum
	}
	rng := rand.New(rand.NewPCG(12, 0))
	for range 200 {
		g := randomConv(rng)
		g.Padding, g.Left, g.Right = dsp.Zeros, 0, 0
		x := dsptest.Noise[float64](rng.Uint64(), (1+rng.IntN(20))*g.Out)
		n := (len(x)/g.Out-1)*g.Stride + g.Span()
		z := dsptest.Noise[float64](rng.Uint64(), n*g.In)
		cin, cout := g.In/g.Groups, g.Out/g.Groups
		filters := dsptest.Noise[float64](rng.Uint64(), g.Kernel*g.Out*cin)
		turned := make([]float64, len(filters)) // [Kernel, In, Out/Groups]
		for j := range g.Kernel {
			for o := range g.Out {
				for c := range cin {
					turned[(j*g.In+o/cout*cin+c)*cout+o%cout] = filters[(j*g.Out+o)*cin+c]
				}
			}
		}
		forth, err := dsp.Conv(g, z, filters, nil)
		if err != nil {
			t.Fatal(err)
		}
		tg := dsp.Geometry{In: g.Out, Out: g.In, Groups: g.Groups, Kernel: g.Kernel, Stride: g.Stride, Dilation: g.Dilation}
		back, err := dsp.ConvTranspose(tg, x, turned, nil)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := dot(forth, x), dot(z, back); math.Abs(a-b) > 1e-9*float64(len(z)) {
			t.Fatalf("%+v: <conv(z), x> = %g, <z, convT(x)> = %g", g, a, b)
		}
	}
}

// TestConvTorch has results of torch.nn.functional.conv1d worked out by hand.
func TestConvTorch(t *testing.T) {
	input := []float32{1, 2, 4, 8}
	for _, c := range []struct {
		name string
		g    dsp.ConvGeometry
		want []float32
	}{
		{"not reversed", dsp.ConvGeometry{Kernel: 2, Stride: 1, Dilation: 1}, []float32{1 + 20, 2 + 40, 4 + 80}},
		{"zeros", dsp.ConvGeometry{Kernel: 2, Stride: 1, Dilation: 1, Left: 1, Right: 1}, []float32{10, 21, 42, 84, 8}},
		{"reflect", dsp.ConvGeometry{Kernel: 2, Stride: 1, Dilation: 1, Left: 1, Right: 1, Padding: dsp.Reflect}, []float32{2 + 10, 21, 42, 84, 8 + 40}},
		{"replicate", dsp.ConvGeometry{Kernel: 2, Stride: 1, Dilation: 1, Left: 1, Right: 1, Padding: dsp.Replicate}, []float32{1 + 10, 21, 42, 84, 8 + 80}},
		{"stride", dsp.ConvGeometry{Kernel: 2, Stride: 2, Dilation: 1}, []float32{21, 84}},
		{"dilation", dsp.ConvGeometry{Kernel: 2, Stride: 1, Dilation: 2}, []float32{1 + 40, 2 + 80}},
	} {
		c.g.In, c.g.Out, c.g.Groups = 1, 1, 1
		got, err := dsp.Conv(c.g, input, []float32{1, 10}, nil)
		if err != nil || dsptest.FirstDifference(got, c.want) >= 0 {
			t.Errorf("%s: %v, %v; want %v", c.name, got, err, c.want)
		}
	}
}

func TestConvErrors(t *testing.T) {
	good := dsp.ConvGeometry{In: 2, Out: 4, Groups: 2, Kernel: 3, Stride: 1, Dilation: 1, Left: 1, Right: 1}
	for want, spoil := range map[string]func(g *dsp.ConvGeometry, input, filters, bias *[]float32){
		"stride is 0":                      func(g *dsp.ConvGeometry, _, _, _ *[]float32) { g.Stride = 0 },
		"groups is 3, must be a divisor":   func(g *dsp.ConvGeometry, _, _, _ *[]float32) { g.Groups = 3 },
		"left padding is -1":               func(g *dsp.ConvGeometry, _, _, _ *[]float32) { g.Left = -1 },
		"right padding is -1":              func(g *dsp.ConvGeometry, _, _, _ *[]float32) { g.Right = -1 },
		"padding mode is 3, must be Zeros": func(g *dsp.ConvGeometry, _, _, _ *[]float32) { g.Padding = 3 },
		"filter span plus padding plus stride, times input channels, is": func(g *dsp.ConvGeometry, _, _, _ *[]float32) { g.Left, g.Right = 1<<27, 1<<27 },
		"filter elements is 11": func(_ *dsp.ConvGeometry, _, filters, _ *[]float32) { *filters = (*filters)[:11] },
		"bias elements is 3":    func(_ *dsp.ConvGeometry, _, _, bias *[]float32) { *bias = (*bias)[:3] },
		"input length is 5":     func(_ *dsp.ConvGeometry, input, _, _ *[]float32) { *input = (*input)[:5] },
		"input too short: 3 frames, need at least 4": func(g *dsp.ConvGeometry, _, _, _ *[]float32) {
			g.Left, g.Padding = 3, dsp.Reflect
		},
	} {
		g, input, filters, bias := good, make([]float32, 6), make([]float32, 12), make([]float32, 4)
		spoil(&g, &input, &filters, &bias)
		if _, err := dsp.Conv(g, input, filters, bias); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Conv: %v, want %q", err, want)
		}
		if strings.HasPrefix(want, "input") {
			continue
		}
		var arg *dsp.ArgError
		if _, err := dsp.NewConv1D(g, filters, bias); !errors.As(err, &arg) || !strings.Contains(err.Error(), want) {
			t.Errorf("NewConv1D: %v, want %q", err, want)
		}
	}
	snake := dsp.After(dsp.Snake([]float32{1, 2}, []float32{1, 2}))
	if _, err := dsp.NewConv1D(good, make([]float32, 12), nil, snake); err == nil || !strings.Contains(err.Error(), "snake parameters after the layer is 2 and 2, must be 4") {
		t.Errorf("snake of the wrong width: %v", err)
	}
	for p, want := range map[dsp.Padding]string{dsp.Zeros: "zeros", dsp.Reflect: "reflect", dsp.Replicate: "replicate", 9: "unknown padding"} {
		if fmt.Sprint(p) != want {
			t.Errorf("padding %d is called %v", int(p), p)
		}
	}
}
