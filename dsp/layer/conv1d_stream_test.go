package layer_test

import (
	"fmt"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/internal/kernel"
	"github.com/tailwave/tailwave/dsp/layer"
)

// TestConv1DBlocks streams several blocks of a stream in one call, and moves the window many times.
func TestConv1DBlocks(t *testing.T) {
	for _, c := range []struct {
		name string
		g    layer.ConvGeometry
	}{
		{"dilated, reflect", conv(2, 3, 1, 5, 1, 7, 14, 14, layer.Reflect)},
		{"stride above span", conv(2, 3, 1, 3, 5, 1, 0, 0, layer.Zeros)},
		{"wide, replicate", conv(400, 2, 1, 2, 1, 1, 1, 0, layer.Replicate)},
	} {
		filters, src := dsptest.Noise[float32](1, c.g.Kernel*c.g.Out*c.g.In), dsptest.Noise[float32](2, 3000*c.g.In)
		want := plainConv(c.g, src, filters, nil)
		for _, chunk := range []int{3000, 499, 1} {
			t.Run(fmt.Sprintf("%s/chunks of %d", c.name, chunk), func(t *testing.T) {
				wantSame(t, "streamed", inChunks(newConv1D(t, c.g, filters, nil).NewStream(), src, chunk), want)
			})
		}
	}
}

// TestConv1DWindow moves the window with paddings longer than it would otherwise be, and begins again after a stream of
// nothing but NaN.
func TestConv1DWindow(t *testing.T) {
	const frames = 5000
	for _, padding := range []layer.Padding{layer.Zeros, layer.Reflect, layer.Replicate} {
		for _, c := range []struct{ kernel, stride, dilation, left, right int }{
			{3, 1, 1, 1, 1}, {3, 1, 1, 485, 0}, {3, 1, 1, 700, 0}, {3, 1, 1, 0, 2000}, {5, 1, 100, 3, 900},
			{2, 1500, 1, 2000, 700}, {900, 7, 1, 2500, 0},
		} {
			name := fmt.Sprintf("%v/k%d s%d d%d %d+%d", padding, c.kernel, c.stride, c.dilation, c.left, c.right)
			t.Run(name, func(t *testing.T) {
				g := conv(1, 1, 1, c.kernel, c.stride, c.dilation, c.left, c.right, padding)
				filters, src := dsptest.Noise[float32](1, c.kernel), dsptest.Noise[float32](2, frames)
				want := plainConv(g, src, filters, nil)
				p := newConv1D(t, g, filters, nil).NewStream()
				for _, chunk := range []int{frames, 600, 7} {
					wantSame(t, fmt.Sprintf("chunks of %d", chunk), inChunks(p, src, chunk), want)
					p.Reset()
					p.Process(nil, nans(frames))
					p.Reset()
				}
			})
		}
	}
}

// TestConv1DWorkers has parts of both kinds, rows and panels, each with a function to apply at the end.
func TestConv1DWorkers(t *testing.T) {
	for _, c := range []struct {
		name string
		g    layer.ConvGeometry
	}{
		{"panels", conv(4, 100, 1, 3, 1, 1, 1, 1, layer.Zeros)},
		{"rows", conv(4, 16, 1, 3, 1, 1, 1, 1, layer.Zeros)},
		{"planes", conv(8, 2, 1, 3, 1, 1, 1, 1, layer.Zeros)},
	} {
		filters, src := dsptest.Noise[float32](1, c.g.Kernel*c.g.In*c.g.Out), dsptest.Noise[float32](2, 90*c.g.In)
		want := layer.Tanh().Apply(plainConv(c.g, src, filters, nil))
		for _, level := range kernel.Levels() {
			t.Run(fmt.Sprintf("%s/%v", c.name, level), func(t *testing.T) {
				workers := &splitter{size: 3}
				l := newConv1D(t, c.g, filters, nil,
					layer.AtLevel(level), layer.PostActivation(layer.Tanh()), layer.PartsOf(1))
				wantSame(t, "streamed", inChunks(l.NewStream(dsp.WithWorkers(workers)), src, 90), want)
				if workers.most != 3 {
					t.Errorf("got %d parts at most, want 3", workers.most)
				}
			})
		}
	}
}

// TestConv1DPointwiseWide: a stream reads a few frames of many channels in place, but copies many frames to a window.
func TestConv1DPointwiseWide(t *testing.T) {
	g := conv(256, 64, 4, 1, 1, 1, 0, 0, layer.Zeros)
	filters, src := dsptest.Noise[float32](1, 64*64), dsptest.Noise[float32](2, 60*256)
	want := layer.ReLU().Apply(plainConv(g, src, filters, nil))
	for _, c := range []struct {
		name    string
		options []layer.Option
		copied  bool
	}{
		{"blocks of any length", nil, true},
		{"blocks of 24", []layer.Option{layer.MaxBlock(24)}, false},
		{"blocks of 25", []layer.Option{layer.MaxBlock(25)}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newConv1D(t, g, filters, nil, append(c.options, layer.PostActivation(layer.ReLU()))...)
			p := l.NewStream()
			wantSame(t, "streamed", inChunks(p, src, 60), want)
			if state, block := stateOf(p), int64(4*24*256); state > block != c.copied {
				t.Errorf("got %d bytes, want more than %d: %v", state, block, c.copied)
			}
		})
	}
}
