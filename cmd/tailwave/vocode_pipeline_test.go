package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/dsp/spectral"
	"github.com/tailwave/tailwave/stream"
)

// TestVocodeBlock: the values of a chunk, and those that it becomes, are bounded for any number of channels and any
// model, stretch and rate.
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
	for name, c := range map[string]struct {
		chunk, want int
		rate        int64
		v           vocodePipeline
	}{
		"short":                {32, 32, 0, pipeline(80, 22050, 1, 256, 1, 1)},
		"long":                 {4096, 4096, 0, pipeline(80, 22050, 1, 256, 1, 1)},
		"large hop":            {4096, 64, 0, pipeline(80, 22050, 1, 1<<16, 1, 1)},
		"large hop, less rate": {4096, 64, 8000, pipeline(80, 22050, 1, 1<<16, 1, 1)},
		"more rate":            {4096, 512, 64000, pipeline(80, 8000, 1, 1<<10, 1, 1)},
		"large hop, more rate": {4096, 1, 768000, pipeline(80, 1000, 1, 1<<16, 1, 1)},
		"many channels":        {4096, 128, 0, pipeline(32, 96000, 32, 1<<10, 1<<10, 1)},
		"stretch":              {4096, 512, 0, pipeline(1, 96000, 1, 1<<10, 1<<10, 8)},
		"many source channels": {32, 4, 0, pipeline(1024, 22050, 1, 256, 1<<10, 1)},
	} {
		t.Run(name, func(t *testing.T) {
			if got := blockFrames(c.chunk, c.v.values(c.rate)); got != c.want {
				t.Errorf("got a block of %d frames, want %d", got, c.want)
			}
		})
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
		t.Errorf("values that a frame becomes: got %d, want %d", got, want)
	}
}

// TestVocodeShortSound: the error tells whether the sound is too short, or the mels made of it.
func TestVocodeShortSound(t *testing.T) {
	model := tinyMelGAN(t)
	config := filepath.Join(model, "config.json")
	writeFile(t, config, bytes.Replace(readFile(t, config), []byte("{"), []byte(`{"n_fft": 8, `), 1))
	for n, want := range map[int]string{
		4: "standard input: input too short: 4 frames, need at least 5, at 8000 Hz",
		5: "standard input: input too short: 3 frames, need at least 4, of mels",
	} {
		t.Run(fmt.Sprint(n, " frames"), func(t *testing.T) {
			sound := wavBytes(t, 8000, 1, pcm.S16, make([]byte, 2*n))
			tailwave(bytes.NewReader(sound), "verify", "-", "--model", model).wantError(t, exitFailed, want)
			tailwave(bytes.NewReader(sound), "vocode", "-", "-", "--model", model).wantError(t, exitFailed, want)
		})
	}
}
