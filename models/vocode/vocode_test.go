package vocode

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/resample"
	"github.com/tailwave/tailwave/dsp/spectral"
	"github.com/tailwave/tailwave/models"
	"github.com/tailwave/tailwave/stream"
)

// tiny returns a HiFi-GAN of 8 mels at 16000 Hz, hop 64, with random weights.
func tiny(t testing.TB) *Vocoder {
	t.Helper()
	m, err := models.Open("../../testdata/hifigan-tiny")
	if err != nil {
		t.Fatal(err)
	}
	return New(m)
}

// builtin returns the vocoder without weights.
func builtin(t testing.TB, e spectral.Effects) *Vocoder {
	t.Helper()
	v, err := Builtin(e)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// sound returns noise as a source.
func sound(rate, channels, frames int) stream.Source {
	return stream.FromSlice(stream.Format{Rate: stream.Hz(rate), Channels: channels},
		dsptest.Noise[float32](3, frames*channels))
}

// collect runs the pipeline that a method returned.
func collect(t testing.TB, p stream.Pipeline, err error) *stream.Buffer {
	t.Helper()
	if err != nil {
		t.Fatalf("pipeline: got error %v, want none", err)
	}
	b := new(stream.Buffer)
	p.Sink = b
	if _, err := p.Run(t.Context()); err != nil {
		t.Fatalf("run: got error %v, want none", err)
	}
	return b
}

// TestFromSound: the sound of a pipeline has the format and the length that the vocoder, the stretch and the rate ask
// for, and the same bits for any number of frames at a time.
func TestFromSound(t *testing.T) {
	const seconds = 0.25
	for name, c := range map[string]struct {
		v              *Vocoder
		rate, channels int // of the sound that goes in
		o              Options
		want           stream.Format
		frames         int
	}{
		"network": {tiny(t), 16000, 1, Options{}, stream.Format{Rate: stream.Hz(16000), Channels: 1},
			62 * 64},
		"network, other sound": {tiny(t), 22050, 2, Options{}, stream.Format{Rate: stream.Hz(16000), Channels: 1},
			62 * 64},
		"network, other rate": {tiny(t), 16000, 1, Options{Rate: 48000},
			stream.Format{Rate: stream.Hz(48000), Channels: 1}, 3 * 62 * 64},
		"builtin": {builtin(t, spectral.Effects{}), 8000, 2, Options{},
			stream.Format{Rate: stream.Hz(8000), Channels: 2}, 2000},
		"builtin, stretched": {builtin(t, spectral.Effects{Stretch: 1.5}), 8000, 2, Options{},
			stream.Format{Rate: stream.Hz(8000), Channels: 2}, 3000},
		"builtin, at other rate": {builtin(t, spectral.Effects{Stretch: 0.5}), 8000, 1, Options{Rate: 16000},
			stream.Format{Rate: stream.Hz(16000), Channels: 1}, 2000},
	} {
		t.Run(name, func(t *testing.T) {
			var first *stream.Buffer
			for _, frames := range []int{0, 1, 7} {
				c.o.Frames = frames
				p, err := c.v.FromSound(sound(c.rate, c.channels, int(seconds*float64(c.rate))), c.o)
				got := collect(t, p, err)
				if got.Format != c.want || len(got.Samples) != c.frames*c.want.Channels {
					t.Fatalf("got %d values of %v, want %d of %v", len(got.Samples), got.Format,
						c.frames*c.want.Channels, c.want)
				}
				if f, err := p.OutFormat(); err != nil || f != c.want {
					t.Errorf("OutFormat: got %v and error %v, want %v", f, err, c.want)
				}
				if first == nil {
					first = got
				} else if !slices.Equal(got.Samples, first.Samples) {
					t.Errorf("%d frames at a time: got other samples than %d at a time", frames, DefaultFrames)
				}
			}
		})
	}
}

// TestByHand: a pipeline emits the samples that its parts compute one by one.
func TestByHand(t *testing.T) {
	v := tiny(t)
	p, err := v.FromSound(sound(22050, 2, 9000), Options{})
	got := collect(t, p, err).Samples
	mono, err := dsp.NewMixdown(2)
	if err != nil {
		t.Fatal(err)
	}
	x := mono.Flush(mono.Process(nil, dsptest.Noise[float32](3, 18000)))
	if x, err = resample.Slice(x, 22050, 16000, 1); err != nil {
		t.Fatal(err)
	}
	mel, err := v.FrontEnd()
	if err != nil {
		t.Fatal(err)
	}
	frames, err := spectral.NewMelSpectrogram(mel)
	if err != nil {
		t.Fatal(err)
	}
	want, err := v.Model().Synthesize(frames.Flush(frames.Process(nil, x)))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %d samples, other than the %d of the parts by hand", len(got), len(want))
	}
}

