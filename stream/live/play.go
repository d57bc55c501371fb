package live

import (
	"context"
	"slices"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/dsp/resample"
	"github.com/tailwave/tailwave/stream"
)

// Play runs a pipeline and plays its sound on the device that name means, as in [Find]; an empty name means the default
// device. The Sink of p is not used. The length of the device's buffer is Device.High. If the device does not support
// the sample rate, Play converts the sound to a rate that it supports.
//
// Play returns when the whole stream has been heard. If ctx ends or the run fails, it returns after the fade-out of a
// [Sink]. The errors are those of Find, [ChooseFormat] and [stream.Pipeline.Run], and an error for a sample rate that
// is not a whole number of Hz.
func Play(ctx context.Context, h Host, name string, p stream.Pipeline) (Stats, error) {
	devices, err := h.Devices()
	if err != nil {
		return Stats{}, err
	}
	d, err := Find(devices, name)
	if err != nil {
		return Stats{}, err
	}
	sound, err := p.OutFormat()
	if err != nil {
		return Stats{}, err
	}
	rate, err := sound.SampleRate()
	if err != nil {
		return Stats{}, err
	}
	f, err := ChooseFormat(h, d, Format{Rate: rate, Channels: sound.Channels, Samples: pcm.F32}, false)
	if err != nil {
		return Stats{}, err
	}
	if f.Rate != rate {
		r, err := resample.New(rate, f.Rate, sound.Channels, resample.Filter{})
		if err != nil {
			return Stats{}, err
		}
		p.Stages = append(slices.Clip(p.Stages), stream.Stage{Name: "resample", Processor: r})
	}
	sink := NewSink(ctx, h, Options{Device: d, Format: f, Latency: d.High})
	p.Sink = sink
	_, err = p.Run(ctx)
	return sink.Stats(), err
}
