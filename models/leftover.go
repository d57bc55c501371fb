package models

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/tailwave/tailwave/models/weights"
)

// leftovers returns the unused tensors in three lists: inside c, outside c, and harmless. The tensors of copies, the
// other candidates that fit, are harmless. Names in inside are relative to c, all others are full.
func leftovers(file *weights.File, c candidate, copies []candidate) (inside, outside, harmless []string) {
	for name := range c.set {
		copied := hasCandidate(copies, c.key, c.prefix+name)
		if full := weights.Join(c.key, c.prefix+name); copied || isHarmless(name) {
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
			full := weights.Join(d.Key, name)
			copied := hasCandidate(copies, d.Key, name)
			if copied || isHarmless(full) || isStep(t) && !matches(sourceModule, full) {
				harmless = append(harmless, full)
			} else {
				outside = append(outside, full)
			}
		}
	}
	return inside, outside, harmless
}

// hasCandidate reports whether a tensor of the dictionary key belongs to one of the candidates.
func hasCandidate(list []candidate, key, name string) bool {
	return slices.ContainsFunc(list, func(c candidate) bool {
		return c.key == key && strings.HasPrefix(name, c.prefix)
	})
}

// isStep reports whether a tensor outside of the network is a single number, such as a step or the best loss.
func isStep(t weights.Tensor) bool { return t.Shape != nil && len(t.Shape) == 0 }

// harmlessParts are parts of the names of tensors that a generator does not use when it makes sound from frames.
var harmlessParts = []struct{ reason, parts string }{
	{"discriminators judge sound in training", "mpd msd mrd mssbcqtd discriminator discriminators disc model_d " +
		"model_disc net_d netd d_net"},
	{"optimizers change weights in training", "optim optimizer optimizers optim_g optim_d optimizer_g optimizer_d " +
		"optimizer_states exp_avg exp_avg_sq max_exp_avg_sq exp_avg_sq_row exp_avg_sq_col exp_inf square_avg " +
		"momentum_buffer param_groups"},
	{"states of random numbers in training", "rng_state rng_states torch_rng_state cuda_rng_state cuda_rng_states " +
		"cuda_rng_state_all numpy_rng_state np_rng_state numpy_rng random_rng_state random_state random_states"},
	{"schedules and scales of training", "scheduler scheduler_g scheduler_d lr_schedulers scaler grad_scaler " +
		"callbacks"},
	{"losses compare sound in training", "loss losses criterion criterions loss_fn"},
	{"statistics of training", "num_batches_tracked running_mean running_var"},
	{"analysis of sound: frames come from outside", "audio_to_melspec_precessor trg_melspec_fn mel_spec melspec " +
		"mel_spectrogram mel_transform to_mel mel_basis mel_fb hann_window melspectrogram spectrogram"},
}

// harmlessTensors are all harmlessParts.
var harmlessTensors = func() map[string]bool {
	all := map[string]bool{}
	for _, h := range harmlessParts {
		maps.Copy(all, set(h.parts))
	}
	return all
}()

// isHarmless reports whether a tensor is known, by its name, not to change the sound that a generator makes from
// frames.
func isHarmless(name string) bool {
	for part := range strings.SplitSeq(strings.ToLower(name), ".") {
		if harmlessTensors[part] {
			return true
		}
	}
	return false
}

// maxMatched bounds the names that are compared with patterns, in bytes. It bounds the time for a hostile file.
const maxMatched = 200

// sourceModule are patterns of the tensors of a source-filter model, which needs a pitch in addition to frames.
const sourceModule = "m_source.* noise_convs.* noise_res.* source_* source.* sine_gen.* l_sin_gen.* har_* f0_*"

// foreignParts are patterns of tensors of other networks. Leaving such a tensor out would play a network that is not in
// the file.
var foreignParts = []struct{ owner, patterns string }{
	{"they belong to a source module: NSF-HiFi-GAN is not supported", sourceModule},
	{"they belong to a speaker or another condition, which is not supported",
		"cond* spk* *speaker* emb_g.* film* gst.* style*"},
	{"they belong to snake activations: BigVGAN, and other models with them, are not supported",
		"alpha beta act.* act1.* act2.* activations.* activation*"},
}

// owner returns the network that the leftover tensors inside and outside of a candidate belong to; "" if unknown.
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
			return "config.json lists fewer layers than the file has: use the config.json of this model"
		}
	}
	return ""
}

// matches reports whether one of the patterns of path.Match matches the name, or the rest of the name after any of its
// dots. A * matches dots too. A name of more than maxMatched bytes does not match.
func matches(patterns, name string) bool {
	if len(name) > maxMatched {
		return false
	}
	for pattern := range strings.FieldsSeq(patterns) {
		if middle := strings.Trim(pattern, "*"); !strings.Contains(middle, "*") && !strings.Contains(name, middle) {
			continue // a test that is faster than path.Match
		}
		for rest, ok := name, true; ok; _, rest, ok = strings.Cut(rest, ".") {
			if fits, _ := path.Match(pattern, rest); fits {
				return true
			}
		}
	}
	return false
}
