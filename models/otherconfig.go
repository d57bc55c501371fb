package models

import (
	"encoding/json"
	"fmt"
	"strings"
)

// What to do with the configuration of another publisher or of another network.
const (
	// rewrite is for a network that this package may play when its description is in other words.
	rewrite = "write a config.json in the words of HiFi-GAN's authors, with resblock, upsample_rates and num_mels, " +
		`or for a MelGAN with the model_type melgan or multiband_melgan`
	// another is for a network that it cannot play.
	another = "only HiFi-GAN, MelGAN and multi-band MelGAN are supported"
)

// others are configurations that people have next to weights. The first that matches counts. A condition is the keys
// that must be there, separated by blanks: key=value compares a string or a boolean, key^value the beginning of a
// string, !key asks for its absence.
var others = []struct {
	name       string
	conditions []string
	next       string
}{
	{"Coqui TTS", []string{"generator_model", "generator_model_params", "model audio model_args", "vocoder_model"}, rewrite},
	{"TensorFlowTTS", []string{"hifigan_generator_params", "melgan_generator_params", "multiband_melgan_generator_params"},
		rewrite},
	{"ParallelWaveGAN", []string{"generator_type", "generator_params"}, rewrite},
	{"HiFi-GAN in Hugging Face transformers", []string{"model_type=hifigan !resblock", "model_in_dim !resblock",
		"model_type=fastspeech2_conformer_hifigan", "architectures^SpeechT5HifiGan", "architectures^FastSpeech2ConformerHifiGan"}, rewrite},
	{"Piper", []string{"phoneme_id_map", "piper_version", "espeak"}, another},
	{"NeMo", []string{"preprocessor generator", "target^nemo.", "_target_^nemo."}, rewrite},
	{"VITS", []string{"model_type=vits", "architectures^VitsModel", "train data model !resblock", "data model !resblock",
		"inter_channels filter_channels"}, another},
	{"NSF-HiFi-GAN", []string{"mini_nsf", "pc_aug", "noise_sigma", "harmonic_num", "nb_harmonics", "num_harmonics",
		"use_pitch_embed=true", "sine_amp"}, another},
	{"iSTFTNet", []string{"gen_istft_n_fft", "gen_istft_hop_size", "istft_params"}, another},
	{"BigVGAN", []string{"model_type=bigvgan", "resblock activation^snake", "resblock snake_logscale=true"}, another},
	{"Vocos", []string{"backbone head", "feature_extractor head", "feature_extractor backbone", "model_type=vocos"}, another},
	{"SNAC", []string{"model_type=snac", "vq_strides decoder_rates"}, another},
	{"DAC", []string{"model_type=dac", "architectures^Dac", "decoder_rates encoder_rates", "decoder_rates n_codebooks",
		"upsampling_ratios downsampling_ratios codebook_size"}, another},
	{"EnCodec", []string{"model_type=encodec", "architectures^Encodec", "upsampling_ratios target_bandwidths",
		"ratios n_filters", "seanet"}, another},
	{"UnivNet", []string{"model_type=univnet", "architectures^UnivNet"}, another},
	{"WaveGlow", []string{"waveglow_config", "model_type=waveglow"}, another},
	// Its convolutions are padded by reflection.
	{"SpeechBrain", []string{"upsample_factors resblock_type !resblock"}, another},
}

// other returns an error that names the configuration of another publisher or network, or nil.
func (s *settings) other() error {
	for _, o := range others {
		for _, c := range o.conditions {
			if s.matches(c) {
				return unsupportedf("is the configuration of %s (it has %s): %s", o.name, s.found(c), o.next)
			}
		}
	}
	if s.has("weight_map") {
		return unsupportedf("is the index of the parts of weights: call the configuration of the model config.json")
	}
	return nil
}

// matches reports whether a condition holds; see others.
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

// word returns a string, the first one in an array, or the text of another value.
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

// found names the keys of a condition that holds, with the values that it compares.
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
