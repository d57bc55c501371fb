package models

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/tailwave/tailwave/models/weights"
)

// withKeys returns the text of a configuration with more keys.
func withKeys(text []byte, keys string) []byte {
	return []byte(strings.TrimSuffix(string(text), "}") + "," + keys + "}")
}

// TestKeys requires that a key that describes another network is refused by name and value, and that a key that
// describes the played network is accepted.
func TestKeys(t *testing.T) {
	h1, h2, m := configFile(t, small["resblock 1"]), configFile(t, small["resblock 2"]), configFile(t, smallMelGAN(1))
	const other = "other networks are not supported"
	for _, c := range []struct {
		name string
		text []byte
		keys string
		want string // the error; "" for none
	}{
		{"activation", h1, `"activation":"elu"`, `activation is "elu", must be "LeakyReLU": ` + other},
		{"the activation", h1, `"activation":"leaky_relu","nonlinear_activation":"LeakyReLU"`, ""},
		{"no activation", h1, `"activation":null`, ""},
		{"causal", h1, `"use_causal_conv":true`, "use_causal_conv is true, must be absent, false or 0: " + other},
		{"not causal", h1, `"use_causal_conv":false,"causal":0`, ""},
		{"causal as text", h1, `"use_causal_conv":"true"`, `use_causal_conv is "true", must be`},
		{"speaker vector", h1, `"gin_channels":256`, "gin_channels is 256, must be absent, false or 0"},
		{"no speaker vector", h1, `"gin_channels":0,"cond_channels":null,"spk_embed_dim":0`, ""},
		{"speakers", h1, `"n_speakers":4`, "n_speakers is 4, must be 1"},
		{"a speaker", h1, `"n_speakers":1,"num_speakers":0`, ""},
		{"no tanh", h1, `"use_tanh_at_final":false`, "use_tanh_at_final is false, must be true"},
		{"null tanh", h1, `"use_tanh_at_final":null`, "use_tanh_at_final is null, must be true"},
		{"tanh", h1, `"use_tanh_at_final":true,"use_bias_at_final":true,"conv_post_bias":true,"bias":true`, ""},
		{"no bias", h1, `"use_bias_at_final":false`, "use_bias_at_final is false, must be true"},
		{"slope", h1, `"leaky_relu_slope":0.2`, "leaky_relu_slope is 0.2, must be 0.1"},
		{"the slope", h1, `"lrelu_slope":1e-1,"nonlinear_activation_params":{"negative_slope":0.1}`, ""},
		{"slope inside", h1, `"nonlinear_activation_params":{"negative_slope":0.2}`,
			`nonlinear_activation_params is {"negative_slope":0.2}, must be {"negative_slope":0.1}`},
		{"no snake", h1, `"snake_logscale":false`, ""},
		{"normalised", h1, `"normalize_before":true`, "normalize_before is true, must be absent"},
		{"channels out", h1, `"out_channels":4`, "out_channels is 4, must be 1"},
		{"channels in", h1, `"in_channels":80`, "in_channels is 80, must be 5"},
		{"the channels", h1, `"in_channels":5.0,"out_channels":1,"channels":16,"kernel_size":7`, ""},
		{"other channels", h1, `"channels":512`, "channels is 512, must be 16"},
		{"kernel", h1, `"kernel_size":5`, "kernel_size is 5, must be 7"},
		{"blocks of kind 1", h1, `"use_additional_convs":true,"resblock_type":"1"`, ""},
		{"blocks of kind 2", h2, `"use_additional_convs":false,"resblock_type":2`, `resblock_type is 2, must be "2"`},
		{"more convolutions", h2, `"use_additional_convs":true`, "use_additional_convs is true, must be false"},
		{"other rates", h1, `"upsample_scales":[2,4]`, "upsample_scales is [2,4], must be [4,2]"},
		{"the rates", h1, `"upsample_factors":[4, 2.0]`, ""},
		{"padding", h1, `"padding_mode":"reflect"`, `padding_mode is "reflect", must be "zeros"`},
		{"interpolation", h1, `"upsample_mode":"nearest"`, `upsample_mode is "nearest", must be "conv_transpose"`},
		{"padded input", h1, `"inference_padding":5`, "inference_padding is 5, must be absent"},
		{"sub-bands", h1, `"subbands":4`, "subbands is 4, must be 1"},
		{"model type", h1, `"model_type":"univ"`, `model_type is "univ", must be hifigan, melgan or multiband_melgan: ` + other},
		{"the model type", h1, `"model_type":"hifigan"`, ""},
		{"object", h1, `"generator":{"resblock":"2"}`, `generator is {"resblock":"2"}, must be "hifigan"`},
		{"model object", h1, `"model":{"layers":2}`, `model is {"layers":2}, must be "hifigan" with the other keys of this file: other`},
		{"parameters", h1, `"hparams":{"layers":2}`, "hparams is an object, which may describe another network"},
		{"other model", h1, `"model":"hifigan-xl"`, `model is "hifigan-xl", must be "hifigan" with the other keys of this file: ` + other},
		{"the model", h1, `"model":"HiFi-GAN V1","architecture":"HiFi-GAN"`, ""},
		{"default slope", h1, `"nonlinear_activation_params":{}`, "nonlinear_activation_params is {}, must be"},
		{"empty object", h1, `"model":{},"params":null`, ""},
		{"object with a known key", h1, `"voice":{"x":[{"num_mels":80}]}`,
			"voice holds the key num_mels, which may describe"},
		{"object with a telling key", h1, `"voice":{"x":[1,{"speaker":3}]}`,
			"voice holds the key speaker, which may describe"},
		{"unknown", h1, `"f0_channels":1`, "f0_channels is 1, and seems to describe another network: remove the key"},
		{"unknown, in capitals", h1, `"Use_Causal_Conv":true`, "Use_Causal_Conv must be spelled use_causal_conv"},
		{"another case", h1, `"Num_Mels":7`, "Num_Mels must be spelled num_mels: rename the key"},
		{"slope in capitals", h1, `"LRELU_SLOPE":0.2`, "LRELU_SLOPE must be spelled lrelu_slope"},
		{"class", h1, `"_target_":"models.bigvgan.BigVGAN"`,
			`_target_ is "models.bigvgan.BigVGAN", which names another network`},
		{"type", h1, `"type":"nsf-hifigan"`, `type is "nsf-hifigan", which names another network`},
		{"name", h1, `"model_name":"iSTFTNet"`, `model_name is "iSTFTNet", which names another network`},
		{"classes", h1, `"architecture_list":["Vocos"]`, `which names another network`},
		{"path", h1, `"pretrained":"/data/vocos/x"`, ""},
		{"transform", h1, `"name":"transformed"`, ""},
		{"activation of others", h1, `"hidden_act":"gelu"`, `hidden_act is "gelu", must be "LeakyReLU"`},
		{"last activation", h1, `"final_act":"none"`, `final_act is "none", must be "tanh"`},
		{"bias of others", h1, `"conv_bias":false`, "conv_bias is false, must be true"},
		{"groups of others", h1, `"conv_groups":2`, "conv_groups is 2, must be 1"},
		{"one band", h1, `"n_bands":1`, ""},
		{"unknown, one word", h1, `"useSnakeBeta":true`, "useSnakeBeta is true, and seems to describe"},
		{"unknown, none", h1, `"pitch_predictor":"none","lstm_layers":0,"film":"","nsf_type":"None","attention":[],"harmonics":false`, ""},
		{"unknown, a speaker", h1, `"speaker_count":1,"speakers":1`, ""},
		{"training", h1, `"discriminator_activation":"snake","noise_loss":1,"harmonic_lr":0.1`, ""},
		{"MelGAN, causal", m, `"use_causal_conv":true`,
			"use_causal_conv is true, must be absent, false or 0: " + other},
		{"MelGAN, no tanh", m, `"use_final_nonlinear_activation":false`,
			"use_final_nonlinear_activation is false, must be true"},
		{"MelGAN, pad", m, `"pad":"ConstantPad1d"`, `pad is "ConstantPad1d", must be "ReflectionPad1d"`},
		{"MelGAN, slope", m, `"nonlinear_activation_params":{"negative_slope":0.1}`, "nonlinear_activation_params is"},
		{"MelGAN, the same", m, `"use_weight_norm":true,"bias":true,"pad":"ReflectionPad1d","pad_params":{},"in_channels":5,` +
			`"nonlinear_activation":"LeakyReLU","nonlinear_activation_params":{"negative_slope":0.2}`, ""},
		{"MelGAN, bias", m, `"bias":false`, "bias is false, must be true"},
		{"MelGAN, pqmf", m, `"pqmf":{"subbands":4,"taps":62,"cutoff_ratio":0.142,"beta":9}`,
			"model_type is melgan, must be"},
		{"MelGAN, resblock", m, `"resblock":"1"`, `resblock is "1", and seems to describe another network`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := architecture(withKeys(c.text, c.keys))
			switch {
			case c.want != "":
				wantError(t, err, c.want)
			case err != nil:
				t.Errorf("got error %v, want none", err)
			}
			_, unsupported := errors.AsType[weights.Unsupported](err)
			if want := c.want != "" && c.name != "MelGAN, pqmf"; unsupported != want {
				t.Errorf("error %v: got unsupported %v, want %v", err, unsupported, want)
			}
		})
	}
}

