package models

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Advice about the configuration of another publisher or of another network.
const (
	// rewrite is for a network that this package can play if it is described with other keys.
	rewrite = "write a config.json with the keys of HiFi-GAN's authors, such as resblock, upsample_rates and " +
		"num_mels; for a MelGAN, set model_type to melgan or multiband_melgan"
	// another is for a network that this package cannot play.
	another = "only HiFi-GAN, MelGAN and multi-band MelGAN are supported"
)

// others are configurations of other publishers and networks. The first that matches counts. A condition is a list of
// terms, separated by blanks: key requires a key, !key its absence, key=value a string or boolean, key^value the
// beginning of a string.
var others = []struct {
	name       string
	conditions []string
	next       string
}{
	{"Coqui TTS", []string{"generator_model", "generator_model_params", "model audio model_args",
		"vocoder_model"}, rewrite},
	{"TensorFlowTTS", []string{"hifigan_generator_params", "melgan_generator_params",
		"multiband_melgan_generator_params"},
		rewrite},
	{"ParallelWaveGAN", []string{"generator_type", "generator_params"}, rewrite},
	{"HiFi-GAN in Hugging Face transformers", []string{"model_type=hifigan !resblock", "model_in_dim !resblock",
		"model_type=fastspeech2_conformer_hifigan", "architectures^SpeechT5HifiGan",
		"architectures^FastSpeech2ConformerHifiGan"}, rewrite},
	{"Piper", []string{"phoneme_id_map", "piper_version", "espeak"}, another},
	{"NeMo", []string{"preprocessor generator", "target^nemo.", "_target_^nemo."}, rewrite},
	{"VITS", []string{"model_type=vits", "architectures^VitsModel", "train data model !resblock",
		"data model !resblock",
		"inter_channels filter_channels"}, another},
	{"NSF-HiFi-GAN", []string{"mini_nsf", "pc_aug", "noise_sigma", "harmonic_num", "nb_harmonics", "num_harmonics",
		"use_pitch_embed=true", "sine_amp"}, another},
	{"iSTFTNet", []string{"gen_istft_n_fft", "gen_istft_hop_size", "istft_params"}, another},
	{"BigVGAN", []string{"model_type=bigvgan", "resblock activation^snake", "resblock snake_logscale=true"}, another},
	{"Vocos", []string{"backbone head", "feature_extractor head", "feature_extractor backbone",
		"model_type=vocos"}, another},
	{"SNAC", []string{"model_type=snac", "vq_strides decoder_rates"}, another},
	{"DAC", []string{"model_type=dac", "architectures^Dac", "decoder_rates encoder_rates", "decoder_rates n_codebooks",
		"upsampling_ratios downsampling_ratios codebook_size"}, another},
	{"EnCodec", []string{"model_type=encodec", "architectures^Encodec", "upsampling_ratios target_bandwidths",
		"ratios n_filters", "seanet"}, another},
	{"UnivNet", []string{"model_type=univnet", "architectures^UnivNet"}, another},
	{"WaveGlow", []string{"waveglow_config", "model_type=waveglow"}, another},
	// SpeechBrain pads convolutions by reflection.
	{"SpeechBrain", []string{"upsample_factors resblock_type !resblock"}, another},
}

// other returns an error if the settings are the configuration of another publisher or network.
func (s *settings) other() error {
	for _, o := range others {
		for _, c := range o.conditions {
			if s.matches(c) {
				return unsupportedf("is the configuration of %s (it has %s): %s", o.name, s.found(c), o.next)
			}
		}
	}
	if s.has("weight_map") {
		return unsupportedf("is the index of a model in several files, not its configuration: " +
			"name the configuration config.json")
	}
	return nil
}

// matches reports whether a condition of others holds.
func (s *settings) matches(condition string) bool {
	for _, term := range strings.Fields(condition) {
		key, value, begins := strings.Cut(term, "^")
		exact := false
		if !begins {
			key, value, exact = strings.Cut(term, "=")
		}
		key, absent := strings.CutPrefix(key, "!")
		switch found := s.word(key); {
		case s.has(key) == absent,
			begins && !strings.HasPrefix(found, value),
			exact && found != value:
			return false
		}
	}
	return true
}

// word returns the value of a key as text: a string, the first string of an array, or the JSON of another value.
func (s *settings) word(key string) string {
	v := s.values[key]
	var list []json.RawMessage
	if len(v) > 0 && v[0] == '[' && len(v) <= maxCompared && json.Unmarshal(v, &list) == nil && len(list) > 0 {
		v = list[0]
	}
	var text string
	if json.Unmarshal(v, &text) != nil {
		return string(v)
	}
	return text
}

// found returns the keys of a condition that holds, with the values that the condition compares.
func (s *settings) found(condition string) string {
	var list []string
	for _, term := range strings.Fields(condition) {
		switch key := strings.FieldsFunc(term, func(r rune) bool { return r == '=' || r == '^' })[0]; {
		case key[0] == '!':
		case key == term:
			list = append(list, key)
		default:
			list = append(list, fmt.Sprintf("%s %s", key, shownValue(s.values[key])))
		}
	}
	return strings.Join(list, " and ")
}
