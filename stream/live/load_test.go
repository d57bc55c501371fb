package live

import (
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

func TestHistogram(t *testing.T) {
	values := dsptest.Noise[float64](1, 5000)
	var h histogram
	for i, v := range values {
		values[i] = math.Exp(12 * v)
		h.add(values[i])
	}
	slices.Sort(values)
	for _, q := range []float64{0.001, 0.5, 0.99, 0.999, 1} {
		exact := values[int(math.Ceil(q*float64(len(values))))-1]
		if got := h.quantile(q); got < exact || got > exact*(1+1.0/32) {
			t.Errorf("quantile %v: %v, exactly %v", q, got, exact)
		}
	}
	if h.quantile(1) != values[len(values)-1] {
		t.Errorf("largest %v, want %v", h.quantile(1), values[len(values)-1])
	}
	var none histogram
	none.add(0)
	none.add(1e30)
	if none.quantile(1) != 1e30 || new(histogram).quantile(0.5) != 0 {
		t.Error("numbers beyond the classes, or none")
	}
}

// A slow processor takes a time for each call.
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

func TestLoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, err := resample.New(8000, 16000, 2, resample.Filter{Quality: resample.Fast})
		if err != nil {
			t.Fatal(err)
		}
		stage := stream.Stage{Name: "slow", Processor: &slow{Processor: r, times: []time.Duration{time.Millisecond, time.Millisecond, time.Millisecond, 8 * time.Millisecond}}}
		load := Measure(&stage, stream.Hz(8000))
		src := make([]float32, 2*80) // 10 ms
		for range 100 {
			stage.Process(nil, src)
		}
		stage.Process(nil, nil)
		if load.Blocks() != 100 || load.Quantile(1) != 0.8 {
			t.Errorf("%d blocks, at most %v", load.Blocks(), load.Quantile(1))
		}
		if q := load.Quantile(0.5); q < 0.1 || q > 0.1*(1+1.0/32) {
			t.Errorf("half of them within %v, want 0.1", q)
		}
	})
}
