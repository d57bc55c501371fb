package models

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/spectral"
	"github.com/tailwave/tailwave/testdata/reference"
)

// TestCheckFrames requires typed errors for NaN, infinity and frames on another scale, and an ArgError for part of a
// frame.
func TestCheckFrames(t *testing.T) {
	m, err := Open(reference.File(t, "weights", "hifigan-v3-ljspeech"))
	if err != nil {
		t.Fatal(err)
	}
	silence := slices.Repeat([]float32{-11.512925}, 80*200)
	nan := slices.Clone(silence)
	nan[80*150+3] = float32(math.NaN())
	decibels := make([]float32, len(silence))
	for i := range decibels {
		decibels[i] = float32(-10 - i%80)
	}
	for name, c := range map[string]struct {
		frames []float32
		want   string
	}{
		"none":            {nil, ""},
		"silence":         {silence, ""},
		"NaN":             {nan, "frame 150, band 3 (both from 0) is NaN"},
		"decibels":        {decibels, "frames seem to hold decibels (-89 to -10, mean -49.5): the model takes natural logarithms (-11.5 to 3.17)"},
		"part of a frame": {silence[:81], "length of the frames is 81, must be a multiple of the 80 values of a frame"},
	} {
		t.Run(name, func(t *testing.T) {
			err := m.CheckFrames(c.frames)
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("got error %q, want %q", got, c.want)
			}
		})
	}
	if _, ok := errors.AsType[*FrameError](m.CheckFrames(nan)); !ok {
		t.Errorf("NaN: got %T, want a *FrameError", m.CheckFrames(nan))
	}
	if _, ok := errors.AsType[*ScaleError](m.CheckFrames(decibels)); !ok {
		t.Errorf("decibels: got %T, want a *ScaleError", m.CheckFrames(decibels))
	}
	if _, ok := errors.AsType[*dsp.ArgError](m.CheckFrames(silence[:1])); !ok {
		t.Errorf("part of a frame: got %T, want a *dsp.ArgError", m.CheckFrames(silence[:1]))
	}
}

// TestFrameValues requires that the values of frames are known for a HiFi-GAN even without a front end, for another
// generator only with means and scales, and not for latents.
func TestFrameValues(t *testing.T) {
	missing := errors.New("n_fft is missing")
	decimal := spectral.ParallelWaveGAN(22050, 1024, 1024, 256, 80, 80, 7600)
	normalised := decimal
	normalised.Mean, normalised.Scale = make([]float32, 80), slices.Repeat([]float32{1}, 80)
	for name, c := range map[string]struct {
		m    Model
		want spectral.Scale // unknown if not known
	}{
		"HiFi-GAN": {Model{info: Info{Architecture: "HiFi-GAN", SampleRate: 24000, Mels: 80, Hop: 300},
			frontEndErr: missing}, spectral.Ln},
		"HiFi-GAN, its front end": {Model{info: Info{Architecture: "HiFi-GAN", Mels: 80}, frontEnd: decimal},
			spectral.Log10},
		"MelGAN": {Model{info: Info{Architecture: "MelGAN", Mels: 80}, frontEnd: normalised},
			spectral.Normalised},
		"MelGAN, no statistics": {Model{info: Info{Architecture: "MelGAN", Mels: 80}, frontEnd: decimal},
			spectral.UnknownScale},
		"MelGAN, no front end": {Model{info: Info{Architecture: "MelGAN", Mels: 80}, frontEndErr: missing},
			spectral.UnknownScale},
		"another, its front end": {Model{info: Info{Architecture: "BigVGAN", Mels: 80},
			frontEnd: spectral.HiFiGAN(22050, 1024, 1024, 256, 80, 0, 8000)}, spectral.Ln},
		"another, no front end": {Model{info: Info{Architecture: "BigVGAN", Mels: 80}, frontEndErr: missing},
			spectral.UnknownScale},
		"latents": {Model{info: Info{Mels: 80, Latents: true}, frontEnd: normalised},
			spectral.UnknownScale},
	} {
		t.Run(name, func(t *testing.T) {
			mel, ok := c.m.FrameValues()
			if want := c.want != spectral.UnknownScale; ok != want || ok && mel.Values() != c.want {
				t.Errorf("got %v, known %v, want %v", mel.Values(), ok, c.want)
			}
			check, err := c.m.NewFrameCheck()
			if err != nil {
				t.Fatal(err)
			}
			if err := check.Add(dsptest.Noise[float32](1, 80)); err != nil {
				t.Errorf("a frame: got error %v, want none", err)
			}
		})
	}
}
