package models

import (
	"math/bits"
	"strings"

	"github.com/tailwave/tailwave/dsp/spectral"
)

// A FrameError reports NaN or infinity in a frame.
type FrameError = spectral.FrameError

// A ScaleError reports frames on another scale than the frames of the model.
type ScaleError = spectral.ScaleError

// CheckFrames checks frames [n, [Info].Mels] before the model consumes them. It returns a [*FrameError] for the first
// NaN or infinity, and a [*ScaleError] if the first two seconds do not look like frames for the model, such as decibels
// for a model of natural logarithms. The scale of latents is not checked, nor that of frames with unknown
// normalisation. A length that is not a whole number of frames is a *dsp.ArgError.
func (m *Model) CheckFrames(frames []float32) error {
	if len(frames)%m.info.Mels != 0 {
		return m.partError(frames)
	}
	c, err := m.NewFrameCheck()
	if err != nil {
		return err
	}
	if err := c.Add(frames); err != nil {
		return err
	}
	return c.Scale()
}

// NewFrameCheck returns the check of [Model.CheckFrames] for frames that arrive in chunks.
func (m *Model) NewFrameCheck() (*spectral.FrameCheck, error) {
	if mel, ok := m.FrameValues(); ok {
		return spectral.NewFrameCheck(mel)
	}
	return spectral.NewFiniteCheck(m.info.Mels)
}

// FrameValues returns a front end that describes the values of the model's frames: that of [Model.FrontEnd]. For a
// HiFi-GAN without one it is the front end of all HiFi-GAN generators, in which only the logarithm and its floor are
// certain. FrameValues returns false if the values are unknown: for latents, and for a MelGAN without means and scales.
func (m *Model) FrameValues() (spectral.Mel, bool) {
	i := m.info
	switch {
	case i.Latents || strings.HasSuffix(i.Architecture, "MelGAN") && m.frontEnd.Values() != spectral.Normalised:
		return spectral.Mel{}, false
	case m.frontEndErr != nil && i.Architecture == "HiFi-GAN":
		size := 4 << bits.Len(uint(i.Hop-1))
		mel := spectral.HiFiGAN(i.SampleRate, size, size, i.Hop, i.Mels, 0, 0)
		_, err := spectral.NewFrameCheck(mel)
		return mel, err == nil
	}
	return m.frontEnd, m.frontEndErr == nil
}
