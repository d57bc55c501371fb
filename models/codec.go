package models

import (
	"github.com/tailwave/tailwave/models/lyra"
)

// codecModel returns the decoder of a codec that was read from a folder.
func codecModel(c *lyra.Codec, folder string) (*Model, error) {
	m := &Model{network: c.Decoder(), info: Info{
		Architecture: "Lyra 1.2.0 decoder", Path: folder, Parameters: c.Parameters,
		SampleRate: lyra.SampleRate, Mels: lyra.Latents, Latents: true, Hop: lyra.Hop,
	}}
	m.frontEndErr = &UnsupportedError{
		File: folder,
		What: "takes the latents of a codec, not a mel spectrogram: use the encoder of the codec",
	}
	return m, m.measure()
}
