package models

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/models/lyra"
)

// codecFolder returns the folder with the files of a codec that path is or is in: it has .tflite files, and no weights of
// other kinds.
func codecFolder(path string) (string, bool) {
	if strings.EqualFold(filepath.Ext(path), ".tflite") {
		if st, err := os.Stat(path); err == nil && !st.IsDir() {
			return filepath.Dir(path), true
		}
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return "", false
	}
	found := false
	for _, e := range entries {
		switch strings.ToLower(filepath.Ext(e.Name())) {
		case ".safetensors", ".pth", ".pt":
			return "", false
		case ".tflite":
			found = true
		}
	}
	return path, found
}

// openCodec returns the decoder of a codec.
func openCodec(folder string, workers dsp.Workers) (*Model, error) {
	c, err := lyra.Open(folder)
	if err != nil {
		return nil, err
	}
	m := &Model{network: c.Decoder(), frontEndErr: fmt.Errorf("%s: takes the latents of a codec, which are not made of sound by a formula", folder), Info: Info{
		Architecture: "Lyra 1.2.0 decoder", Path: folder, Parameters: c.Parameters,
		SampleRate: lyra.SampleRate, Mels: lyra.Latents, Latents: true, Hop: lyra.Hop,
	}}
	return m, m.begin(workers)
}
