package dsp_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/internal/kernel"
	"github.com/tailwave/tailwave/dsp/opcase"
)

// A transposeCase is a geometry with what random numbers depend on.
type transposeCase struct {
	dsp.Geometry
	frames int
	bias   bool
	seed   uint64
}

// FuzzTranspose compares ConvTranspose and Upsampler, over random splits, with plain loops, for both types.
func FuzzTranspose(f *testing.F) {
	//    kernel, stride, dilation, groups, in/group, out/group, left, right, frames, bias, seed
	f.Add(byte(2), byte(1), byte(0), byte(0), byte(0), byte(0), byte(0), byte(8), byte(4), false, uint64(1))
	f.Add(byte(8), byte(1), byte(0), byte(0), byte(2), byte(1), byte(3), byte(9), byte(20), true, uint64(2))
	f.Add(byte(4), byte(2), byte(3), byte(1), byte(1), byte(2), byte(5), byte(3), byte(9), true, uint64(3))
	f.Add(byte(1), byte(11), byte(1), byte(2), byte(0), byte(0), byte(0), byte(0), byte(3), true, uint64(4))
	f.Add(byte(0), byte(0), byte(0), byte(0), byte(0), byte(0), byte(31), byte(39), byte(33), false, uint64(5))
	f.Add(byte(7), byte(251), byte(0), byte(0), byte(1), byte(4), byte(3), byte(3), byte(5), true, uint64(6))
	f.Fuzz(func(t *testing.T, kernel, stride, dilation, groups, in, out, left, right, frames byte, bias bool, seed uint64) {
		c := transposeCase{frames: int(frames) % 40, bias: bias, seed: seed}
		c.Groups = 1 + int(groups)%4
		c.In, c.Out = c.Groups*(1+int(in)%5), c.Groups*(1+int(out)%5)
		c.Kernel, c.Stride, c.Dilation = 1+int(kernel)%20, 1+int(stride)%12, 1+int(dilation)%5
		if stride >= 240 {
			c.Stride *= 90 // with a few channels, more than 4096 samples per frame
		}
		c.Left, c.Right = int(left)%32, int(right)%40-8
		compareTranspose(t, c, fma32)
		compareTranspose(t, c, math.FMA)
	})
}

func fma32(x, y, z float32) float32 { return kernel.FMA32(x, y, z) }

// TestTransposeRandom runs the fuzz target's body on a fixed set of random geometries.
func TestTransposeRandom(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 5))
	rounds := 1500
	if testing.Short() {
		rounds = 150
	}
	for range rounds {
		c := transposeCase{frames: rng.IntN(24), bias: rng.IntN(2) == 0, seed: rng.Uint64()}
		c.Groups = 1 + rng.IntN(3)
		c.In, c.Out = c.Groups*(1+rng.IntN(4)), c.Groups*(1+rng.IntN(4))
		c.Stride, c.Dilation = 1+rng.IntN(7), 1+rng.IntN(3)
		c.Kernel = 1 + rng.IntN(4*c.Stride+2)
		if rng.IntN(50) == 0 {
			c.Stride, c.Kernel = 600+rng.IntN(900), 1+rng.IntN(2500) // several kernel calls per chunk
		}
		if rng.IntN(10) == 0 {
			c.Groups, c.In, c.Out = 1, 1+rng.IntN(20), 1+rng.IntN(70)
		}
		c.Left, c.Right = rng.IntN(c.Span()+2), rng.IntN(c.Span()+8)-7
		compareTranspose(t, c, fma32)
		compareTranspose(t, c, math.FMA)
	}
}

// compareTranspose fails t unless all forms of a case have the same bits.
func compareTranspose[T dsp.Float](t *testing.T, c transposeCase, fma func(x, y, z T) T) {
	t.Helper()
	rng := rand.New(rand.NewPCG(c.seed, 7))
	// Values over many scales: sums round, so that another order or another place of the bias shows.
	random := func(n int) []T {
		s := make([]T, n)
		for i := range s {
			s[i] = T(math.Ldexp(rng.NormFloat64(), rng.IntN(12)))
		}
		return s
	}
	input := dsptest.Special[T](c.seed, c.frames*c.In)
	if c.seed%3 != 0 {
		input = random(len(input))
	}
	filters := random(c.Kernel * c.Out * c.In / c.Groups)
	var bias []T
	if c.bias {
		bias = random(c.Out)
	}
	level := dsp.Levels()[c.seed%uint64(len(dsp.Levels()))]
	workers := &splitter{size: 1 + rng.IntN(4)}
	u, err := dsp.NewUpsampler(c.Geometry, filters, bias, dsp.AtLevel(level), dsp.Across(workers), dsp.PartsOf(1+rng.Int64N(3000)))
	if err != nil {
		t.Fatalf("%+v: %v", c, err)
	}
	got, err := dsp.ConvTranspose(c.Geometry, input, filters, bias)
	if short := c.frames > 0 && c.frames < u.MinFrames(); short != (err != nil) {
		t.Fatalf("%+v: %v with at least %d frames", c, err, u.MinFrames())
	}
	if err != nil {
		return
	}
	want := plainTranspose(c, input, filters, bias, fma)
	if i := dsptest.FirstDifference(got, want); i >= 0 {
		t.Fatalf("%+v: one shot differs at %d of %d (%d)", c, i, len(want), len(got))
	}
	for round := range 3 {
		var streamed []T
		rest := input
		for _, n := range opcase.Split(rng, c.frames) {
			src := slices.Clone(rest[:n*c.In])
			streamed = u.Process(streamed, src)
			for i := range src {
				src[i] = T(math.NaN())
			}
			rest = rest[n*c.In:]
			seen := int64(c.frames - len(rest)/c.In)
			if least := seen*int64(c.Stride) - int64(u.Lag()); int64(len(streamed)/c.Out) != max(0, least) && seen > 0 {
				t.Fatalf("%+v: %d samples after %d frames, want %d", c, len(streamed)/c.Out, seen, least)
			}
		}
		streamed = u.Flush(u.Flush(streamed))
		if i := dsptest.FirstDifference(streamed, want); i >= 0 {
			t.Fatalf("%+v round %d: streamed differs at %d of %d (%d)", c, round, i, len(want), len(streamed))
		}
		u.Reset()
	}
}

// plainTranspose is the definition: scatter every frame into the untrimmed result, then cut.
func plainTranspose[T dsp.Float](c transposeCase, input, filters, bias []T, fma func(x, y, z T) T) []T {
	width := int(c.Width(int64(c.frames)))
	full := make([]T, (max(c.frames*c.Stride+c.Span(), c.Left+width))*c.Out)
	cin, cout := c.In/c.Groups, c.Out/c.Groups
	for i := range c.frames {
		for j := range c.Kernel {
			for o := range c.Out {
				acc := &full[(i*c.Stride+j*c.Dilation)*c.Out+o]
				for k := range cin {
					*acc = fma(input[i*c.In+o/cout*cin+k], filters[(j*c.Out+o)*cin+k], *acc)
				}
			}
		}
	}
	out := full[c.Left*c.Out:][:width*c.Out]
	for i := range out {
		if bias != nil {
			out[i] += bias[i%c.Out]
		}
	}
	return out
}
