package models

import (
	"errors"
	"fmt"
	"strings"

	"github.com/tailwave/tailwave/models/internal/file"
	"github.com/tailwave/tailwave/models/weights"
)

// readConfig reads a config.json. Errors begin with the path.
func readConfig(files file.System, path string) (config, error) {
	text, err := files.Read(path, maxConfig)
	if err != nil {
		return nil, err
	}
	a, err := architecture(text)
	switch {
	case errors.Is(err, errUnknownModel):
		return nil, noConfig{inFile(path, err)}
	case err != nil:
		return nil, inFile(path, short{err})
	}
	return a, nil
}

// A noConfig error is about weights without a configuration that describes a model.
type noConfig struct{ error }

func (n noConfig) Unwrap() error { return n.error }

// errUnknownModel is about a text without the keys of a known model.
const errUnknownModel = weights.Unsupported("describes no known model: a HiFi-GAN has resblock, upsample_rates and " +
	"num_mels, a MelGAN has the model_type melgan or multiband_melgan, and upsample_scales")

// A short error cuts the text of an error that may quote a file.
type short struct{ error }

func (s short) Error() string { return fmt.Sprintf("%.300s", s.error) }
func (s short) Unwrap() error { return s.error }

// architecture returns the configuration in the text of a config.json: of exactly the network that the text describes,
// or an error.
func architecture(text []byte) (config, error) {
	s, err := parseSettings(text)
	if err != nil {
		return nil, err
	}
	if err := s.other(); err != nil {
		return nil, err
	}
	switch kind := s.word("model_type"); {
	case kind == "melgan" || kind == "multiband_melgan":
		return parseMelGAN(s)
	case s.has("resblock"):
		return parseHiFiGAN(s)
	case s.has("model_type") && !strings.HasPrefix(strings.ToLower(kind), "hifi"):
		return nil, unsupportedf("model_type is %s, must be hifigan, melgan or multiband_melgan: "+
			"other networks are not supported", shownValue(s.values["model_type"]))
	}
	return nil, errUnknownModel
}