// TestFromFrames: the frames of ToFrames become the sound of FromSound, also for the vocoder without weights and with a
// stretch of time, which leaves the sample rate alone.
func TestFromFrames(t *testing.T) {
	for name, v := range map[string]*Vocoder{
		"network": tiny(t), "builtin": builtin(t, spectral.Effects{}),
		"stretched": builtin(t, spectral.Effects{Stretch: 2}),
	} {
		t.Run(name, func(t *testing.T) {
			mel, err := v.FrontEnd()
			if err != nil {
				t.Fatal(err)
			}
			p, err := v.ToFrames(sound(mel.SampleRate, 1, 20000))
			frames := collect(t, p, err)
			if frames.Format != v.FrameFormat() {
				t.Errorf("format of frames: got %v, want %v", frames.Format, v.FrameFormat())
			}
			p, err = v.FromFrames(stream.FromSlice(frames.Format, frames.Samples), Options{})
			got := collect(t, p, err)
			n := len(frames.Samples) / mel.Bands * mel.Hop
			if name == "stretched" {
				n *= 2
			}
			if want := (stream.Format{Rate: stream.Hz(mel.SampleRate), Channels: 1}); got.Format != want ||
				len(got.Samples) != n {
				t.Errorf("got %d samples of %v, want %d of %v", len(got.Samples), got.Format, n, want)
			}
			if name != "network" {
				return
			}
			p, err = v.FromSound(sound(mel.SampleRate, 1, 20000), Options{})
			if want := collect(t, p, err); !slices.Equal(got.Samples, want.Samples) {
				t.Error("got other samples than from the sound itself")
			}
		})
	}
}

// TestZero: the zero Vocoder is the vocoder without weights and without effects, for sound and for frames.
func TestZero(t *testing.T) {
	v := new(Vocoder)
	f := v.FrameFormat()
	f.Rate = stream.Rate{Num: 22050, Den: 256} // not in lowest terms
	x := dsptest.Noise[float32](5, 20*f.Channels)
	p, err := v.FromFrames(stream.FromSlice(f, x), Options{})
	got := collect(t, p, err)
	p, err = builtin(t, spectral.Effects{}).FromFrames(stream.FromSlice(f, x), Options{})
	if want := collect(t, p, err); !slices.Equal(got.Samples, want.Samples) || got.Format != want.Format {
		t.Errorf("frames: got %d samples of %v, want the %d of Builtin", len(got.Samples), got.Format,
			len(want.Samples))
	}
	p, err = v.FromSound(sound(8000, 1, 1000), Options{})
	if got := collect(t, p, err); len(got.Samples) != 1000 {
		t.Errorf("sound: got %d samples, want 1000", len(got.Samples))
	}
}

// TestConcurrent: pipelines of one vocoder may run at the same time.
func TestConcurrent(t *testing.T) {
	for name, v := range map[string]*Vocoder{"network": tiny(t), "builtin": builtin(t, spectral.Effects{})} {
		t.Run(name, func(t *testing.T) {
			run := func() []float32 {
				f := v.FrameFormat()
				p, err := v.FromFrames(stream.FromSlice(f, dsptest.Noise[float32](5, 20*f.Channels)), Options{})
				return collect(t, p, err).Samples
			}
			want := run()
			var group sync.WaitGroup
			for range 4 {
				group.Go(func() {
					if got := run(); !slices.Equal(got, want) {
						t.Error("got other samples than alone")
					}
				})
			}
			group.Wait()
		})
	}
}

