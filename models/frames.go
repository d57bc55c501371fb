package models

import (
	"math/bits"
	"strings"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/spectral"
)

// Errors about frames.
type (
	FrameError = spectral.FrameError
	ScaleError = spectral.ScaleError
)

// CheckFrames looks for what is wrong with frames for the model: len(frames)/[Info].Mels of them, one after the other.
// It returns nil if it finds nothing, a [*FrameError] for the first NaN or infinity in all of them, and a [*ScaleError]
// if those of the first two seconds do not look like what the model takes, such as decibels for a model that takes
// natural logarithms. The scale of latents is not looked at, nor that of frames whose normalisation is not known. A
// length that is not whole frames is a *dsp.ArgError.
func (m *Model) CheckFrames(frames []float32) error {
	if len(frames)%m.info.Mels != 0 {
		return dsp.NewArgError("frames", len(frames), "a multiple of %d, the values of a frame", m.info.Mels)
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

// NewFrameCheck returns the check of [Model.CheckFrames] for frames that come piece by piece.
func (m *Model) NewFrameCheck() (*spectral.FrameCheck, error) {
	if mel, ok := m.FrameValues(); ok {
		return spectral.NewFrameCheck(mel)
	}
	return spectral.NewFiniteCheck(m.info.Mels)
}

// FrameValues returns the front end by what the frames of the model hold: that of [Model.FrontEnd], or without one that
// of all HiFi-GAN generators, for which only the floor and the logarithm of the result are meant. It returns false if
// nothing is known about the values: those of latents, and those of a MelGAN generator without means and scales.
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
