package lyra

import (
	"slices"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/layer"
	"github.com/tailwave/tailwave/models/tflite"
	"github.com/tailwave/tailwave/stream"
)

// A plain network computes layer by layer on whole arrays with the one-shot operators. It reads the weights in the
// order of the graph.
type plain struct {
	t         testing.TB
	graph     *tflite.Graph
	operators []tflite.Operator
}

func newPlain(t testing.TB, m *tflite.Model) *plain {
	p := &plain{t: t, graph: m.Graphs[0]}
	for _, o := range m.Graphs[0].Operators {
		if o.Kind == tflite.Conv2D || o.Kind == tflite.DepthwiseConv2D || o.Kind == tflite.TransposeConv {
			p.operators = append(p.operators, o)
		}
	}
	return p
}

// take returns the filters, [out, taps, in], and the bias of the next layer.
func (p *plain) take() (filters, bias []float32) {
	o := p.operators[0]
	p.operators = p.operators[1:]
	b := 2
	if o.Kind == tflite.TransposeConv {
		b = 3
	}
	filters, err := p.graph.Tensors[o.Inputs[1]].Float32s()
	if err == nil {
		bias, err = p.graph.Tensors[o.Inputs[b]].Float32s()
	}
	if err != nil {
		p.t.Fatal(err)
	}
	return filters, bias
}

func (p *plain) conv(x []float32, in, out, groups, kernel, stride, dilation int) []float32 {
	filters, bias := p.take()
	if groups == 1 || groups < in {
		filters = tapsFirst(filters, out, kernel, in/groups)
	}
	l, err := layer.NewConv1D(layer.ConvGeometry{
		In: in, Out: out, Groups: groups, Kernel: kernel, Stride: stride, Dilation: dilation,
		Left: (kernel-1)*dilation + 1 - stride,
	}, filters, bias)
	if err != nil {
		p.t.Fatal(err)
	}
	return definition(p.t, l, x)
}

func (p *plain) up(x []float32, in, out, groups, kernel, stride int) []float32 {
	all, bias := make([]float32, kernel*out*in/groups), []float32{}
	for g := range groups {
		f, b := p.take()
		f = tapsFirst(f, out/groups, kernel, in/groups)
		for tap := range kernel {
			n := out / groups * in / groups
			copy(all[(tap*groups+g)*n:], f[tap*n:][:n])
		}
		bias = append(bias, b...)
	}
	g, err := layer.TransposeGeometry{In: in, Out: out, Groups: groups, Kernel: kernel, Stride: stride}.Causal()
	if err != nil {
		p.t.Fatal(err)
	}
	l, err := layer.NewConvTranspose1D(g, all, bias)
	if err != nil {
		p.t.Fatal(err)
	}
	return definition(p.t, l, x)
}

func (p *plain) residuals(x []float32, channels int) []float32 {
	leaky := layer.LeakyReLU(0.3)
	for _, dilation := range []int{1, 3, 9} {
		y := p.conv(leaky.Apply(x), channels, channels, channels, 3, 1, dilation)
		y = leaky.Apply(p.conv(y, channels, channels, 1, 1, 1, 1))
		y = p.conv(y, channels, channels, channels/64, 1, 1, 1)
		for i := range y {
			y[i] += x[i]
		}
		x = y
	}
	return leaky.Apply(x)
}

func plainDecoder(t testing.TB, m *tflite.Model, x []float32) []float32 {
	p := newPlain(t, m)
	x = layer.LeakyReLU(0.3).Apply(p.conv(x, 64, 512, 4, 3, 1, 1))
	x = p.residuals(p.up(x, 512, 256, 4, 4, 2), 256)
	x = p.residuals(p.up(x, 256, 128, 2, 4, 2), 128)
	x = p.residuals(p.up(x, 128, 64, 1, 10, 5), 64)
	return p.up(x, 64, 1, 1, 64, 16)
}

func plainEncoder(t testing.TB, m *tflite.Model, x []float32) []float32 {
	p := newPlain(t, m)
	x = append(slices.Clone(x), make([]float32, (Hop-len(x)%Hop)%Hop)...)
	x = p.residuals(p.conv(x, 1, 64, 1, 64, 16, 1), 64)
	x = p.residuals(p.conv(x, 64, 128, 1, 10, 5, 1), 128)
	x = p.residuals(p.conv(x, 128, 256, 2, 4, 2, 1), 256)
	x = layer.LeakyReLU(0.3).Apply(p.conv(x, 256, 512, 4, 4, 2, 1))
	return p.conv(x, 512, 64, 4, 3, 1, 1)
}

// TestDecoderContract checks the contract of streams against plainDecoder.
func TestDecoderContract(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped, -short: the one-shot operators are slow")
	}
	c, m := openCodec(t), readGraph(t, DecoderFile)
	pool := stream.NewPool(2)
	t.Cleanup(pool.Close)
	dsptest.Check(t, dsptest.Contract[float32]{
		New: func() dsptest.Streamer[float32] {
			p, err := c.NewDecoder(dsp.WithWorkers(pool))
			if err != nil {
				t.Fatal(err)
			}
			return p
		},
		Reference: func(src []float32) []float32 { return plainDecoder(t, m, src) },
		Frames:    28,
		Blocks:    []int{hops},
	})
}

// TestEncoderContract checks the contract of streams against plainEncoder.
func TestEncoderContract(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped, -short: the one-shot operators are slow")
	}
	c, m := openCodec(t), readGraph(t, EncoderFile)
	dsptest.Check(t, dsptest.Contract[float32]{
		New: func() dsptest.Streamer[float32] {
			p, err := c.NewEncoder()
			if err != nil {
				t.Fatal(err)
			}
			return p
		},
		Reference: func(src []float32) []float32 { return plainEncoder(t, m, src) },
		Frames:    9*Hop + 17,
		Blocks:    []int{Hop, 16},
		Waits:     true, // until the hop is complete
	})
}

// TestGoldenEncoder requires the latents of TensorFlow Lite.
func TestGoldenEncoder(t *testing.T) {
	samples, want := recording(t), golden(t, "latents")
	hops := short(t, len(samples)/Hop)
	e, err := openCodec(t).NewEncoder()
	if err != nil {
		t.Fatal(err)
	}
	within(t, "latents", e.Flush(e.Process(nil, samples[:hops*Hop])), want[:hops*Latents], 5e-4)
}

// TestGoldenDecoder requires the samples of TensorFlow Lite.
func TestGoldenDecoder(t *testing.T) {
	c := openCodec(t)
	for _, name := range []string{"unquantised", "q16", "q46"} {
		t.Run(name, func(t *testing.T) {
			latents, want := golden(t, "latents"), golden(t, "decoded_"+name)
			if name != "unquantised" {
				latents = golden(t, "latents_"+name)
			}
			hops := short(t, len(latents)/Latents)
			d, err := c.NewDecoder()
			if err != nil {
				t.Fatal(err)
			}
			within(t, "samples", d.Flush(d.Process(nil, latents[:hops*Latents])), want[:hops*Hop], 5e-6)
		})
	}
}
