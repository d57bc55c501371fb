package dsp_test

import (
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/stream"
)

func TestPerChannel(t *testing.T) {
	one := func() dsp.Processor {
		r, err := dsp.NewResampler(2, 3, 1, dsp.Fast, nil)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	pool := stream.NewPool(2)
	defer pool.Close()
	for _, workers := range []dsp.Workers{nil, pool} {
		for _, channels := range []int{1, 2, 5} {
			dsptest.Check(t, dsptest.Contract[float32]{
				New: func() dsptest.Streamer[float32] {
					list := make([]dsp.Processor, channels)
					for i := range list {
						list[i] = one()
					}
					p, err := dsp.NewPerChannel(workers, list...)
					if err != nil {
						t.Fatal(err)
					}
					return p
				},
				OneShot: func(src []float32) []float32 {
					var out []float32
					for c := range channels {
						var channel []float32
						for i := c; i < len(src); i += channels {
							channel = append(channel, src[i])
						}
						p := one()
						channel = p.Flush(p.Process(nil, channel))
						if out == nil {
							out = make([]float32, len(channel)*channels)
						}
						for i, v := range channel {
							out[i*channels+c] = v
						}
					}
					return out
				},
				Frames: 2500,
				Blocks: []int{1024},
				Waits:  true,
			})
		}
	}
	wide, err := dsp.NewDecimator(2, 2)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := dsp.NewPerChannel(nil, one(), wide); err == nil || !strings.HasPrefix(err.Error(), "channels of a processor is 2") {
		t.Errorf("%v", err)
	}
	if _, err := dsp.NewPerChannel(nil); err == nil || !strings.HasPrefix(err.Error(), "processors is 0") {
		t.Errorf("%v", err)
	}
}

func TestMixdown(t *testing.T) {
	for _, channels := range []int{1, 2, 3} {
		dsptest.Check(t, dsptest.Contract[float32]{
			New: func() dsptest.Streamer[float32] {
				m, err := dsp.NewMixdown(channels)
				if err != nil {
					t.Fatal(err)
				}
				return m
			},
			OneShot: func(src []float32) []float32 {
				out := make([]float32, len(src)/channels)
				for i := range out {
					sum := 0.0
					for _, v := range src[i*channels:][:channels] {
						sum += float64(v)
					}
					out[i] = float32(sum / float64(channels))
				}
				return out
			},
			Frames: 50,
		})
	}
	m, err := dsp.NewMixdown(3)
	if err != nil {
		t.Fatal(err)
	}
	if got := m.Process(nil, []float32{1, 2, 6, -1, 0, 0.5}); got[0] != 3 || got[1] != -0.5/3 {
		t.Errorf("%v", got)
	}
	if _, err := dsp.NewMixdown(0); err == nil {
		t.Error("0 channels are taken")
	}
}
