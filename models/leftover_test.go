package models

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/models/weights"
)

// TestLeftovers requires that tensors that the network does not use are an error unless they are known not to matter,
// and that WithUnused does not open a file of another known network.
func TestLeftovers(t *testing.T) {
	h := small["resblock 1"]
	for _, c := range []struct {
		name    string
		more    []string // tensors next to those of the generator
		key     string   // of another dictionary, which has them instead
		owner   string   // a part of the error that WithUnused does not help against
		allowed bool     // opens without WithUnused
	}{
		{name: "nothing", allowed: true},
		{name: "unknown", more: []string{"x.weight"}},
		{name: "unknown, another dictionary", more: []string{"x.weight"}, key: "lm"},
		{name: "discriminators", more: []string{"mpd.discriminators.0.convs.0.bias", "msd.x"}, allowed: true},
		{name: "discriminators, another dictionary", more: []string{"x.weight"}, key: "model_disc", allowed: true},
		{name: "optimizer", more: []string{"state.exp_avg"}, key: "optim_g", allowed: true},
		{name: "momentum", more: []string{"0.momentum_buffer"}, key: "x.state", allowed: true},
		{name: "random numbers", more: []string{"rng_state"}, key: "x", allowed: true},
		{name: "statistics", more: []string{"conv_pre.num_batches_tracked"}, allowed: true},
		{name: "analysis", more: []string{"audio_to_melspec_precessor.fb"}, allowed: true},
		{name: "NSF", more: []string{"m_source.l_linear.weight", "noise_convs.0.weight"}, owner: "source module"},
		{name: "NSF, another dictionary", more: []string{"m_source.l_linear.weight"}, key: "x", owner: "source module"},
		{name: "speaker", more: []string{"cond.weight"}, owner: "a speaker"},
		{name: "speaker table", more: []string{"emb_g.weight"}, owner: "a speaker"},
		{name: "condition inside", more: []string{"resblocks.0.cond_layer.weight"}, owner: "a speaker"},
		{name: "snake", more: []string{"resblocks.0.activations.0.act.alpha"}, owner: "snake"},
		{name: "snake, flat", more: []string{"resblocks.0.alpha"}, owner: "snake"},
		{name: "more stages", more: []string{"ups.7.weight"},
			owner: "config.json lists fewer layers than the file has"},
		{name: "more blocks", more: []string{"resblocks.99.convs1.0.weight"}, owner: "config.json lists fewer layers"},
		{name: "more in a block", more: []string{"resblocks.0.convs1.9.weight"},
			owner: "config.json lists fewer layers"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, allow := range []bool{false, true} {
				g, more := randomHiFiGAN(h), named(c.more...)
				file := &weights.File{Dictionaries: []weights.Dictionary{{Key: "generator", Tensors: g}}}
				if c.key == "" {
					file.Dictionaries[0].Tensors = both(g, more)
				} else {
					file.Dictionaries = append(file.Dictionaries, weights.Dictionary{Key: c.key, Tensors: more})
				}
				m := &Model{info: h.info()}
				err := m.build(&h, file, options{allowUnused: allow})
				if c.allowed || allow && c.owner == "" {
					if err != nil || len(m.Unused().Tensors) != len(c.more) {
						t.Errorf("allowed %v: got error %v, unused %v, want %v unused", allow, err, m.Unused().Tensors,
							c.more)
					}
					continue
				}
				e, ok := errors.AsType[*UnusedError](err)
				if !ok || len(e.Names) != len(c.more) || !strings.Contains(e.Owner, c.owner) ||
					(e.Owner == "") != (c.owner == "") {
					t.Errorf("allowed %v: got error %v, want an UnusedError of %v that says %q", allow, err, c.more,
						c.owner)
				}
			}
		})
	}
}

// TestStep requires that a single number outside of the network is a step, unless it belongs to a source module or has
// an unknown shape, and that neither steps nor unread numbers make a file count as a model.
func TestStep(t *testing.T) {
	h := small["resblock 1"]
	for _, c := range []struct {
		name, tensor string
		more         weights.Tensor
		harmless     bool // as a leftover
		counts       bool // as something that may be a model
	}{
		{"step", "step", weights.Tensor{Shape: []int{}}, true, false},
		{"number of a source module", "m_source.gain", weights.Tensor{Shape: []int{}}, false, false},
		{"array of unknown shape", "x", weights.Tensor{Type: "torch._utils._rebuild_sparse_tensor"}, false, false},
		{"whole numbers", "cpu", weights.Tensor{Shape: []int{5056}, Type: "uint8"}, false, false},
		{"numbers", "x", weights.Tensor{Shape: []int{2}, Type: "float32"}, false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			other := weights.Dictionary{Key: "other", Tensors: weights.Set{c.tensor: c.more}}
			if got := holdsMore(&weights.File{Dictionaries: []weights.Dictionary{other}}); got != c.counts {
				t.Errorf("counts as a model: got %t, want %t", got, c.counts)
			}
			file := &weights.File{Dictionaries: []weights.Dictionary{{Key: "generator", Tensors: randomHiFiGAN(h)},
				other}}
			err := (&Model{info: h.info()}).build(&h, file, options{})
			if _, unused := errors.AsType[*UnusedError](err); unused == c.harmless {
				t.Errorf("got error %v, harmless %t, want %t", err, !unused, c.harmless)
			}
		})
	}
}

