package live

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/resample"
	"github.com/tailwave/tailwave/stream"
)

// TestHistogram: a quantile is exact at the top and at most 1/32 too large elsewhere. Values outside the classes count
// too.
func TestHistogram(t *testing.T) {
	values := dsptest.Noise[float64](1, 5000)
	var h histogram
	for i, v := range values {
		values[i] = math.Exp(12 * v)
		h.add(values[i])
	}
	slices.Sort(values)
	for _, q := range []float64{0.001, 0.5, 0.99, 0.999, 1} {
		t.Run(fmt.Sprint(q), func(t *testing.T) {
			exact := values[int(math.Ceil(q*float64(len(values))))-1]
			if got := h.quantile(q); got < exact || got > exact*(1+1.0/32) {
				t.Errorf("got %v, want %v to %v", got, exact, exact*(1+1.0/32))
			}
		})
	}
	if got, want := h.quantile(1), values[len(values)-1]; got != want {
		t.Errorf("largest: got %v, want %v", got, want)
	}
	var outside histogram
	outside.add(0)
	outside.add(1e30)
	if got := outside.quantile(1); got != 1e30 {
		t.Errorf("largest of 0 and 1e30: got %v, want 1e30", got)
	}
	if got := new(histogram).quantile(0.5); got != 0 {
		t.Errorf("quantile of no values: got %v, want 0", got)
	}
}

// A slow processor sleeps in each call, for one of the times after the other.
type slow struct {
	dsp.Processor
	times []time.Duration
	calls int
}

func (s *slow) Process(dst, src []float32) []float32 {
	time.Sleep(s.times[s.calls%len(s.times)])
	s.calls++
	return s.Processor.Process(dst, src)
}

// TestLoad: the load of a block is the time of Process divided by the duration of its frames. Empty blocks do not
// count.
func TestLoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, err := resample.New(8000, 16000, 2, resample.Filter{Quality: resample.Fast})
		if err != nil {
			t.Fatal(err)
		}
		const ms = time.Millisecond
		stage := stream.Stage{Name: "slow", Processor: &slow{Processor: r, times: []time.Duration{ms, ms, ms, 8 * ms}}}
		load := Measure(&stage, stream.Hz(8000))
		src := make([]float32, 2*80) // 10 ms
		for range 100 {
			stage.Process(nil, src)
		}
		stage.Process(nil, nil)
		if load.Blocks() != 100 || load.Quantile(1) != 0.8 {
			t.Errorf("got %d blocks with a load of at most %v, want 100, 0.8", load.Blocks(), load.Quantile(1))
		}
		if q := load.Quantile(0.5); q < 0.1 || q > 0.1*(1+1.0/32) {
			t.Errorf("median: got %v, want 0.1 to %v", q, 0.1*(1+1.0/32))
		}
	})
}
