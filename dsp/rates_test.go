package dsp_test

import (
	"testing"

	"github.com/tailwave/tailwave/dsp"
)

// rated is a gain that says which rates it is for.
type rated struct {
	dsp.Processor
	in, out int
}

func (r rated) Rates() (in, out int) { return r.in, r.out }

// TestChainRates: a chain has the rates of its first and last stage that have some, unless another stage in front or at
// the end changes the rate.
func TestChainRates(t *testing.T) {
	gain := func() dsp.Processor { return dsp.Map(1, 1, func(dst, src []float32) { copy(dst, src) }) }
	halve := func() dsp.Processor {
		d, err := dsp.NewDecimator(2, 1)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for name, c := range map[string]struct {
		stages  []dsp.Processor
		in, out int
	}{
		"none":         {[]dsp.Processor{gain(), halve()}, 0, 0},
		"one":          {[]dsp.Processor{rated{gain(), 8000, 8000}}, 8000, 8000},
		"inside":       {[]dsp.Processor{gain(), rated{halve(), 16000, 8000}, gain()}, 16000, 8000},
		"two":          {[]dsp.Processor{rated{halve(), 16000, 8000}, rated{halve(), 8000, 4000}}, 16000, 4000},
		"changed":      {[]dsp.Processor{halve(), rated{halve(), 16000, 8000}, halve()}, 0, 0},
		"after a zero": {[]dsp.Processor{rated{gain(), 0, 0}, rated{gain(), 8000, 8000}}, 8000, 8000},
	} {
		t.Run(name, func(t *testing.T) {
			chain, err := dsp.NewChain(16, c.stages...)
			if err != nil {
				t.Fatal(err)
			}
			if in, out := chain.Rates(); in != c.in || out != c.out {
				t.Errorf("got %d and %d Hz, want %d and %d", in, out, c.in, c.out)
			}
		})
	}
}