// TestUnusedKeys requires that a model lists keys of training and unknown keys separately.
func TestUnusedKeys(t *testing.T) {
	h := small["resblock 2"]
	m, err := OpenFS(fstest.MapFS{
		"m.safetensors": {Data: safetensorsFile(t, randomHiFiGAN(h))},
		"config.json": {Data: withKeys(configFile(t, h), `"seed":1234,"dist_config":{"world_size":1},"adam_b1":0.8,`+
			`"fmax_for_loss":null,"x":NaN,"use_spectral_norm":false,"n_speakers":1,"n_fft":64,"voice":{"a":1}`)},
	}, ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name      string
		got, want []string
	}{
		{"harmless", m.Unused().Keys, []string{"adam_b1", "dist_config", "fmax_for_loss", "seed", "use_spectral_norm"}},
		{"unknown", m.Unused().UnknownKeys, []string{"voice", "x"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !slices.Equal(c.got, c.want) {
				t.Errorf("got %v, want %v", c.got, c.want)
			}
		})
	}
}

// TestHarmlessKeys requires that each harmless key is listed once, and that no rule is about it.
func TestHarmlessKeys(t *testing.T) {
	h, m := small["resblock 1"], smallMelGAN(4)
	ruled := map[string]bool{}
	for _, r := range slices.Concat(h.rules(), m.rules(), hifiGANFrames, melGANFrames) {
		for key := range strings.FieldsSeq(r.keys) {
			ruled[key] = true
		}
	}
	seen := map[string]bool{}
	for _, group := range harmlessKeys {
		for key := range strings.FieldsSeq(group.keys) {
			if seen[key] || ruled[key] {
				t.Errorf("%s: got a key that is listed twice, or has a rule, want it once", key)
			}
			seen[key] = true
		}
	}
}
