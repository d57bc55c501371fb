package models

// networkRules are about features that no generator of this package has.
var networkRules = []rule{
	// A causal convolution pads on the left only.
	{"use_causal_conv causal is_causal use_causal causal_conv causal_padding", absent},
	// A vector for each speaker, or another condition, is added inside the network.
	{"gin_channels cond_channels spk_embed_dim spk_emb_dim speaker_embedding_size speaker_embedding_dim speaker_dim " +
		"global_channels aux_context_window", absent},
	{"n_speakers num_speakers n_spks num_spks", values(1, 0, false)},
	// Activations with weights, and filters around activations.
	{"snake_logscale use_snake use_snake_activation antialias use_antialias", absent},
	// A source of harmonics or noise in addition to the frames.
	{"use_nsf nsf use_noise use_noise_input noise_dim use_f0 use_pitch use_pitch_embed use_source", absent},
	// An inverse Fourier transform at the end.
	{"istft use_istft inverse_stft stft_out predict_phase", absent},
	// Samples as classes of a quantizer.
	{"mu_law mulaw bits", absent},
	// Frames that the network normalises, by statistics among the weights.
	{"normalize_before", absent},
	// Frames that are added at the ends of the input.
	{"inference_padding", absent},
	// Other layers: with groups, or interpolation instead of a transposed convolution.
	{"groups conv_groups", values(1)},
	{"depthwise separable pixelshuffle pixel_shuffle nearest use_nearest", absent},
	{"upsample_mode upsample_type interp_mode", values("conv_transpose", "transposed", "convtranspose", "transpose",
		"deconv")},
	{"interpolation use_interpolation interpolate upsample_interpolate", absent},
	// Normalisation of activations. The allowed values are about weights and mel filters instead.
	{"norm", values("slaney", "weight_norm", "htk", 1, "", "none")},
	{"norm_type normalization", values("weight_norm", "", "none")},
	{"use_instance_norm use_layer_norm use_batch_norm use_group_norm", absent},
	{"bias use_bias conv_bias final_bias post_bias", values(true)},
	{"no_bias", absent},
	{"use_tanh_at_final use_tanh final_tanh use_final_nonlinear_activation use_final_tanh", values(true)},
}

// leakyReLU are names of the only activation that is implemented.
var leakyReLU = values("LeakyReLU", "leaky_relu", "leakyrelu", "lrelu", "LReLU", "torch.nn.LeakyReLU")

// tanh are names of the only final activation that is implemented.
var tanh = values("tanh", "Tanh", "torch.nn.Tanh")

// Keys for the name of the network, for the activation, and for the number of mels.
const (
	networkWords    = "model architecture arch network generator vocoder"
	activationWords = "activation nonlinear_activation activation_fn activation_function act act_fn nonlinearity " +
		"hidden_act"
	melsWords = "n_mels n_mel num_mel mels mel_bins n_mel_channels mel_channels num_mel_bins input_channels"
)

// rules are about the keys of HiFi-GAN's authors, and about the keys of other publishers with the same meaning.
func (h *hifiGAN) rules() []rule {
	return append([]rule{
		{"model_type " + networkWords, values(
			"hifigan", "hifi-gan", "hifi_gan", "HiFi-GAN",
			"HiFiGAN", "HifiGan", "hifigan_v1", "hifigan_v2", "hifigan_v3", "HiFi-GAN V1", "HiFi-GAN V2", "HiFi-GAN V3",
			"hifigan_generator", "HifiganGenerator", "HiFiGANGenerator", "Generator", map[string]any{})},
		{activationWords, leakyReLU},
		{"final_activation final_act out_act output_activation last_activation", tanh},
		// The slope is a constant in the authors' code. The last activation has PyTorch's default there, 0.01.
		{"leaky_relu_slope lrelu_slope negative_slope relu_slope leaky_slope slope", values(0.1)},
		{"nonlinear_activation_params activation_params", values(
			map[string]any{"negative_slope": 0.1}, map[string]any{"negative_slope": 0.1, "inplace": true})},
		{"use_bias_at_final conv_post_bias conv_pre_bias", values(true)},
		{"out_channels", values(1)},
		{"in_channels model_in_dim " + melsWords, values(h.Mels)},
		{"channels", values(h.UpsampleInitial)},
		{"kernel_size", values(7)},
		{"upsample_scales upsample_factors", values(h.UpsampleRates)},
		{"resblock_dilations", values(h.ResblockDilationSize)},
		// The second convolutions of resblock 1.
		{"use_additional_convs", values(h.Resblock == "1")},
		{"resblock_type", values(h.Resblock, h.Resblock == "1", "ResBlock"+h.Resblock)},
		{"padding_mode pad_mode_conv conv_padding_mode padding", values("zeros", "zero", "constant", "same")},
		// The padding of a layer, or of the sound before the spectrum.
		{"pad_mode", values("reflect", "zeros", "zero", "constant")},
		// A filter bank that joins sub-bands.
		{"pqmf pqmf_params use_pqmf", absent},
		{"subbands n_subbands num_subbands n_bands num_bands bands band_num", values(1, 0, false)},
	}, networkRules...)
}

// rules are about the keys of ParallelWaveGAN.
func (m *melGAN) rules() []rule {
	return append([]rule{
		{networkWords, values(
			m.ModelType, "MelGANGenerator", "MelGAN", map[string]any{})},
		{activationWords, leakyReLU},
		{"final_act out_act output_activation last_activation", tanh},
		{"lrelu_slope negative_slope relu_slope leaky_slope slope", values(m.Slope)},
		{"nonlinear_activation_params activation_params", values(
			map[string]any{"negative_slope": m.Slope}, map[string]any{"negative_slope": m.Slope, "inplace": true})},
		{"pad", values("ReflectionPad1d")},
		{"pad_params", values(map[string]any{})},
		{"padding_mode", values("reflect")},
		{"in_channels " + melsWords, values(m.Mels)},
		{"subbands n_subbands num_subbands n_bands num_bands bands band_num", values(m.subbands())},
		{"use_pqmf", values(m.PQMF != nil)},
	}, networkRules...)
}
