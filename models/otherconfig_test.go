package models

import (
	"errors"
	"testing"

	"github.com/tailwave/tailwave/models/weights"
)

// TestOtherConfigurations requires that the configurations of other publishers and networks are refused by their names.
func TestOtherConfigurations(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"Coqui", `{"generator_model": "hifigan_generator", "audio": {}}`, "Coqui TTS (it has generator_model)"},
		{"Coqui, of a voice", `{"model": "vits", "audio": {"x": 1}, "model_args": {"x": 1}}`, "Coqui TTS"},
		{"TensorFlowTTS", `{"model_type": "multiband_melgan", "multiband_melgan_generator_params": {"filters": 384}}`,
			"TensorFlowTTS"},
		{"ParallelWaveGAN", `{"generator_type": "MelGANGenerator", "generator_params": {"x": 1}}`, "ParallelWaveGAN"},
		{"transformers", `{"architectures": ["SpeechT5HifiGan"], "model_in_dim": 80, "model_type": "hifigan"}`,
			`HiFi-GAN in Hugging Face transformers (it has model_type "hifigan")`},
		{"transformers, FastSpeech 2", `{"architectures": ["FastSpeech2ConformerHifiGan"]}`,
			"HiFi-GAN in Hugging Face"},
		{"Piper", `{"audio": {"sample_rate": 22050}, "phoneme_id_map": {"a": [1]}}`, "Piper (it has phoneme_id_map)"},
		{"NeMo", `{"preprocessor": {"x": 1}, "generator": {"resblock": 1}}`, "NeMo"},
		{"VITS", `{"train": {}, "data": {"sampling_rate": 22050}, "model": {"resblock": "1"}}`,
			"VITS (it has train and data and model)"},
		{"VITS in transformers", `{"model_type": "vits", "upsample_rates": [8]}`, "VITS"},
		{"NSF", `{"resblock": "1", "mini_nsf": false, "noise_sigma": 0.0}`, "NSF-HiFi-GAN (it has mini_nsf)"},
		{"iSTFTNet", `{"resblock": "1", "gen_istft_n_fft": 16}`, "iSTFTNet (it has gen_istft_n_fft)"},
		{"BigVGAN", `{"resblock": "1", "activation": "snakebeta"}`,
			`BigVGAN (it has resblock and activation "snakebeta")`},
		{"BigVGAN by its scale", `{"resblock": "1", "snake_logscale": true}`, "BigVGAN"},
		{"Vocos", `{"backbone": {"x": 1}, "head": {"x": 1}, "feature_extractor": {"x": 1}}`, "Vocos"},
		{"SNAC", `{"decoder_rates": [8, 4], "encoder_rates": [4, 8], "vq_strides": [4, 2, 1], "noise": true}`, "SNAC"},
		{"DAC", `{"decoder_rates": [8, 4], "encoder_rates": [4, 8], "n_codebooks": 9}`, "DAC"},
		{"EnCodec", `{"architectures": ["EncodecModel"], "model_type": "encodec"}`, "EnCodec"},
		{"EnCodec's arguments", `{"ratios": [8, 5], "n_filters": 4, "activation": "ELU"}`, "EnCodec"},
		{"UnivNet", `{"model_type": "univnet"}`, "UnivNet"},
		{"WaveGlow", `{"waveglow_config": {"n_flows": 12}}`, "WaveGlow"},
		{"SpeechBrain", `{"upsample_factors": [8, 8], "resblock_type": "1"}`, "SpeechBrain"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := architecture([]byte(c.text))
			wantError(t, err, "is the configuration of "+c.want)
			if _, ok := errors.AsType[weights.Unsupported](err); !ok {
				t.Errorf("got error %v, want one about a kind that is not supported", err)
			}
		})
	}
	for _, c := range []struct{ name, text, want string }{
		{"index", `{"metadata": {}, "weight_map": {"a": "b"}}`, "is the index of a model in several files"},
		{"other type", `{"model_type": "tacotron2"}`,
			`model_type is "tacotron2", must be hifigan, melgan or multiband_melgan: other networks`},
		{"blocks missing", `{"model_type": "HiFi-GAN"}`, "describes no known model: a HiFi-GAN has"},
		{"nothing known", `{"a": 1}`, "describes no known model: a HiFi-GAN has resblock, upsample_rates and num_mels"},
		{"null", `{"resblock": null, "mini_nsf": null}`, "describes no known model: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := architecture([]byte(c.text))
			wantError(t, err, c.want)
		})
	}
}
