package models

import (
	"errors"
	"fmt"

	"github.com/tailwave/tailwave/dsp/spectral"
)

// analysis is the part of a config.json that says how frames are made of sound, in the same words for all generators.
type analysis struct {
	Size    int      `json:"n_fft,omitempty"`
	Window  int      `json:"win_size,omitempty"` // n_fft without it
	HopSize int      `json:"hop_size,omitempty"` // the generator's without it
	Low     float64  `json:"fmin,omitempty"`
	High    *float64 `json:"fmax,omitempty"` // half the sample rate without it
}

// check compares with the samples per frame that the generator makes, and returns the window and the highest frequency.
func (a *analysis) check(hop int) (window int, high float64, err error) {
	if a.Size == 0 {
		return 0, 0, errors.New("n_fft is missing")
	}
	if a.HopSize != 0 && a.HopSize != hop {
		return 0, 0, fmt.Errorf("hop_size is %d, the generator makes %d samples of a frame", a.HopSize, hop)
	}
	window = a.Window
	if window == 0 {
		window = a.Size
	}
	if a.High != nil {
		high = *a.High
	}
	return window, high, nil
}

// frontEnd returns the front end of meldataset.py.
func (h *hifiGAN) frontEnd() (spectral.Mel, error) {
	hop := h.info().Hop
	window, high, err := h.check(hop)
	if err != nil {
		return spectral.Mel{}, err
	}
	if (h.Size-hop)%2 != 0 {
		return spectral.Mel{}, unsupportedf("n_fft is %d, must differ from the hop of %d by an even number", h.Size, hop)
	}
	return spectral.HiFiGAN(h.SamplingRate, h.Size, window, hop, h.Mels, h.Low, high), nil
}

// frontEnd returns the front end of ParallelWaveGAN, with the normalisation that came with the weights.
func (m *melGAN) frontEnd() (spectral.Mel, error) {
	hop := m.info().Hop
	window, high, err := m.analysis.check(hop)
	if err != nil {
		return spectral.Mel{}, err
	}
	mel := spectral.ParallelWaveGAN(m.SamplingRate, m.Size, window, hop, m.Mels, m.Low, high)
	switch m.Log {
	case "", "log10":
	case "natural":
		mel.Log10 = false
	default:
		return mel, unsupportedf("log is %q, must be log10 or natural", m.Log)
	}
	if m.Floor != nil {
		mel.Floor = *m.Floor
	}
	if m.Centered != nil && !*m.Centered {
		return mel, unsupportedf("center_reflect_pad is false, must be true")
	}
	mel.Mean, mel.Scale = m.mean, m.scale
	return mel, nil
}
