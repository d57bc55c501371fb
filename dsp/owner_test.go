package dsp_test

import (
	"testing"

	"github.com/tailwave/tailwave/dsp"
)

// TestPartOwner: a part of a composition has a permanent owner, and the error says that this owner is a composition.
func TestPartOwner(t *testing.T) {
	gain := func() dsp.Processor {
		return dsp.Map(1, 1, func(dst, src []float32) { copy(dst, src) })
	}
	const want = "this stream is part of a Chain, Sum or PerChannel already: create another one with dsp.Map"
	for name, compose := range map[string]func(p dsp.Processor) error{
		"Chain":      func(p dsp.Processor) error { _, err := dsp.NewChain(8, p); return err },
		"Sum":        func(p dsp.Processor) error { _, err := dsp.NewSum(8, []dsp.Processor{p, nil}, nil); return err },
		"PerChannel": func(p dsp.Processor) error { _, err := dsp.NewPerChannel([]dsp.Processor{p}); return err },
	} {
		t.Run(name, func(t *testing.T) {
			p := gain()
			if err := compose(p); err != nil {
				t.Fatal(err)
			}
			if err := compose(p); err == nil || err.Error() != want {
				t.Errorf("second composition: got error %v, want %s", err, want)
			}
			if err := p.(dsp.Owned).Acquire(); err == nil || err.Error() != want {
				t.Errorf("pipeline: got error %v, want %s", err, want)
			}
		})
	}
	t.Run("twice in a Chain", func(t *testing.T) {
		p := gain()
		if _, err := dsp.NewChain(8, p, p); err == nil || err.Error() != want {
			t.Errorf("got error %v, want %s", err, want)
		}
		if err := free(p); err != nil {
			t.Errorf("after the failure: got error %v, want no owner", err)
		}
	})
}
