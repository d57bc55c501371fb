package models

import (
	"slices"
	"testing"

	"github.com/tailwave/tailwave/testdata/reference"

	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/spectral"
	"github.com/tailwave/tailwave/models/weights"
)

// TestFrontEnd requires that the configurations of trained models say how their frames are made.
func TestFrontEnd(t *testing.T) {
	for name, want := range map[string]spectral.Mel{
		"hifigan-v3-ljspeech": spectral.HiFiGAN(22050, 1024, 1024, 256, 80, 0, 8000),
		"mb-melgan-ljspeech":  spectral.ParallelWaveGAN(22050, 1024, 1024, 256, 80, 80, 7600),
	} {
		t.Run(name, func(t *testing.T) {
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
					t.Errorf("got %d means and %d scales, want 80 of each", len(got.Mean), len(got.Scale))
				}
				got.Mean, got.Scale = nil, nil
			}
			if got.FrameLayout != want.FrameLayout || got.Offset != want.Offset || got.Floor != want.Floor ||
				got.Log10 != want.Log10 || got.SampleRate != want.SampleRate || got.Bands != want.Bands ||
				got.Low != want.Low || got.High != want.High {
				t.Errorf("front end: got %+v, want %+v", got, want)
			}
		})
	}
}

// TestFrontEndFaults requires that an error names the setting that is missing or has a value that is not supported.
func TestFrontEndFaults(t *testing.T) {
	for want, change := range map[string]func(*melGAN){
		"no fault":         func(*melGAN) {},
		"n_fft is missing": func(m *melGAN) { m.Size = 0 },
		`log is "ln"`:      func(m *melGAN) { m.Log = "ln" },
	} {
		t.Run("MelGAN/"+want, func(t *testing.T) {
			m := smallMelGAN(1)
			m.Size = 64
			change(&m)
			if _, err := m.build(randomMelGAN(m)); err != nil {
				t.Fatal(err)
			}
			if _, err := m.frontEnd(); want != "no fault" {
				wantError(t, err, want)
			} else if err != nil {
				t.Errorf("got error %v, want none", err)
			}
		})
	}
	for want, change := range map[string]func(*hifiGAN){
		"n_fft is missing": func(h *hifiGAN) { h.Size = 0 },
	} {
		t.Run("HiFi-GAN/"+want, func(t *testing.T) {
			h := small["resblock 1"]
			h.Size = 64
			change(&h)
			_, err := h.frontEnd()
			wantError(t, err, want)
		})
	}
}

// TestFrontEndLayout requires that the frames of a HiFi-GAN are centred on their hops.
func TestFrontEndLayout(t *testing.T) {
	h := small["resblock 1"]
	h.Size = 64
	mel, err := h.frontEnd()
	if err != nil {
		t.Fatal(err)
	}
	if mel.Left != 28 || mel.Window != 64 || mel.Hop != 8 {
		t.Errorf("got left %d, window %d, hop %d, want 28, 64, 8", mel.Left, mel.Window, mel.Hop)
	}
}

// TestNormalisation requires that the front end uses the statistics that came with the weights.
func TestNormalisation(t *testing.T) {
	m := smallMelGAN(1)
	m.Size, m.Log = 64, "natural"
	set := randomMelGAN(m)
	mean, scale := dsptest.Noise[float32](70, 5), dsptest.Noise[float32](71, 5)
	set["mel.mean"] = weights.Tensor{Shape: []int{5}, Data: mean}
	set["mel.scale"] = weights.Tensor{Shape: []int{5}, Data: scale}
	if _, err := m.build(set); err != nil {
		t.Fatal(err)
	}
	mel, err := m.frontEnd()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(mel.Mean, mean) || !slices.Equal(mel.Scale, scale) {
		t.Errorf("got mean %v, scale %v, want mean %v, scale %v", mel.Mean, mel.Scale, mean, scale)
	}
	if mel.Log10 {
		t.Error("log10: got true, want false for a natural logarithm")
	}
}
