package dsp_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp"
)

// rated is a processor that reports rates.
type rated struct {
	dsp.Processor
	in, out int
}

func (r rated) Rates() (in, out int) { return r.in, r.out }

// gain and halve are processors of one channel without rates.
func gain() dsp.Processor { return dsp.Map(1, 1, func(dst, src []float32) { copy(dst, src) }) }

func halve(t *testing.T) dsp.Processor {
	t.Helper()
	d, err := dsp.NewDecimator(2, 1)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestChainRates: the rates of a chain follow from its stages. A stage for a rate that its frames do not have is an
// error.
func TestChainRates(t *testing.T) {
	for name, c := range map[string]struct {
		stages  []dsp.Processor
		in, out int
		fails   bool
	}{
		"none":            {[]dsp.Processor{gain(), halve(t)}, 0, 0, false},
		"one":             {[]dsp.Processor{rated{gain(), 8000, 8000}}, 8000, 8000, false},
		"inside":          {[]dsp.Processor{gain(), rated{halve(t), 16000, 8000}, gain()}, 16000, 8000, false},
		"two":             {[]dsp.Processor{rated{halve(t), 16000, 8000}, rated{halve(t), 8000, 4000}}, 16000, 4000, false},
		"changed":         {[]dsp.Processor{halve(t), rated{halve(t), 16000, 8000}, halve(t)}, 0, 4000, false},
		"not whole":       {[]dsp.Processor{rated{gain(), 11025, 11025}, halve(t)}, 11025, 0, false},
		"after a zero":    {[]dsp.Processor{rated{gain(), 0, 0}, rated{gain(), 8000, 8000}}, 8000, 8000, false},
		"wrong":           {[]dsp.Processor{rated{halve(t), 16000, 8000}, rated{gain(), 16000, 16000}}, 0, 0, true},
		"wrong, in front": {[]dsp.Processor{rated{gain(), 16000, 0}, halve(t), gain(), rated{gain(), 16000, 16000}}, 0, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			chain, err := dsp.NewChain(16, c.stages...)
			if c.fails {
				wantRateError(t, err)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if in, out := chain.Rates(); in != c.in || out != c.out {
				t.Errorf("got %d and %d Hz, want %d and %d", in, out, c.in, c.out)
			}
		})
	}
}

// wantRateError requires an error about sample rates.
func wantRateError(t *testing.T, err error) {
	t.Helper()
	if arg := (*dsp.ArgError)(nil); !errors.As(err, &arg) || !strings.HasPrefix(arg.Arg, "sample rate") {
		t.Errorf("got error %v, want a *dsp.ArgError about a sample rate", err)
	}
}

// TestCommonRates: the parts of a Sum and of a PerChannel must have equal rates, which are then the rates of the whole.
func TestCommonRates(t *testing.T) {
	for name, make := range map[string]func(parts ...dsp.Processor) (dsp.RateConverter, error){
		"Sum":        func(parts ...dsp.Processor) (dsp.RateConverter, error) { return dsp.NewSum(16, parts, nil) },
		"PerChannel": func(parts ...dsp.Processor) (dsp.RateConverter, error) { return dsp.NewPerChannel(parts) },
	} {
		t.Run(name, func(t *testing.T) {
			p, err := make(gain(), rated{gain(), 16000, 8000}, rated{gain(), 16000, 8000})
			if err != nil {
				t.Fatal(err)
			}
			if in, out := p.Rates(); in != 16000 || out != 8000 {
				t.Errorf("got %d and %d Hz, want 16000 and 8000", in, out)
			}
			_, err = make(rated{gain(), 16000, 8000}, rated{gain(), 24000, 12000})
			wantRateError(t, err)
		})
	}
}
