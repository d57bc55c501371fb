package models

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"unicode"
)

// A rule says with which values of a key this package plays what the key describes. A key that is missing leaves the
// choice to the architecture, and so does null, except for a switch that must be on.
type rule struct {
	keys    string // with the same meaning, separated by blanks
	allowed []any
}

// values are those that a rule allows, as encoding/json writes them.
func values(allowed ...any) []any { return allowed }

// absent are the values of something that a network does not have; see isEmpty.
var absent []any

// broken returns an error about the first rule that a value breaks, and marks all keys of the rules as read.
func (s *settings) broken(rules []rule) error {
	var first error
	for _, r := range rules {
		for key := range strings.FieldsSeq(r.keys) {
			s.read[key] = true
			v, ok := s.values[key]
			if !ok || first != nil || r.allows(v) {
				continue
			}
			first = unsupportedf("%s%s is %s, must be %s: another network is not supported", s.prefix, key, shownValue(v), r.want())
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

// want says what a value must be, with the first spelling for all.
func (r rule) want() string {
	if r.allowed == nil {
		return "absent, false or 0"
	}
	text, _ := json.Marshal(r.allowed[0])
	return string(text)
}

// unusedKeys are the keys of a config.json that do not change what is played.
type unusedKeys struct{ harmless, unknown []string }

// unused returns the keys that are known not to matter, and those of which nothing is known, sorted.
func (u unusedKeys) unused() (harmless, unknown []string) { return u.harmless, u.unknown }

// rest sorts the keys that no getter and no rule has looked at. A key that seems to describe another network is an
// error.
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
			return u, unsupportedf("%s is a key that is known as %s: rename it", s.name(key), plain)
		}
		if !isHarmlessKey(key) && !ofTraining(key) || key == "name" || key == "model_name" {
			if named := otherNetwork(v); named != "" {
				return u, unsupportedf("%s is %s, which names another network: only HiFi-GAN, MelGAN and multi-band MelGAN "+
					"are supported", s.name(key), shownValue(v))
			}
		}
		switch {
		case isHarmlessKey(key):
			u.harmless = append(u.harmless, key)
		case kind(v) == "an object" && !isEmpty(v) && holder[key]:
			return u, unsupportedf("%s is an object, which may describe another network than the other keys: "+
				"write what it holds next to them", s.name(key))
		case s.tells(key, v):
			return u, unsupportedf("%s is %s, and seems to describe another network: "+
				"remove the key if the network has nothing of the kind", s.name(key), shownValue(v))
		default:
			if inner := s.inside(v); inner != "" {
				return u, unsupportedf("%s holds the key %s, and may describe another network: "+
					"remove it if it does not", s.name(key), shown(inner))
			}
			u.unknown = append(u.unknown, key)
		}
	}
	return u, nil
}

// otherNetworks are the beginnings of names of other networks that people take for one of ours.
var otherNetworks = strings.Fields("nsf bigvgan istft snake vocos univnet avocodo wavenet waveglow wavegrad diffwave encodec")

// otherNetwork returns a word of a value that names another network; "" if there is none. Paths may name anything.
func otherNetwork(v json.RawMessage) string {
	if len(v) > maxCompared || kind(v) == "an object" || bytes.ContainsAny(v, `/\`) {
		return ""
	}
	for _, word := range strings.FieldsFunc(strings.ToLower(string(v)), func(r rune) bool { return !unicode.IsLetter(r) }) {
		for _, name := range otherNetworks {
			if strings.HasPrefix(word, name) {
				return word
			}
		}
	}
	return ""
}

// holder has the keys under which others keep the description of a network.
var holder = set("model generator generator_params generator_config generator_kwargs gen net net_g netg g network vocoder " +
	"decoder hparams hyperparameters hyper_parameters params parameters args kwargs config model_config model_params " +
	"model_args model_kwargs")

// set returns the words of a text.
func set(words string) map[string]bool {
	all := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		all[w] = true
	}
	return all
}

// tells reports whether the name of a key speaks of a part of a network, and its value does not say that there is none.
// One speaker is none to choose between.
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

// inside returns a key at any depth of an object or an array that speaks of a part of a network; "" if there is none.
func (s *settings) inside(v json.RawMessage) string {
	if k := kind(v); k != "an object" && k != "an array" {
		return ""
	}
	d := json.NewDecoder(bytes.NewReader(v))
	var open []bool // for each object or array around: whether it is an object
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

// parts are the beginnings of words that speak of a part of a network: activations, other blocks and layers, sources of
// sound, conditions, sub-bands, and the geometry of layers.
var parts = strings.Fields("activ snake relu elu gelu silu swish mish prelu tanh sigmoid alias antialias causal attention attn lstm gru rnn " +
	"transformer conformer film adain instance istft nsf sine harmonic source pitch f0 excit gin cond speaker spk sid emb " +
	"style pqmf subband multiband noise resblock resnet mrf upsamp downsamp dilation kernel stride stack")

// training are words of keys that speak of what only training uses, whatever else they speak of.
var training = set("discriminator disc mpd msd mrd mbd cqtd loss losses melloss lambda optimizer optim scheduler lr")

// ofTraining reports whether a key speaks of what only training uses.
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

// wordsOf divides a key at marks, and before capital letters that follow small ones, into words in lower case.
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
