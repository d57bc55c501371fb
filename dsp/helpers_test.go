package dsp_test

import (
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/layer"
)

// A pool is two goroutines that share the parts of a call: the caller and one that lives until the test ends. Parts
// must not use the pool themselves.
type pool struct {
	parts       int
	f           func(part int)
	start, done chan struct{}
}

// newPool returns a dsp.Workers for one test.
func newPool(t testing.TB) *pool {
	p := &pool{start: make(chan struct{}), done: make(chan struct{})}
	t.Cleanup(func() { close(p.start) })
	go func() {
		for range p.start {
			p.run(1)
			p.done <- struct{}{}
		}
	}()
	return p
}

func (p *pool) Size() int { return 2 }

func (p *pool) For(parts int, f func(part int)) {
	p.parts, p.f = parts, f
	p.start <- struct{}{}
	p.run(0)
	<-p.done
}

// run does every second part.
func (p *pool) run(from int) {
	for i := from; i < p.parts; i += 2 {
		p.f(i)
	}
}

// A step is a processor with its definition for a whole input.
type step struct {
	p         dsp.Processor
	reference func(src []float32) []float32
}

// none is the identity.
var none layer.Activation

// conv returns a geometry without groups.
func conv(in, out, kernel, stride, dilation, left, right int) layer.ConvGeometry {
	return layer.ConvGeometry{
		In: in, Out: out, Kernel: kernel, Stride: stride, Dilation: dilation, Left: left, Right: right,
	}
}

// mirrored returns g with reflect padding.
func mirrored(g layer.ConvGeometry) layer.ConvGeometry {
	g.Padding = layer.Reflect
	return g
}

func convStep(t testing.TB, g layer.ConvGeometry, seed uint64, pre, post layer.Activation) step {
	t.Helper()
	filters, bias := dsptest.Noise[float32](seed, g.Kernel*g.Out*g.In), dsptest.Noise[float32](seed+1, g.Out)
	c, err := layer.NewConv1D(g, filters, bias, layer.PreActivation(pre), layer.PostActivation(post))
	if err != nil {
		t.Fatal(err)
	}
	return step{c.NewStream(), referenceOf(t, c)}
}

func upStep(t testing.TB, g layer.TransposeGeometry, seed uint64) step {
	t.Helper()
	filters, bias := dsptest.Noise[float32](seed, g.Kernel*g.Out*g.In), dsptest.Noise[float32](seed+1, g.Out)
	u, err := layer.NewConvTranspose1D(g, filters, bias)
	if err != nil {
		t.Fatal(err)
	}
	return step{u.NewStream(), referenceOf(t, u)}
}

// referenceOf returns the definition of a layer.
func referenceOf(t testing.TB, r dsp.Referencer) func(src []float32) []float32 {
	return func(src []float32) []float32 {
		t.Helper()
		out, err := r.Reference(src)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
}

// padStep completes the stream to a multiple of frames.
func padStep(t testing.TB, multiple, channels int) step {
	t.Helper()
	p, err := dsp.NewPadder(multiple, channels)
	if err != nil {
		t.Fatal(err)
	}
	return step{p, func(src []float32) []float32 {
		out := append([]float32(nil), src...)
		for len(out)/channels%multiple != 0 {
			out = append(out, make([]float32, channels)...)
		}
		return out
	}}
}

// keepStep keeps every factor-th frame.
func keepStep(t testing.TB, factor, channels int) step {
	t.Helper()
	d, err := dsp.NewDecimator(factor, channels)
	if err != nil {
		t.Fatal(err)
	}
	return step{d, func(src []float32) (out []float32) {
		for i := 0; i < len(src)/channels; i += factor {
			out = append(out, src[i*channels:(i+1)*channels]...)
		}
		return out
	}}
}

func chain(t testing.TB, block int, steps ...step) step {
	t.Helper()
	var stages []dsp.Processor
	for _, s := range steps {
		stages = append(stages, s.p)
	}
	c, err := dsp.NewChain(block, stages...)
	if err != nil {
		t.Fatal(err)
	}
	return step{c, func(src []float32) []float32 {
		for _, s := range steps {
			src = s.reference(src)
		}
		return src
	}}
}

// sum adds branches, with workers; one without a processor is the identity.
func sum(t testing.TB, block int, branches []step, after ...layer.Activation) step {
	t.Helper()
	return sumAcross(t, block, newPool(t), branches, after...)
}

func sumAcross(t testing.TB, block int, workers dsp.Workers, branches []step, after ...layer.Activation) step {
	t.Helper()
	var ps []dsp.Processor
	for _, b := range branches {
		ps = append(ps, b.p)
	}
	post, err := layer.InPlace(1, after...) // no activation with parameters for each channel
	if err != nil {
		t.Fatal(err)
	}
	s, err := dsp.NewSum(block, ps, post, dsp.WithWorkers(workers))
	if err != nil {
		t.Fatal(err)
	}
	return step{s, func(src []float32) []float32 {
		var total []float32
		for i, b := range branches {
			out := src
			if b.p != nil {
				out = b.reference(src)
			}
			if i == 0 {
				total = append(total, out...)
				continue
			}
			for k := range total {
				total[k] += out[k]
			}
		}
		for _, a := range after {
			total = a.Apply(total)
		}
		return total
	}}
}

// checkStep runs the contract over what build returns.
func checkStep(t *testing.T, build func() step, c dsptest.Contract[float32]) {
	t.Helper()
	c.Reference = build().reference
	c.New = func() dsptest.Streamer[float32] { return build().p }
	dsptest.Check(t, c)
}
