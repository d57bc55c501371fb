package models

import (
	"maps"
	"strings"
)

// harmlessKeys are keys of configurations that do not change the sound that a generator makes from frames.
var harmlessKeys = []struct{ reason, keys string }{
	{"how a network is trained: steps, batches, optimizers, precision",
		"batch_size learning_rate adam_b1 adam_b2 adam_eps lr_decay lr_gamma init_lr_ratio warmup_epochs " +
			"warmup_steps seed segment_size betas eps epsilon weight_decay epochs num_epochs max_epochs " +
			"training_epochs train_max_steps max_steps steps n_epochs fp16_run amp use_amp mixed_precision precision " +
			"grad_clip clip_grad_norm generator_grad_norm discriminator_grad_norm generator_optimizer_type " +
			"generator_optimizer_params generator_scheduler_type generator_scheduler_params " +
			"discriminator_optimizer_params discriminator_scheduler_params batch_max_steps seq_len " +
			"discriminator_train_start_steps generator_train_start_steps finetune fine_tuning freeze_step lr lr_gen " +
			"lr_disc lr_scheduler lr_scheduler_params optimizer optimizer_params scheduler scheduler_params"},
	{"what compares sound in training: losses and their spectrograms",
		"fmax_for_loss fmin_for_loss mel_fmax_loss lambda_melloss lambda_adv lambda_aux lambda_feat_match lambda_mel " +
			"lambda_fm use_multiscale_melloss c_mel c_kl stft_loss_params subband_stft_loss_params mel_loss_params " +
			"use_stft_loss use_subband_stft_loss use_mel_loss use_feat_match_loss generator_adv_loss_params " +
			"discriminator_adv_loss_params feat_match_loss_params loss loss_params losses target_loss"},
	{"networks that judge sound in training",
		"resolutions mpd_reshapes use_spectral_norm discriminator_channel_mult discriminator_periods " +
			"discriminator_type discriminator_params discriminator discriminator_config use_cqtd_instead_of_mrd " +
			"cqtd_filters cqtd_max_filters cqtd_filters_scale cqtd_dilations cqtd_hop_lengths cqtd_n_octaves " +
			"cqtd_bins_per_octaves periods"},
	{"the machines that train: processes, devices, data loaders",
		"num_workers num_gpus dist_config dist_backend dist_url world_size pin_memory persistent_workers distributed " +
			"rank local_rank device cuda cudnn_benchmark cudnn_deterministic use_cuda_kernel prefetch_factor"},
	{"reports and checkpoints of training",
		"log_interval eval_interval save_interval checkpoint_interval summary_interval stdout_interval " +
			"validation_interval save_interval_steps eval_interval_steps log_interval_steps " +
			"num_save_intermediate_results keep_ckpts checkpoint_path outdir output_path run_name run_description " +
			"log_dir tensorboard wandb"},
	{"the recordings of training, and how they are kept",
		"training_files validation_files train_dumpdir dev_dumpdir data_path dataset datasets input_wavs_dir " +
			"input_mels_dir input_training_file input_validation_file format allow_cache remove_short_samples " +
			"trim_silence do_trim_silence trim_threshold_in_db trim_frame_size trim_hop_size trim_db resample split " +
			"shuffle"},
	{"bins of the spectrum that mels are made of, which follow from n_fft", "num_freq"},
	{"full scale of the integers in the recordings of training", "max_wav_value"},
	{"weight normalisation is part of how weights are stored, and is seen there", "use_weight_norm"},
	{"numbers before training", "initializer_range"},
	{"the type and the program that weights were saved with", "torch_dtype dtype transformers_version framework"},
	{"words for people",
		"name model_name title note notes comment comments _comment description license licence author authors " +
			"version url date created normalise"},
}

var harmless = func() map[string]bool {
	all := map[string]bool{}
	for _, h := range harmlessKeys {
		maps.Copy(all, set(h.keys))
	}
	return all
}()

// isHarmlessKey reports whether a key is known not to change what is played. Keys that begin with // or # are comments.
func isHarmlessKey(key string) bool {
	return harmless[key] || strings.HasPrefix(key, "//") || strings.HasPrefix(key, "#")
}
