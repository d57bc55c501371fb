package dsp_test

import (
	"math"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
)

// plainOneShot is the operator by plain loops.
func plainOneShot[T dsp.Float](g dsp.Geometry, src, filters, bias []T) []T {
	var fma any = math.FMA
	if _, ok := any(filters).([]float32); ok {
		fma = fma32
	}
	return plainTranspose(transposeCase{Geometry: g, frames: len(src) / g.In}, src, filters, bias, fma.(func(x, y, z T) T))
}

// TestOneShots compares the OneShot methods of streams with plain loops, in the middle of a stream that must go on
// undisturbed.
func TestOneShots(t *testing.T) {
	for _, c := range geometries {
		g, err := c.trim(dsp.Geometry{In: c.in, Out: c.out, Groups: c.groups, Kernel: c.kernel, Stride: c.stride, Dilation: c.dila})
		if err != nil {
			t.Fatal(c.name, err)
		}
		src := dsptest.Noise[float32](3, 30*g.In)
		elements := g.Kernel * g.Out * g.In / g.Groups

		filters, bias := dsptest.Noise[float32](1, elements), dsptest.Noise[float32](2, g.Out)
		u, err := dsp.NewUpsampler(g, filters, bias)
		if err != nil {
			t.Fatal(c.name, err)
		}
		checkOneShot(t, c.name, u, src, plainOneShot(g, src, filters, bias))

		wideFilters, wideBias := dsptest.Noise[float64](1, elements), dsptest.Noise[float64](2, g.Out)
		wide, err := dsp.NewUpsampler(g, wideFilters, wideBias)
		if err != nil {
			t.Fatal(c.name, err)
		}
		x := make([]float64, len(src))
		for i, v := range src {
			x[i] = float64(v)
		}
		want := make([]float32, 0, len(src))
		for _, v := range plainOneShot(g, x, wideFilters, wideBias) {
			want = append(want, float32(v))
		}
		checkOneShot(t, c.name+" widened", dsp.Widen(wide), src, want)
	}
	checkConvOneShots(t)
	for _, channels := range []int{1, 3, 4} {
		r, err := dsp.NewResampler(44100, 48000, channels, dsp.Fast, nil)
		if err != nil {
			t.Fatal(err)
		}
		src := dsptest.Noise[float32](4, 30*channels)
		want := r.Flush(r.Process(nil, src))
		r.Reset()
		checkOneShot(t, "resampler", r, src, want)
	}
}

// checkConvOneShots is TestOneShots for convolutions, with activations on the way in and out.
func checkConvOneShots(t *testing.T) {
	t.Helper()
	for _, padding := range []dsp.Padding{dsp.Zeros, dsp.Reflect, dsp.Replicate} {
		for _, g := range []dsp.ConvGeometry{
			{In: 3, Out: 5, Groups: 1, Kernel: 5, Stride: 1, Dilation: 2, Left: 3, Right: 4},
			{In: 4, Out: 6, Groups: 2, Kernel: 4, Stride: 3, Dilation: 1, Left: 1, Right: 2},
			{In: 4, Out: 4, Groups: 4, Kernel: 3, Stride: 1, Dilation: 1, Left: 2},
		} {
			g.Padding = padding
			src := dsptest.Noise[float32](3, 30*g.In)
			filters, bias := dsptest.Noise[float32](1, g.Kernel*g.Out*g.In/g.Groups), dsptest.Noise[float32](2, g.Out)
			before, after := dsp.LeakyReLU(0.1), dsp.Tanh()
			want, err := dsp.Conv(g, before.Of(src), filters, bias)
			if err != nil {
				t.Fatal(err)
			}
			c, err := dsp.NewConv1D(g, filters, bias, dsp.Before(before), dsp.After(after))
			if err != nil {
				t.Fatal(err)
			}
			stream, err := c.NewStream()
			if err != nil {
				t.Fatal(err)
			}
			for name, c := range map[string]*dsp.Conv1D{"convolution": c, "further stream": stream} {
				checkOneShot(t, name, c, src, after.Of(want))
			}
		}
	}
}

// A oneShotter is a stream that can also convert a whole input.
type oneShotter interface {
	dsp.Processor
	OneShot(src []float32) ([]float32, error)
}

func checkOneShot(t *testing.T, name string, p oneShotter, src, want []float32) {
	t.Helper()
	in, _ := p.Channels()
	half := len(src) / in / 2 * in
	streamed := p.Process(nil, src[:half])
	got, err := p.OneShot(src)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if i := dsptest.FirstDifference(got, want); i >= 0 {
		t.Errorf("%s: OneShot differs at %d of %d (%d)", name, i, len(want), len(got))
	}
	streamed = p.Flush(p.Process(streamed, src[half:]))
	if i := dsptest.FirstDifference(streamed, want); i >= 0 {
		t.Errorf("%s: a stream with OneShot called in between differs at %d of %d (%d)", name, i, len(want), len(streamed))
	}
	if empty, err := p.OneShot(nil); len(empty) > 0 || err != nil {
		t.Errorf("%s: OneShot of nothing gives %d values, %v", name, len(empty), err)
	}
	if in > 1 {
		if _, err := p.OneShot(src[:in+1]); err == nil {
			t.Errorf("%s: OneShot takes a part of a frame", name)
		}
	}
}
