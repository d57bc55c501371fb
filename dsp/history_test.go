package dsp_test

import (
	"math/rand/v2"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/internal/kernel"
)

// historyUpsampler is the stream in its other form: it keeps the input frames that samples still to come depend on,
// instead of a tail of half-finished sums, and computes each sample when it is due. It shares no index arithmetic with
// dsp.Upsampler: it asks for each sample whether every frame that reaches it has come.
type historyUpsampler[T dsp.Float] struct {
	g             dsp.Geometry
	filters, bias []T
	frames        [][]T // frame number -> values, nil once no later sample needs it
	next          int   // next output sample
}

func (h *historyUpsampler[T]) process(dst, src []T) []T {
	for ; len(src) > 0; src = src[h.g.In:] {
		h.frames = append(h.frames, append([]T(nil), src[:h.g.In]...))
	}
	// A sample is due if no later frame reaches it and if it is inside the width of a stream that ends now.
	for h.next+h.g.Left < len(h.frames)*h.g.Stride && int64(h.next) < h.g.Width(int64(len(h.frames))) {
		dst = h.sample(dst)
	}
	return dst
}

func (h *historyUpsampler[T]) flush(dst []T) []T {
	for int64(h.next) < h.g.Width(int64(len(h.frames))) {
		dst = h.sample(dst)
	}
	return dst
}

func (h *historyUpsampler[T]) sample(dst []T) []T {
	p, cin := h.next+h.g.Left, h.g.In/h.g.Groups
	for o := 0; o < h.g.Out; o++ {
		var acc T
		group := o / (h.g.Out / h.g.Groups)
		for i, frame := range h.frames {
			for j := 0; j < h.g.Kernel; j++ {
				if i*h.g.Stride+j*h.g.Dilation == p {
					acc = kernel.Dot(acc, frame[group*cin:(group+1)*cin], h.filters[(j*h.g.Out+o)*cin:][:cin])
				}
			}
		}
		if h.bias != nil {
			acc += h.bias[o]
		}
		dst = append(dst, acc)
	}
	h.next++
	for i := range h.frames {
		if i*h.g.Stride+(h.g.Kernel-1)*h.g.Dilation < h.next+h.g.Left {
			h.frames[i] = nil // a later use would panic
		}
	}
	return dst
}

func TestUpsamplerAgainstHistory(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 0))
	for _, c := range geometries {
		g, err := c.trim(dsp.Geometry{In: c.in, Out: c.out, Groups: c.groups, Kernel: c.kernel, Stride: c.stride, Dilation: c.dila})
		if err != nil {
			t.Fatal(c.name, err)
		}
		filters, bias := dsptest.Noise[float32](1, g.Kernel*g.Out*g.In/g.Groups), dsptest.Noise[float32](2, g.Out)
		src := dsptest.Noise[float32](3, 40*g.In)
		u, err := dsp.NewUpsampler(g, filters, bias)
		if err != nil {
			t.Fatal(err)
		}
		h := &historyUpsampler[float32]{g: g, filters: filters, bias: bias}
		for at, chunks := 0, dsptest.RandomSplit(rng, 40, 9); len(chunks) > 0; chunks = chunks[1:] {
			part := src[at*g.In : (at+chunks[0])*g.In]
			at += chunks[0]
			got, want := u.Process(nil, part), h.process(nil, part)
			if i := dsptest.FirstDifference(got, want); i >= 0 {
				t.Fatalf("%s: after %d frames: value %d of %d (%d)", c.name, at, i, len(want), len(got))
			}
		}
		if got, want := u.Flush(nil), h.flush(nil); dsptest.FirstDifference(got, want) >= 0 {
			t.Fatalf("%s: flush gives %d values, the history form %d, or others", c.name, len(got), len(want))
		}
	}
}
