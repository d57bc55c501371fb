package models

import (
	"path"
	"slices"
	"strings"

	"github.com/tailwave/tailwave/models/weights"
)

// leftovers sorts the tensors of a file that a network does not use into those that may matter and those that do not. c
// is the chosen candidate, without the tensors that the network has taken; copies are other candidates that fit.
func leftovers(file *weights.File, c candidate, copies []candidate) (inside, outside, harmless []string) {
	for name := range c.set {
		copied := slices.ContainsFunc(copies, func(o candidate) bool { return o.key == c.key && strings.HasPrefix(c.prefix+name, o.prefix) })
		if full := join(c.key, c.prefix+name); copied || isHarmless(name) {
			harmless = append(harmless, full)
		} else {
			inside = append(inside, name)
		}
	}
	for _, d := range file.Dictionaries {
		for name, t := range d.Tensors {
			if d.Key == c.key && strings.HasPrefix(name, c.prefix) {
				continue
			}
			full := join(d.Key, name)
			copied := slices.ContainsFunc(copies, func(o candidate) bool { return o.key == d.Key && strings.HasPrefix(name, o.prefix) })
			if copied || isHarmless(full) || isStep(t) && !matches(sourceModule, full) {
				harmless = append(harmless, full)
			} else {
				outside = append(outside, full)
			}
		}
	}
	return inside, outside, harmless
}

// isStep reports whether a tensor outside of the network is a single number: a step or a best loss.
func isStep(t weights.Tensor) bool { return t.Shape != nil && len(t.Shape) == 0 }

// join puts the key of a dictionary before the name of a tensor in it.
func join(key, name string) string { return strings.TrimPrefix(key+"."+name, ".") }

// harmlessParts are parts of the names of tensors that a generator never uses when it makes sound of frames.
var harmlessParts = []struct{ reason, parts string }{
	{"discriminators judge sound in training", "mpd msd mrd mssbcqtd discriminator discriminators disc model_d model_disc net_d netd d_net"},
	{"optimizers change weights in training", "optim optimizer optimizers optim_g optim_d optimizer_g optimizer_d optimizer_states exp_avg exp_avg_sq " +
		"max_exp_avg_sq exp_avg_sq_row exp_avg_sq_col exp_inf square_avg momentum_buffer param_groups"},
	{"states of random numbers in training", "rng_state rng_states torch_rng_state cuda_rng_state cuda_rng_states " +
		"cuda_rng_state_all numpy_rng_state np_rng_state numpy_rng random_rng_state random_state random_states"},
	{"schedules and scales of training", "scheduler scheduler_g scheduler_d lr_schedulers scaler grad_scaler callbacks"},
	{"losses compare sound in training", "loss losses criterion criterions loss_fn"},
	{"statistics of training", "num_batches_tracked running_mean running_var"},
	{"analysis of sound: frames come from outside", "audio_to_melspec_precessor trg_melspec_fn mel_spec melspec mel_spectrogram mel_transform " +
		"to_mel mel_basis mel_fb hann_window melspectrogram spectrogram"},
}

// isHarmless reports by its name whether a tensor is known not to change the sound that a generator makes of frames.
func isHarmless(name string) bool {
	for _, part := range strings.Split(strings.ToLower(name), ".") {
		for _, h := range harmlessParts {
			if slices.Contains(strings.Fields(h.parts), part) {
				return true
			}
		}
	}
	return false
}

// maxMatched bounds the names of tensors that are compared with patterns, and so the time that it takes.
const maxMatched = 200

// sourceModule are patterns of the tensors of a source-filter model, which makes sound of a pitch, too.
const sourceModule = "m_source.* noise_convs.* noise_res.* source_* source.* sine_gen.* l_sin_gen.* har_* f0_*"

// foreignParts are patterns of tensors that belong to other networks than ours, and what these are. Without them,
// another network would be played.
var foreignParts = []struct{ owner, patterns string }{
	{"they are of a source module: it is an NSF-HiFi-GAN, which is not supported", sourceModule},
	{"they are of a speaker, or of another condition, which is not supported",
		"cond* spk* *speaker* emb_g.* film* gst.* style*"},
	{"they are of snake activations: it is a BigVGAN, or another model with them, which is not supported",
		"alpha beta act.* act1.* act2.* activations.* activation*"},
}

// owner says which other network the leftover tensors inside and outside of a candidate are part of; "" if that is not
// known.
func owner(inside, outside []string, a config) string {
	for _, f := range foreignParts {
		if slices.ContainsFunc(inside, func(name string) bool { return matches(f.patterns, name) }) {
			return f.owner
		}
	}
	if slices.ContainsFunc(outside, func(name string) bool { return matches(sourceModule, name) }) {
		return foreignParts[0].owner
	}
	for _, name := range inside {
		if module, _, _ := strings.Cut(name, "."); slices.Contains(a.modules(), module) {
			return "the file has more layers than config.json lists: one of them belongs to another model"
		}
	}
	return ""
}

// matches reports whether a name has one of the patterns of path.Match, or a part of it from a dot on. A * stands for
// dots, too. A name of more than maxMatched bytes has none.
func matches(patterns, name string) bool {
	if len(name) > maxMatched {
		return false
	}
	for pattern := range strings.FieldsSeq(patterns) {
		if middle := strings.Trim(pattern, "*"); !strings.Contains(middle, "*") && !strings.Contains(name, middle) {
			continue // faster than the comparison below
		}
		for rest, ok := name, true; ok; _, rest, ok = strings.Cut(rest, ".") {
			if fits, _ := path.Match(pattern, rest); fits {
				return true
			}
		}
	}
	return false
}
