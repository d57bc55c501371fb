package models

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"unicode"
)

// A rule lists the values of a key that this package can play. A missing key leaves the choice to the architecture. So
// does null, unless the rule is for a switch that must be on.
type rule struct {
	keys    string // keys with the same meaning, separated by blanks
	allowed []any
}

// values returns the allowed values of a rule.
func values(allowed ...any) []any { return allowed }

// absent is the rule for a feature that no network of this package has: only empty values are allowed.
var absent []any

// broken returns an error about the first value that breaks a rule, and marks all keys of the rules as read.
func (s *settings) broken(rules []rule) error {
	var first error
	for _, r := range rules {
		for key := range strings.FieldsSeq(r.keys) {
			s.read[key] = true
			v, ok := s.values[key]
			if !ok || first != nil || r.allows(v) {
				continue
			}
			first = unsupportedf("%s%s is %s, must be %s: other networks are not supported",
				s.prefix, key, shownValue(v), r.want(key))
		}
	}
	return first
}

func (r rule) allows(v json.RawMessage) bool {
	if r.allowed == nil {
		return isEmpty(v)
	}
	if string(v) == "null" {
		return r.allowed[0] != true
	}
	return slices.ContainsFunc(r.allowed, func(want any) bool {
		text, err := json.Marshal(want)
		return err == nil && equalValue(v, text)
	})
}

// want describes the allowed values of a key: the first represents its other spellings. The model_type also chooses the
// architecture, so the names of all architectures are allowed.
func (r rule) want(key string) string {
	switch {
	case r.allowed == nil:
		return "absent, false or 0"
	case key == "model_type":
		return "hifigan, melgan or multiband_melgan"
	}
	text, _ := json.Marshal(r.allowed[0])
	if strings.HasSuffix(r.keys, networkWords) { // a MelGAN has other keys
		return string(text) + " with the other keys of this file"
	}
	return string(text)
}

// unusedKeys are the keys of a config.json that do not change what is played.
type unusedKeys struct{ harmless, unknown []string }

// unused returns the keys that are known not to matter, and the unknown keys, sorted.
func (u unusedKeys) unused() (harmless, unknown []string) { return u.harmless, u.unknown }

// rest sorts the keys that no getter and no rule has read. A key that seems to describe another network is an error.
func (s *settings) rest() (u unusedKeys, err error) {
	names := []string{}
	for key := range s.values {
		if !s.read[key] {
			names = append(names, key)
		}
	}
	slices.Sort(names)
	for _, key := range names {
		v := s.values[key]
		if plain := strings.ToLower(strings.TrimSpace(key)); plain != key && s.read[plain] {
			return u, unsupportedf("%s must be spelled %s: rename the key", s.name(key), plain)
		}
		if !isHarmlessKey(key) && !ofTraining(key) || key == "name" || key == "model_name" {
			if named := otherNetwork(v); named != "" {
				return u, unsupportedf("%s is %s, which names another network: "+another, s.name(key), shownValue(v))
			}
		}
		switch {
		case isHarmlessKey(key):
			u.harmless = append(u.harmless, key)
		case kind(v) == "an object" && !isEmpty(v) && holder[key]:
			return u, unsupportedf("%s is an object, which may describe another network than the other keys: "+
				"move its keys to the outermost object", s.name(key))
		case s.tells(key, v):
			return u, unsupportedf("%s is %s, and seems to describe another network: "+
				"remove the key if the network has no such part", s.name(key), shownValue(v))
		default:
			if inner := s.inside(v); inner != "" {
				return u, unsupportedf("%s holds the key %s, which may describe another network: "+
					"remove %[1]s if the network does not depend on it", s.name(key), shown(inner))
			}
			u.unknown = append(u.unknown, key)
		}
	}
	return u, nil
}

// otherNetworks are the beginnings of the names of networks that are easily mistaken for one of ours.
var otherNetworks = strings.Fields("nsf bigvgan istft snake vocos univnet avocodo wavenet waveglow wavegrad diffwave " +
	"encodec")

