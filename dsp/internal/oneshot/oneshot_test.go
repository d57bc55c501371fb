package oneshot_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/internal/kernel"
	"github.com/tailwave/tailwave/dsp/internal/oneshot"
)

// scatter is the definition by plain loops: it adds every frame to the untrimmed result, and returns the passed number
// of samples from sample Left on.
func scatter(g oneshot.Geometry, input, filters, bias []float32, samples int) []float32 {
	n, cin, cout := len(input)/g.In, g.In/g.Groups, g.Out/g.Groups
	full := make([]float32, (g.Left+samples+n*g.Stride+g.Kernel*g.Dilation)*g.Out)
	for i := range n {
		for j := range g.Kernel {
			for o := range g.Out {
				acc := &full[(i*g.Stride+j*g.Dilation)*g.Out+o]
				for c := range cin {
					*acc = kernel.FMA32(input[i*g.In+o/cout*cin+c], filters[(j*g.Out+o)*cin+c], *acc)
				}
			}
		}
	}
	out := full[g.Left*g.Out:][:samples*g.Out]
	for i := range out {
		if bias != nil {
			out[i] += bias[i%g.Out]
		}
	}
	return out
}

func wantSame(t *testing.T, what string, got, want []float32) {
	t.Helper()
	if i := dsptest.FirstDifference(got, want); i >= 0 {
		t.Errorf("%s: value %d: got %x, want %x", what, i, got[i:min(i+1, len(got))], want[i:min(i+1, len(want))])
	}
}

// TestTransposeEvery: with a step, only every step-th frame is computed, with the same bits as without.
func TestTransposeEvery(t *testing.T) {
	g := oneshot.Geometry{In: 2, Out: 3, Groups: 1, Kernel: 7, Stride: 4, Dilation: 1, Left: 2, Right: 2}
	filters, src := dsptest.Noise[float32](1, 7*6), dsptest.Noise[float32](2, 2*50)
	const samples = 199
	full := scatter(g, src, filters, nil, samples)
	for _, step := range []int{1, 2, 3, 4, 50, 198, math.MaxInt} {
		t.Run(fmt.Sprintf("step %d", step), func(t *testing.T) {
			var want []float32
			for k := 0; k < samples; k += min(step, samples) {
				want = append(want, full[k*3:k*3+3]...)
			}
			got := make([]float32, len(want))
			oneshot.Transpose(step, g, oneshot.Rows(src, 2), filters, nil, oneshot.Rows(got, 3))
			wantSame(t, "every step-th frame", got, want)
		})
	}
}

// TestTransposeRandom compares with plain loops, for every ratio of stride and dilation and beyond both ends of the
// result.
func TestTransposeRandom(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for round := range 400 {
		g := oneshot.Geometry{
			Groups: 1 + rng.IntN(3), Kernel: 1 + rng.IntN(9), Stride: 1 + rng.IntN(12), Dilation: 1 + rng.IntN(12),
		}
		g.In, g.Out = g.Groups*(1+rng.IntN(3)), g.Groups*(1+rng.IntN(3))
		g.Left = rng.IntN(g.Kernel * g.Dilation)
		frames := rng.IntN(20)
		samples := rng.IntN(frames*g.Stride + g.Kernel*g.Dilation + 10)
		src := dsptest.Noise[float32](rng.Uint64(), frames*g.In)
		filters := dsptest.Noise[float32](rng.Uint64(), g.Kernel*g.Out*g.In/g.Groups)
		var bias []float32
		if round%2 == 0 {
			bias = dsptest.Noise[float32](rng.Uint64(), g.Out)
		}
		t.Run(fmt.Sprint(round), func(t *testing.T) {
			got := make([]float32, samples*g.Out)
			oneshot.Transpose(1, g, oneshot.Rows(src, g.In), filters, bias, oneshot.Rows(got, g.Out))
			wantSame(t, fmt.Sprintf("%+v, %d frames", g, frames), got, scatter(g, src, filters, bias, samples))
		})
	}
}

// TestTransposeViews: channels first in the input, in the result or in both change no bit.
func TestTransposeViews(t *testing.T) {
	g := oneshot.Geometry{In: 2, Out: 3, Groups: 1, Kernel: 5, Stride: 2, Dilation: 1}
	const frames, samples = 10, 23
	filters, src := dsptest.Noise[float32](1, 5*6), dsptest.Noise[float32](2, 2*frames)
	want := scatter(g, src, filters, nil, samples)
	turn := func(x []float32, rows, columns int) []float32 {
		out := make([]float32, len(x))
		for i := range rows {
			for c := range columns {
				out[c*rows+i] = x[i*columns+c]
			}
		}
		return out
	}
	for _, c := range []struct {
		name    string
		in, out bool // channels first
	}{{"frames first", false, false}, {"input", true, false}, {"result", false, true}, {"both", true, true}} {
		t.Run(c.name, func(t *testing.T) {
			data := make([]float32, samples*3)
			in, out := oneshot.Rows(src, 2), oneshot.Rows(data, 3)
			if c.in {
				in = oneshot.View[float32]{Data: turn(src, frames, 2), Frame: 1, Channel: frames, Frames: frames}
			}
			if c.out {
				out = oneshot.View[float32]{Data: data, Frame: 1, Channel: samples, Frames: samples}
			}
			oneshot.Transpose(1, g, in, filters, nil, out)
			if c.out {
				data = turn(data, 3, samples)
			}
			wantSame(t, "result", data, want)
		})
	}
}
