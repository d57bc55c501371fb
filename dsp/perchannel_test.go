package dsp_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/layer"
	"github.com/tailwave/tailwave/dsp/resample"
)

// converter returns a processor of one channel from 2 Hz to 3 Hz.
func converter(t testing.TB) *resample.Converter {
	t.Helper()
	r, err := resample.New(2, 3, 1, resample.Filter{Quality: resample.Fast})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestPerChannelContract(t *testing.T) {
	workers := map[string]dsp.Workers{"no workers": nil, "two workers": newPool(t)}
	for name, w := range workers {
		for _, channels := range []int{1, 2, 5} {
			t.Run(fmt.Sprintf("%s, %d channels", name, channels), func(t *testing.T) {
				dsptest.Check(t, dsptest.Contract[float32]{
					New: dsptest.New(func() (*dsp.PerChannel, error) {
						list := make([]dsp.Processor, channels)
						for i := range list {
							list[i] = converter(t)
						}
						return dsp.NewPerChannel(list, dsp.WithWorkers(w))
					}),
					Reference: func(src []float32) []float32 { return channelByChannel(t, channels, src) },
					Frames:    2500,
					Blocks:    []int{1024},
					Waits:     true,
				})
			})
		}
	}
}

// channelByChannel converts each channel of src as a whole.
func channelByChannel(t *testing.T, channels int, src []float32) (out []float32) {
	t.Helper()
	for c := range channels {
		var channel []float32
		for i := c; i < len(src); i += channels {
			channel = append(channel, src[i])
		}
		r := converter(t)
		channel = r.Flush(r.Process(nil, channel))
		if out == nil {
			out = make([]float32, len(channel)*channels)
		}
		for i, v := range channel {
			out[i*channels+c] = v
		}
	}
	return out
}

func TestPerChannelErrors(t *testing.T) {
	for name, c := range map[string]struct {
		processors []dsp.Processor
		want       string
	}{
		"two channels": {[]dsp.Processor{converter(t), keepStep(t, 2, 2).p}, "channels of a processor is 2"},
		"nothing":      {nil, "number of processors is 0"},
		"nil":          {[]dsp.Processor{nil}, "processor is nil"},
		"buffer": {[]dsp.Processor{upStep(t, layer.TransposeGeometry{In: 1, Out: 1, Kernel: 1, Stride: 1 << 19}, 1).p},
			"output frames of a processor for 1024 input frames is 536870912, must be at most 268435456"},
		"different": {[]dsp.Processor{converter(t), keepStep(t, 2, 1).p},
			"Shape of processor 2 is different from that of processor 1, must be the same"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := dsp.NewPerChannel(c.processors); err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("error %v, want it to begin with %q", err, c.want)
			}
		})
	}
}
