package models

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/models/weights"
)

// withPrefix returns a set with a prefix before all names.
func withPrefix(prefix string, set weights.Set) weights.Set {
	out := weights.Set{}
	for name, t := range set {
		out[prefix+name] = t
	}
	return out
}

// in returns a dictionary.
func in(key string, set weights.Set) weights.Dictionary {
	return weights.Dictionary{Key: key, Tensors: set}
}

// named returns a set of tensors of one element.
func named(names ...string) weights.Set {
	set := weights.Set{}
	for _, name := range names {
		set[name] = weights.Tensor{Shape: []int{1}, Data: []float32{1}}
	}
	return set
}

// both returns the union of sets.
func both(sets ...weights.Set) weights.Set {
	out := weights.Set{}
	for _, s := range sets {
		maps.Copy(out, s)
	}
	return out
}

// TestPick requires that the only dictionary that fits is chosen, that averages count only without a dictionary of a
// usual name, and that nothing is guessed.
func TestPick(t *testing.T) {
	h, other := small["resblock 1"], small["resblock 2"]
	g := randomHiFiGAN(h)
	for _, c := range []struct {
		name         string
		dictionaries []weights.Dictionary
		key          string
		want         string // the chosen name, or a part of the error
	}{
		{"bare", []weights.Dictionary{in("", g)}, "", ""},
		{"generator", []weights.Dictionary{in("generator", g)}, "", "generator"},
		{"prefix", []weights.Dictionary{in("state_dict", withPrefix("generator.", g))}, "", "state_dict.generator"},
		{"two prefixes", []weights.Dictionary{in("", withPrefix("module.generator.", g))}, "", "module.generator"},
		{"discriminator next to it", []weights.Dictionary{in("model_disc", named("a.weight")), in("model", g)}, "",
			"model"},
		{"another size next to it", []weights.Dictionary{in("a", randomHiFiGAN(other)), in("b", g)}, "", "b"},
		{"average next to the usual name", []weights.Dictionary{in("ema", g), in("model", g)}, "", "model"},
		{"averages as prefixes", []weights.Dictionary{in("",
			both(withPrefix("generator.", g), withPrefix("generator_ema.", g)))}, "", "generator"},
		{"an average alone", []weights.Dictionary{in("g_ema", g)}, "", "g_ema"},
		{"average asked for", []weights.Dictionary{in("ema", g), in("model", g)}, "ema", "ema"},
		{"key of the dictionary", []weights.Dictionary{in("state_dict", withPrefix("net.", g))}, "state_dict",
			"state_dict.net"},
		{"key of the prefix", []weights.Dictionary{in("state_dict", withPrefix("net.", g))}, "net", "state_dict.net"},
		{"two unusual names", []weights.Dictionary{in("g_ema", g), in("net_g", g)}, "",
			"holds the HiFi-GAN of config.json 2 times: choose one of the keys g_ema, net_g"},
		{"two usual names", []weights.Dictionary{in("generator", g), in("model", g)}, "",
			"choose one of the keys generator, model"},
		{"two prefixes that fit", []weights.Dictionary{in("", both(withPrefix("a.", g), withPrefix("b.", g)))}, "",
			"choose one of the keys a, b"},
		{"no such key", []weights.Dictionary{in("a", g), in("b", g)}, "c",
			`the weights key "c" leads to no network of config.json: choose a, b`},
		{"key without a network", []weights.Dictionary{in("a", named("x")), in("b", named("y"))}, "a",
			`the weights key "a" leads to no network of config.json: the file has the keys a, b: ` +
				"use the weights file of the generator"},
		{"key of a file without keys", []weights.Dictionary{in("", g)}, "x",
			`weights key "x": the file has no keys: open it without a weights key`},
		{"key of a file without keys or network", []weights.Dictionary{in("", named("x"))}, "x",
			`weights key "x": the file has no keys: open it without a weights key`},
		{"key next to a bare network", []weights.Dictionary{in("", g), in("b", named("y"))}, "x",
			`the weights key "x" leads to no network of config.json: open the file without a weights key`},
		{"key next to two networks", []weights.Dictionary{in("", g), in("b", g)}, "x",
			`the weights key "x" leads to no network of config.json: choose b`},
		{"another size", []weights.Dictionary{in("", withPrefix("generator.", randomHiFiGAN(other)))}, "",
			"tensor generator.conv_pre.weight has shape [12, 4, 7], must be [16, 5, 7]: it belongs to another model"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, copies, err := pick(&weights.File{Dictionaries: c.dictionaries}, &h, c.key)
			if err != nil {
				if c.want == "" || !strings.Contains(err.Error(), c.want) {
					t.Errorf("got error %v, want %q", err, c.want)
				}
				return
			}
			if got.name() != c.want {
				t.Errorf("got %q, want %q", got.name(), c.want)
			}
			for _, name := range names(copies) {
				if name == c.want {
					t.Errorf("copies: got %q, want the others alone", names(copies))
				}
			}
			if !slices.Equal(slices.Sorted(maps.Keys(got.set)), slices.Sorted(maps.Keys(g))) {
				t.Errorf("tensors: got %v, want those of the generator", slices.Sorted(maps.Keys(got.set)))
			}
		})
	}
}

// TestAmbiguousError requires that the error names the file and the keys for WithWeightsKey.
func TestAmbiguousError(t *testing.T) {
	h := small["resblock 1"]
	g := randomHiFiGAN(h)
	m := &Model{info: h.info()}
	file := &weights.File{Dictionaries: []weights.Dictionary{in("a", g), in("b", g)}}
	err := inFile("m.pth", m.build(&h, file, options{}))
	e, ok := errors.AsType[*AmbiguousError](err)
	if !ok {
		t.Fatalf("got error %v, want an AmbiguousError", err)
	}
	if want := "m.pth: holds the HiFi-GAN of config.json 2 times: choose one of the keys a, b"; e.Error() != want {
		t.Errorf("got %q, want %q", e, want)
	}
	for _, key := range e.Keys {
		var o options
		WithWeightsKey(key)(&o)
		if err := m.build(&h, file, o); err != nil || m.info.WeightsKey != key {
			t.Errorf("key %q: got error %v, key %q, want the network under it", key, err, m.info.WeightsKey)
		}
		file.Dictionaries[0].Tensors, file.Dictionaries[1].Tensors = randomHiFiGAN(h), randomHiFiGAN(h)
	}
}
