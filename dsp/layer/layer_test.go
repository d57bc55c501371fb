package layer_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/internal/kernel"
	"github.com/tailwave/tailwave/dsp/layer"
)

// A layerCase makes streams of one layer.
type layerCase struct {
	name   string
	want   []float32
	stream func(...dsp.Option) dsp.Processor
}

// layersOfEachKind returns a layer of each kind of stream, with its result for src.
func layersOfEachKind(t *testing.T, src []float32) []layerCase {
	t.Helper()
	g := conv(8, 8, 1, 3, 1, 1, 1, 1, layer.Zeros)
	filters, bias := noiseFor[float32](1, 3, 8, 8, 1)
	up := transposed(8, 8, 1, 4, 2, 1)
	upFilters, upBias := transposeWeights[float32](up, 3)
	wideFilters, wideBias := transposeWeights[float64](up, 5)
	cases := []layerCase{
		{name: "Conv1D", want: layer.Tanh().Apply(plainConv(g, src, filters, bias))},
		{name: "ConvTranspose1D", want: plainTranspose(up, layer.ELU(1).Apply(src), upFilters, upBias)},
		{name: "AsFloat32", want: rounded(plainTranspose(up, widened(src), wideFilters, wideBias))},
	}
	c := newConv1D(t, g, filters, bias, layer.PostActivation(layer.Tanh()), layer.PartsOf(1))
	u := newConvTranspose1D(t, up, upFilters, upBias, layer.PreActivation(layer.ELU(1)), layer.PartsOf(1))
	w := newConvTranspose1D(t, up, wideFilters, wideBias, layer.PartsOf(1))
	clear(filters) // not kept
	clear(upFilters)
	clear(wideFilters)
	cases[0].stream = func(o ...dsp.Option) dsp.Processor { return c.NewStream(o...) }
	cases[1].stream = func(o ...dsp.Option) dsp.Processor { return u.NewStream(o...) }
	cases[2].stream = func(o ...dsp.Option) dsp.Processor { return layer.AsFloat32(w, o...) }
	return cases
}

// TestStreamsInTurn: streams of one layer that run in turn do not affect each other.
func TestStreamsInTurn(t *testing.T) {
	const frames = 50
	src := dsptest.Noise[float32](2, frames*8)
	for _, c := range layersOfEachKind(t, src) {
		t.Run(c.name, func(t *testing.T) {
			streams := []dsp.Processor{c.stream(), c.stream()}
			got := make([][]float32, len(streams))
			for i := range frames {
				for k, p := range streams {
					got[k] = p.Process(got[k], src[8*i:][:8])
				}
			}
			for k, p := range streams {
				wantSame(t, fmt.Sprintf("stream %d", k), p.Flush(got[k]), c.want)
			}
		})
	}
}

// TestStreamsAtOnce: streams of one layer may run concurrently, each with workers.
func TestStreamsAtOnce(t *testing.T) {
	src := dsptest.Noise[float32](2, 200*8)
	for _, c := range layersOfEachKind(t, src) {
		t.Run(c.name, func(t *testing.T) {
			got := make([][]float32, 4)
			var wg sync.WaitGroup
			for k := range got {
				wg.Go(func() {
					p := c.stream(dsp.WithWorkers(&splitter{size: 1 + k%2}))
					for range 3 {
						p.Reset()
						got[k] = inChunks(p, src, 1+7*k)
					}
				})
			}
			wg.Wait()
			for k := range got {
				wantSame(t, fmt.Sprintf("stream %d", k), got[k], c.want)
			}
		})
	}
}

// TestReferenceAtOnce: Reference may be called while streams run.
func TestReferenceAtOnce(t *testing.T) {
	g := conv(8, 8, 1, 3, 1, 1, 1, 1, layer.Zeros)
	filters, bias := noiseFor[float32](1, 3, 8, 8, 1)
	src := dsptest.Noise[float32](2, 100*8)
	want := layer.Tanh().Apply(plainConv(g, layer.ReLU().Apply(src), filters, bias))
	c := newConv1D(t, g, filters, bias, layer.PreActivation(layer.ReLU()), layer.PostActivation(layer.Tanh()))
	var got [2][]float32
	var err error
	var wg sync.WaitGroup
	wg.Go(func() { got[0] = inChunks(c.NewStream(), src, 3) })
	wg.Go(func() { got[1], err = c.Reference(src) })
	wg.Wait()
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "streamed", got[0], want)
	wantSame(t, "Reference", got[1], want)
}

// TestStreamLevel: a stream works at the level that the weights of its layer are packed for.
func TestStreamLevel(t *testing.T) {
	g := conv(8, 8, 1, 3, 1, 1, 1, 1, layer.Zeros)
	filters, _ := noiseFor[float32](1, 3, 8, 8, 1)
	src := dsptest.Noise[float32](2, 50*8)
	want := layer.Tanh().Apply(plainConv(g, src, filters, nil))
	for _, level := range kernel.Levels() {
		t.Run(level.String(), func(t *testing.T) {
			c := newConv1D(t, g, filters, nil, layer.PostActivation(layer.Tanh()), layer.AtLevel(level))
			wantSame(t, "streamed", inChunks(c.NewStream(), src, 50), want)
		})
	}
}

// TestStreamOwner: a stream has one owner at a time, and the error for a second one names the call that makes another.
func TestStreamOwner(t *testing.T) {
	for _, c := range layersOfEachKind(t, dsptest.Noise[float32](2, 8*10)) {
		t.Run(c.name, func(t *testing.T) {
			origin := map[string]string{
				"Conv1D": "Conv1D.NewStream", "ConvTranspose1D": "ConvTranspose1D.NewStream", "AsFloat32": "layer.AsFloat32",
			}[c.name]
			p := c.stream().(dsp.Owned)
			if err := p.Acquire(); err != nil {
				t.Fatalf("got %v, want no error", err)
			}
			want := (&dsp.InUseError{Origin: origin}).Error()
			if err := p.Acquire(); err == nil || err.Error() != want {
				t.Errorf("got error %v, want %q", err, want)
			}
		})
	}
}
