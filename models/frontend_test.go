package models

import (
	"slices"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/testdata/reference"

	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/spectral"
	"github.com/tailwave/tailwave/models/weights"
)

// TestFrontEnd: the configurations of trained models say how their frames are made.
func TestFrontEnd(t *testing.T) {
	for name, want := range map[string]spectral.Mel{
		"hifigan-v3-ljspeech": spectral.HiFiGAN(22050, 1024, 1024, 256, 80, 0, 8000),
		"mb-melgan-ljspeech":  spectral.ParallelWaveGAN(22050, 1024, 1024, 256, 80, 80, 7600),
	} {
		m, err := Open(reference.File(t, "weights", name))
		if err != nil {
			t.Fatal(err)
		}
		got, err := m.FrontEnd()
		if err != nil {
			t.Fatal(err)
		}
		if name == "mb-melgan-ljspeech" {
			if len(got.Mean) != 80 || len(got.Scale) != 80 {
				t.Errorf("%s: %d means, %d scales", name, len(got.Mean), len(got.Scale))
			}
			got.Mean, got.Scale = nil, nil
		}
		if got.FrameLayout != want.FrameLayout || got.Offset != want.Offset || got.Floor != want.Floor || got.Log10 != want.Log10 ||
			got.SampleRate != want.SampleRate || got.Bands != want.Bands || got.Low != want.Low || got.High != want.High {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
}

// TestFrontEndFaults: what a configuration does not say, or says otherwise than is known, is named.
func TestFrontEndFaults(t *testing.T) {
	no := false
	for want, change := range map[string]func(*melGAN){
		"":                            func(*melGAN) {},
		"n_fft is missing":            func(m *melGAN) { m.Size = 0 },
		"hop_size is 7":               func(m *melGAN) { m.HopSize = 7 },
		`log is "ln"`:                 func(m *melGAN) { m.Log = "ln" },
		"center_reflect_pad is false": func(m *melGAN) { m.Centered = &no },
	} {
		m := smallMelGAN(1)
		m.Size = 64
		change(&m)
		_, err := m.frontEnd()
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	h := small["resblock 1"]
	if _, err := h.frontEnd(); err == nil || !strings.Contains(err.Error(), "n_fft is missing") {
		t.Errorf("%v", err)
	}
	h.Size = 64
	if mel, err := h.frontEnd(); err != nil || mel.Left != 28 || mel.Window != 64 || mel.Hop != 8 {
		t.Errorf("%+v, %v", mel, err)
	}
	h.HopSize = 9
	if _, err := h.frontEnd(); err == nil || !strings.Contains(err.Error(), "hop_size is 9") {
		t.Errorf("%v", err)
	}
}

// TestNormalisation: the statistics that came with the weights are those of the frames.
func TestNormalisation(t *testing.T) {
	m := smallMelGAN(1)
	m.Size, m.Log = 64, "natural"
	set := randomMelGAN(m)
	mean, scale := dsptest.Noise[float32](70, 5), dsptest.Noise[float32](71, 5)
	set["mel.mean"], set["mel.scale"] = weights.Tensor{Shape: []int{5}, Data: mean}, weights.Tensor{Shape: []int{5}, Data: scale}
	if _, err := m.build(set); err != nil {
		t.Fatal(err)
	}
	mel, err := m.frontEnd()
	if err != nil || !slices.Equal(mel.Mean, mean) || !slices.Equal(mel.Scale, scale) || mel.Log10 {
		t.Errorf("%+v, %v", mel, err)
	}
}