// otherNetwork returns a word of a value that names another network; "" if there is none. Paths do not count, because
// they may contain any name.
func otherNetwork(v json.RawMessage) string {
	if len(v) > maxCompared || kind(v) == "an object" || bytes.ContainsAny(v, `/\`) {
		return ""
	}
	notLetter := func(r rune) bool { return !unicode.IsLetter(r) }
	for _, word := range strings.FieldsFunc(strings.ToLower(string(v)), notLetter) {
		for _, name := range otherNetworks {
			if strings.HasPrefix(word, name) {
				return word
			}
		}
	}
	return ""
}

// holder has the keys under which other publishers put the description of a network.
var holder = set("model generator generator_params generator_config generator_kwargs gen net net_g netg g network " +
	"vocoder decoder hparams hyperparameters hyper_parameters params parameters args kwargs config model_config " +
	"model_params model_args model_kwargs")

// set returns the words of a text as a set.
func set(words string) map[string]bool {
	all := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		all[w] = true
	}
	return all
}

// tells reports whether a key and its value say that the network has a part that we do not support. One speaker is not
// a choice between speakers, so it does not count.
func (s *settings) tells(key string, v json.RawMessage) bool {
	if isEmpty(v) {
		return false
	}
	for _, word := range wordsOf(key) {
		if string(v) == "1" && (word == "speakers" || word == "spks" || word == "speaker") {
			return false
		}
	}
	return speaksOfNetwork(key)
}

// inside returns a key at any depth of an object or array that names a part of a network; "" if there is none.
func (s *settings) inside(v json.RawMessage) string {
	if k := kind(v); k != "an object" && k != "an array" {
		return ""
	}
	d := json.NewDecoder(bytes.NewReader(v))
	var open []bool // for each enclosing object or array: whether it is an object
	key := false    // the next string is a key
	for {
		token, err := d.Token()
		if err != nil {
			return ""
		}
		switch t := token.(type) {
		case json.Delim:
			if t == '{' || t == '[' {
				open = append(open, t == '{')
			} else {
				open = open[:len(open)-1]
			}
		case string:
			if key {
				if s.read[t] || speaksOfNetwork(t) {
					return t
				}
				key = false
				continue
			}
		}
		key = len(open) > 0 && open[len(open)-1]
	}
}

// parts are the beginnings of words for parts of a network: activations, other blocks and layers, sources of sound,
// conditions, sub-bands, and the geometry of layers.
var parts = strings.Fields("activ snake relu elu gelu silu swish mish prelu tanh sigmoid alias antialias causal " +
	"attention attn lstm gru rnn transformer conformer film adain instance istft nsf sine harmonic source pitch f0 " +
	"excit gin cond speaker spk sid emb style pqmf subband multiband noise resblock resnet mrf upsamp downsamp " +
	"dilation kernel stride stack")

// training are words of keys that only training uses, whatever other words the key has.
var training = set("discriminator disc mpd msd mrd mbd cqtd loss losses melloss lambda optimizer optim scheduler lr")

// ofTraining reports whether only training uses a key.
func ofTraining(key string) bool {
	return slices.ContainsFunc(wordsOf(key), func(w string) bool { return training[w] })
}

// speaksOfNetwork reports whether a key names a part of a network.
func speaksOfNetwork(key string) bool {
	if ofTraining(key) {
		return false
	}
	return slices.ContainsFunc(wordsOf(key), func(w string) bool {
		return slices.ContainsFunc(parts, func(p string) bool { return strings.HasPrefix(w, p) })
	})
}

// wordsOf divides a key into words in lower case, at punctuation and before a capital that follows a small letter.
func wordsOf(key string) []string {
	var b strings.Builder
	small := false
	for _, r := range key {
		if small && unicode.IsUpper(r) {
			b.WriteByte(' ')
		}
		small = unicode.IsLower(r)
		b.WriteRune(unicode.ToLower(r))
	}
	return strings.FieldsFunc(b.String(), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