// TestErrors: an input that cannot be vocoded is an error before anything runs.
func TestErrors(t *testing.T) {
	v := tiny(t)
	half, err := stream.NewRate(16001, 2)
	if err != nil {
		t.Fatal(err)
	}
	fraction := stream.FromSlice(stream.Format{Rate: half, Channels: 1}, nil)
	f := v.FrameFormat()
	for name, c := range map[string]struct {
		pipeline func() (stream.Pipeline, error)
		want     string
	}{
		"frames of other size": {func() (stream.Pipeline, error) {
			return v.FromFrames(stream.FromSlice(stream.Format{Rate: f.Rate, Channels: 80}, nil), Options{})
		}, "format of the frames is 80 values at 250 Hz, must be 8 values at 250 Hz"},
		"frames at other rate": {func() (stream.Pipeline, error) {
			return v.FromFrames(stream.FromSlice(stream.Format{Rate: stream.Hz(100), Channels: 8}, nil), Options{})
		}, "format of the frames is 8 values at 100 Hz, must be 8 values at 250 Hz"},
		"fraction": {func() (stream.Pipeline, error) { return v.FromSound(fraction, Options{}) },
			"sample rate is 16001/2 Hz, must be a whole number of Hz from 1 to 2147483647"},
		"fraction, builtin": {func() (stream.Pipeline,
			error) {
			return builtin(t, spectral.Effects{}).FromSound(fraction, Options{})
		},
			"sample rate is 16001/2 Hz, must be a whole number of Hz from 1 to 2147483647"},
		"no frames": {func() (stream.Pipeline, error) { return v.FromFrames(nil, Options{}) },
			"source is nil, must be a source of sound or frames"},
		"no sound": {func() (stream.Pipeline, error) { return v.FromSound(nil, Options{}) },
			"source is nil, must be a source of sound or frames"},
		"nothing": {func() (stream.Pipeline, error) { return v.ToFrames(nil) },
			"source is nil, must be a source of sound or frames"},
		"negative frames": {func() (stream.Pipeline,
			error) {
			return v.FromSound(sound(8000, 1, 1), Options{Frames: -1})
		},
			"frames at a time is -1, must be at least 0"},
		"negative rate": {func() (stream.Pipeline, error) { return v.FromSound(sound(8000, 1, 1), Options{Rate: -1}) },
			"sample rate is -1, must be at least 1"},
		"channels": {func() (stream.Pipeline, error) {
			return builtin(t, spectral.Effects{}).FromSound(sound(8000, 33, 1), Options{})
		}, "33 channels, must be at most 32 for the built-in vocoder"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := c.pipeline(); err == nil || err.Error() != c.want {
				t.Errorf("got error %v, want %q", err, c.want)
			}
		})
	}
	if _, err := Builtin(spectral.Effects{Pitch: 25}); !errors.As(err, new(*dsp.ArgError)) {
		t.Errorf("pitch of 25: got error %v, want a *dsp.ArgError", err)
	}
}

// TestBlock: the values of a block are bounded, before and after the vocoder, for any number of channels and any model,
// stretch and rate.
func TestBlock(t *testing.T) {
	for name, c := range map[string]struct {
		frames, want   int // of a model
		rate           int
		sourceChannels int
		of, channels   int // rate and channels of the sound
		hop, perFrame  int
		stretch        float64
	}{
		"short":                {32, 32, 0, 80, 22050, 1, 256, 1, 1},
		"default":              {0, 32, 0, 80, 22050, 1, 256, 1, 1},
		"long":                 {4096, 4096, 0, 80, 22050, 1, 256, 1, 1},
		"large hop":            {4096, 64, 0, 80, 22050, 1, 1 << 16, 1, 1},
		"large hop, less rate": {4096, 64, 8000, 80, 22050, 1, 1 << 16, 1, 1},
		"more rate":            {4096, 512, 64000, 80, 8000, 1, 1 << 10, 1, 1},
		"large hop, more rate": {4096, 1, 768000, 80, 1000, 1, 1 << 16, 1, 1},
		"many channels":        {4096, 128, 0, 32, 96000, 32, 1 << 10, 1 << 10, 1},
		"stretch":              {4096, 512, 0, 1, 96000, 1, 1 << 10, 1 << 10, 7.5},
		"many source channels": {32, 4, 0, 1024, 22050, 1, 256, 1 << 10, 1},
	} {
		t.Run(name, func(t *testing.T) {
			v := builtin(t, spectral.Effects{Stretch: c.stretch})
			a := assembly{
				source: sound(c.of, c.sourceChannels, 0), rate: c.of, channels: c.channels, hop: c.hop,
				perFrame: c.perFrame,
			}
			p, err := v.complete(a, Options{Rate: c.rate, Frames: c.frames})
			if got, want := p.BlockFrames, c.want*c.perFrame; err != nil || got != want {
				t.Errorf("block: got %d frames and error %v, want %d", got, err, want)
			}
		})
	}
}
