package main

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/dsp/spectral"
	"github.com/tailwave/tailwave/stream"
)

// TestVocodeBlock: what a chunk has and becomes is bounded, however many channels there are, and however far the model, a
// stretch and the rate raise it.
func TestVocodeBlock(t *testing.T) {
	source := func(channels int) stream.Source {
		return rateOverride{format: stream.Format{Channels: channels}}
	}
	pipeline := func(sourceChannels, rate, channels, hop, perFrame, stretchCeil int) vocodePipeline {
		return vocodePipeline{
			source: source(sourceChannels), rate: rate, channels: channels,
			hop: hop, perFrame: perFrame, stretchCeil: stretchCeil,
		}
	}
	for _, c := range []struct {
		chunk, want int
		rate        int64
		v           vocodePipeline
	}{
		{32, 32, 0, pipeline(80, 22050, 1, 256, 1, 1)},
		{4096, 4096, 0, pipeline(80, 22050, 1, 256, 1, 1)},
		{4096, 64, 0, pipeline(80, 22050, 1, 1<<16, 1, 1)},
		{4096, 64, 8000, pipeline(80, 22050, 1, 1<<16, 1, 1)},
		{4096, 512, 64000, pipeline(80, 8000, 1, 1<<10, 1, 1)},
		{4096, 1, 768000, pipeline(80, 1000, 1, 1<<16, 1, 1)},
		{4096, 128, 0, pipeline(32, 96000, 32, 1<<10, 1<<10, 1)},
		{4096, 512, 0, pipeline(1, 96000, 1, 1<<10, 1<<10, 8)},
		{32, 4, 0, pipeline(1024, 22050, 1, 256, 1<<10, 1)},
	} {
		if got := blockFrames(c.chunk, c.v.values(c.rate)); got != c.want {
			t.Errorf("%+v: %d", c, got)
		}
	}
	sound := wavBytes(t, 8000, 2, pcm.S16, make([]byte, 4*1000))
	in, err := openSound("-", bytes.NewReader(sound))
	if err != nil {
		t.Fatal(err)
	}
	v, err := newVocodePipeline(in, builtinModel, spectral.Effects{Stretch: 2.5}, "")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := v.values(16000), int64(128*3*2*2); got != want {
		t.Errorf("a frame becomes %d values, want %d", got, want)
	}
}

// TestVocodeShortSound: whether it is the sound that is too short, or the frames made of it, is said.
func TestVocodeShortSound(t *testing.T) {
	model := tinyMelGAN(t)
	config := filepath.Join(model, "config.json")
	writeFile(t, config, bytes.Replace(readFile(t, config), []byte("{"), []byte(`{"n_fft": 8, `), 1))
	for n, want := range map[int]string{
		4: "standard input: input too short: 4 frames, need at least 5, at 8000 Hz",
		5: "standard input: input too short: 3 frames, need at least 4, of mels",
	} {
		sound := wavBytes(t, 8000, 1, pcm.S16, make([]byte, 2*n))
		tailwave(bytes.NewReader(sound), "verify", "-", "--model", model).wantError(t, exitFailed, want)
		tailwave(bytes.NewReader(sound), "vocode", "-", "-", "--model", model).wantError(t, exitFailed, want)
	}
}