// TestUnusedError requires a message with the first five names and the number of tensors.
func TestUnusedError(t *testing.T) {
	e := &UnusedError{File: "g.pth", Architecture: "HiFi-GAN", Names: strings.Fields("a b c d e f g"),
		Owner: "they are x"}
	want := "g.pth: has 7 tensors that the HiFi-GAN of config.json does not use: a, b, c, d, e and 2 more: they are x"
	if got := e.Error(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	e.Names, e.Owner = []string{"a"}, foreignParts[0].owner
	want = "g.pth: has 1 tensor that the HiFi-GAN of config.json does not use: a: it belongs to a source module: " +
		"NSF-HiFi-GAN is not supported"
	if got := e.Error(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	e.Names, e.Owner = []string{strings.Repeat("x", 1000)}, ""
	if got := e.Error(); len(got) > 200 || !strings.HasPrefix(got, "g.pth: has 1 tensor that") {
		t.Errorf("got %q, want a short message about 1 tensor", got)
	}
}

// TestForeign requires that files of other networks, and of other layouts of ours, are named.
func TestForeign(t *testing.T) {
	h, m := small["resblock 1"], smallMelGAN(1)
	for _, c := range []struct {
		name  string
		set   weights.Set
		want  string
		known bool // an ErrUnsupported
	}{
		{"SpeechBrain", named("conv_pre.conv.bias", "resblocks.0.convs1.0.conv.bias"), "in the layout of SpeechBrain",
			true},
		{"ParallelWaveGAN", named("input_conv.bias", "upsamples.0.1.bias", "blocks.0.convs1.0.1.bias"),
			"in the layout of ParallelWaveGAN", true},
		{"VITS", named("enc_p.emb.weight", "dec.conv_pre.x", "dec.ups.0.bias"), "a VITS", true},
		{"Vocos", named("backbone.convnext.0.gamma", "head.out.bias"), "a Vocos", true},
		{"MelGAN", randomMelGAN(m), "is a MelGAN, config.json describes a HiFi-GAN", false},
		{"training", named("mpd.a", "msd.b", "optim_g.c"), "holds discriminators or the state of optimizers", false},
		{"nothing", weights.Set{}, "holds no tensors", false},
		{"unknown", named("a", "b", "c", "d", "e", "f", "g"),
			"no tensor conv_pre.weight, only a, b, c, d, e and 2 more", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := (&Model{info: h.info()}).build(&h,
				&weights.File{Dictionaries: []weights.Dictionary{{Tensors: c.set}}}, options{})
			if err == nil || !strings.Contains(err.Error(), c.want) ||
				errors.Is(err, errors.ErrUnsupported) != c.known {
				t.Errorf("got error %v, want %q, known %v", err, c.want, c.known)
			}
		})
	}
	t.Run("iSTFTNet", func(t *testing.T) {
		set := randomHiFiGAN(h)
		shape := slices.Clone(set.Layer("conv_post"))
		shape[0] = 18
		set["conv_post.weight_v"] = weights.Tensor{Shape: shape}
		err := (&Model{info: h.info()}).build(&h, &weights.File{Dictionaries: []weights.Dictionary{{Tensors: set}}},
			options{})
		if err == nil || !strings.Contains(err.Error(), "conv_post, has 18 output channels, must have 1: iSTFTNet") {
			t.Errorf("got error %v, want an iSTFTNet of 18 channels", err)
		}
	})
}

// TestCopyInside requires that averages next to the weights in the same dictionary do not matter.
func TestCopyInside(t *testing.T) {
	h := small["resblock 1"]
	set := both(randomHiFiGAN(h), withPrefix("ema.", randomHiFiGAN(h)))
	m := &Model{info: h.info()}
	err := m.build(&h, &weights.File{Dictionaries: []weights.Dictionary{in("", set)}}, options{})
	if err != nil || len(m.Unused().Tensors) != len(randomHiFiGAN(h)) {
		t.Errorf("got error %v and %d unused tensors, want the %d of the average", err, len(m.Unused().Tensors),
			len(randomHiFiGAN(h)))
	}
}
