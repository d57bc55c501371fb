package layer_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/internal/kernel"
	"github.com/tailwave/tailwave/dsp/layer"
)

// A referencer is dsp.Referencer for either sample type.
type referencer[T dsp.Float] interface {
	Reference(src []T) ([]T, error)
}

// checkReference compares Reference with want in the middle of a stream of the layer that must go on undisturbed.
func checkReference[T dsp.Float](t *testing.T, l referencer[T], p dsptest.Streamer[T], src, want []T) {
	t.Helper()
	in := p.Shape().In
	half := len(src) / in / 2 * in
	streamed := p.Process(nil, src[:half])
	got, err := l.Reference(src)
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "Reference", got, want)
	if got, err = p.(referencer[T]).Reference(src); err != nil {
		t.Fatal(err)
	}
	wantSame(t, "Reference of the stream", got, want)
	streamed = p.Flush(p.Process(streamed, src[half:]))
	wantSame(t, "a stream, with Reference called in between", streamed, want)
	if empty, err := l.Reference(nil); len(empty) > 0 || err != nil {
		t.Errorf("Reference of nothing: got %d values, error %v, want none", len(empty), err)
	}
	if in > 1 {
		_, err := l.Reference(src[:in+1])
		wantArgError(t, err, "input length")
	}
	if least := p.Shape().MinFrames; least > 1 {
		want := dsp.TooShortError{Have: int64(least - 1), Need: least}
		var got *dsp.TooShortError
		if _, err := l.Reference(src[:(least-1)*in]); !errors.As(err, &got) || *got != want {
			t.Errorf("Reference of %d frames: got error %v, want %v", least-1, err, &want)
		}
	}
}

func TestConvTranspose1DReference(t *testing.T) {
	for _, c := range transpositions {
		g := c.geometry(t)
		src := dsptest.Noise[float32](3, 30*g.In)
		t.Run(c.name+"/float32", func(t *testing.T) {
			filters, bias := transposeWeights[float32](g, 1)
			u := newConvTranspose1D(t, g, filters, bias)
			checkReference(t, u, u.NewStream(), src, plainTranspose(g, src, filters, bias))
		})
		t.Run(c.name+"/float64", func(t *testing.T) {
			filters, bias := transposeWeights[float64](g, 1)
			u := newConvTranspose1D(t, g, filters, bias)
			x := widened(src)
			want := plainTranspose(g, x, filters, bias)
			checkReference(t, u, u.NewStream(), x, want)
			p := layer.AsFloat32(u)
			checkReference(t, p, p, src, rounded(want))
		})
		for _, level := range kernel.Levels() {
			t.Run(fmt.Sprintf("%s/activations/%v", c.name, level), func(t *testing.T) {
				filters, bias := transposeWeights[float32](g, 1)
				pre, post := layer.Snake(ramp(g.In), ramp(g.In)), layer.Tanh()
				u := newConvTranspose1D(t, g, filters, bias,
					layer.AtLevel(level), layer.PreActivation(pre), layer.PostActivation(post))
				checkReference(t, u, u.NewStream(), src, post.Apply(plainTranspose(g, pre.Apply(src), filters, bias)))
			})
		}
	}
}

func TestConv1DReference(t *testing.T) {
	rows := append([]convolution(nil), convolutions...)
	for _, padding := range []layer.Padding{layer.Zeros, layer.Reflect, layer.Replicate} {
		for name, g := range map[string]layer.ConvGeometry{
			"dilation":              conv(3, 5, 1, 5, 1, 2, 3, 4, padding),
			"stride and groups":     conv(4, 6, 2, 4, 3, 1, 1, 2, padding),
			"one channel per group": conv(4, 4, 4, 3, 1, 1, 2, 0, padding),
		} {
			rows = append(rows, convolution{fmt.Sprintf("%s/%v", name, padding), g, layer.LeakyReLU(0.1), layer.Tanh()})
		}
	}
	for _, c := range rows {
		t.Run(c.name, func(t *testing.T) {
			filters, bias := c.weights(1)
			src := dsptest.Noise[float32](3, max(30, c.g.MinFrames())*c.g.In)
			l := c.build(t, filters, bias)
			checkReference(t, l, l.NewStream(), src, c.plain(src, filters, bias))
		})
	}
}
