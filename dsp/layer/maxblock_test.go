package layer_test

import (
	"testing"

	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/layer"
)

// TestMaxBlock: streams that consume a few frames at a time hold less memory, and return the same bits.
func TestMaxBlock(t *testing.T) {
	few := layer.MaxBlock(3)
	for _, c := range convolutions {
		t.Run(c.name, func(t *testing.T) {
			filters, bias := c.weights(7)
			bounded, free := c.build(t, filters, bias, few), c.build(t, filters, bias)
			got, limit := stateOf(bounded.NewStream()), stateOf(free.NewStream())
			if c.name == "pointwise" { // frames are used in place: there is no window
				limit++
			}
			if got >= limit {
				t.Errorf("got %d bytes, want fewer than %d, which streams without a bound hold", got, limit)
			}
			dsptest.Check(t, dsptest.Contract[float32]{
				New:       func() dsptest.Streamer[float32] { return bounded.NewStream() },
				Reference: func(src []float32) []float32 { return c.plain(src, filters, bias) },
				Frames:    c.frames(),
				Blocks:    []int{3},
				Waits:     c.g.Padding == layer.Reflect,
			})
		})
	}
	for _, c := range transpositions {
		t.Run("transposed "+c.name, func(t *testing.T) {
			g := c.geometry(t)
			filters, bias := transposeWeights[float32](g, 7)
			got := stateOf(newConvTranspose1D(t, g, filters, bias, few).NewStream())
			if limit := stateOf(newConvTranspose1D(t, g, filters, bias).NewStream()); got >= limit {
				t.Errorf("got %d bytes, want fewer than %d, which streams without a bound hold", got, limit)
			}
			checkTransposed[float32](t, g, few)
		})
	}
}
