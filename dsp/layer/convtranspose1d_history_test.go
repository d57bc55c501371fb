package layer_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/internal/kernel"
	"github.com/tailwave/tailwave/dsp/layer"
)

// historyStream is a transposed convolution in its other streaming form: instead of a tail of unfinished sums it holds
// the input frames on which later samples depend, and computes each sample when it is due. It shares no index
// arithmetic with ConvTranspose1DStream: for each sample it tests for every frame whether the frame reaches the sample.
type historyStream struct {
	g             layer.TransposeGeometry
	filters, bias []float32
	frames        [][]float32 // by frame number; nil once no later sample needs it
	next          int         // next output sample
}

func (h *historyStream) process(dst, src []float32) []float32 {
	for ; len(src) > 0; src = src[h.g.In:] {
		h.frames = append(h.frames, slices.Clone(src[:h.g.In]))
	}
	// A sample is due if no later frame reaches it, and if it is part of the result of a stream that ends now.
	for h.next+h.g.Left < len(h.frames)*h.g.Stride && int64(h.next) < h.g.OutFrames(int64(len(h.frames))) {
		dst = h.sample(dst)
	}
	return dst
}

func (h *historyStream) flush(dst []float32) []float32 {
	for int64(h.next) < h.g.OutFrames(int64(len(h.frames))) {
		dst = h.sample(dst)
	}
	return dst
}

func (h *historyStream) sample(dst []float32) []float32 {
	p, cin := h.next+h.g.Left, h.g.In/h.g.Groups
	for o := range h.g.Out {
		var acc float32
		group := o / (h.g.Out / h.g.Groups)
		for i, frame := range h.frames {
			for j := range h.g.Kernel {
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

func TestConvTranspose1DAgainstHistory(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 0))
	for _, c := range transpositions {
		t.Run(c.name, func(t *testing.T) {
			g := c.geometry(t)
			filters, bias := transposeWeights[float32](g, 1)
			src := dsptest.Noise[float32](3, 40*g.In)
			p := newConvTranspose1D(t, g, filters, bias).NewStream()
			h := &historyStream{g: g, filters: filters, bias: bias}
			at := 0
			for _, n := range dsptest.RandomSplit(rng, 40, 9) {
				part := src[at*g.In:][:n*g.In]
				at += n
				wantSame(t, fmt.Sprintf("after %d frames", at), p.Process(nil, part), h.process(nil, part))
			}
			wantSame(t, "Flush", p.Flush(nil), h.flush(nil))
		})
	}
}
