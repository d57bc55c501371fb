package models

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/models/weights"
)

// A candidate is a place in a weights file whose tensors have the names of a network: a dictionary, and a prefix of the
// names in it.
type candidate struct {
	key    string      // of the dictionary
	prefix string      // of the names, such as "generator."; "" for none
	shape  []int       // of the weights of the first layer
	set    weights.Set // the tensors of the dictionary; after cut, those with the prefix, without the prefix
}

// name returns the keys that lead to the network, such as "state_dict.generator"; "" if it is the file itself.
func (c candidate) name() string { return strings.Trim(c.key+"."+c.prefix, ".") }

// within adds the keys that lead to the candidate to an error about its tensors.
func (c candidate) within(err error) error {
	if name := c.name(); name != "" {
		return fmt.Errorf("in %s, %w", shown(name), err)
	}
	return err
}

// full returns the full names in the file of tensors of the candidate.
func (c candidate) full(names []string) []string {
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = weights.Join(c.key, c.prefix+name)
	}
	return list
}

// candidates returns the places in a file that have the first layer of a configuration, in file order.
func candidates(file *weights.File, a config) []candidate {
	first, _ := a.first()
	var list []candidate
	for _, d := range file.Dictionaries {
		for _, prefix := range prefixes(d.Tensors, first) {
			list = append(list, candidate{d.Key, prefix, d.Tensors.Layer(prefix + first), d.Tensors})
		}
	}
	return list
}

// cut returns the candidate with a set of its own tensors only, named without the prefix.
func (c candidate) cut() candidate {
	set := weights.Set{}
	for name, t := range c.set {
		if rest, ok := strings.CutPrefix(name, c.prefix); ok {
			set[rest] = t
		}
	}
	c.set = set
	return c
}

// prefixes returns the prefixes of the name of a layer in a set, sorted. Each is empty or ends with a dot.
func prefixes(set weights.Set, layer string) []string {
	found := map[string]bool{}
	for name := range set {
		at := strings.Index(name, layer+".")
		if at < 0 || at > 0 && name[at-1] != '.' {
			continue
		}
		if prefix := name[:at]; !found[prefix] && set.Layer(prefix+layer) != nil {
			found[prefix] = true
		}
	}
	var list []string
	for prefix := range found {
		list = append(list, prefix)
	}
	slices.Sort(list)
	return list
}

// pick returns the candidate of the key or, without a key, the only one whose first layer has the shape of the
// configuration. Averages of weights count only if no candidate has a usual name. copies are the other candidates of
// that shape.
func pick(file *weights.File, a config, key string) (chosen candidate, copies []candidate, err error) {
	all := candidates(file, a)
	_, want := a.first()
	fitting := slices.DeleteFunc(slices.Clone(all), func(c candidate) bool { return !slices.Equal(c.shape, want) })
	if key != "" {
		chosen, err = byKey(file, all, key)
	} else {
		chosen, err = theOne(file, a, all, fitting)
	}
	copies = slices.DeleteFunc(fitting, func(c candidate) bool {
		return c.key == chosen.key && c.prefix == chosen.prefix
	})
	return chosen.cut(), copies, err
}

// theOne returns the only candidate that fits.
func theOne(file *weights.File, a config, all, fitting []candidate) (candidate, error) {
	choice := fitting
	if slices.ContainsFunc(choice, isUsual) {
		choice = slices.DeleteFunc(slices.Clone(choice), isAverage)
	}
	switch {
	case len(choice) == 1:
		return choice[0], nil
	case len(choice) > 1:
		return candidate{}, &AmbiguousError{Architecture: a.info().Architecture, Keys: names(choice)}
	case len(all) == 0:
		return candidate{}, foreign(file, a)
	}
	first, want := a.first()
	return candidate{}, fmt.Errorf("tensor %s%s.weight has shape %s, must be %s: "+
		"it belongs to another model than config.json", all[0].prefix, first,
		dsp.ListText(all[0].shape), dsp.ListText(want))
}

// byKey returns the candidate of a key: the key of its dictionary, its prefix, or both joined. A network at the top of
// a file has no key, so it can only be chosen without one.
func byKey(file *weights.File, all []candidate, key string) (candidate, error) {
	var found []candidate
	for _, c := range all {
		if c.name() == key {
			return c, nil
		}
		if c.key == key || strings.TrimSuffix(c.prefix, ".") == key {
			found = append(found, c)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return candidate{}, fmt.Errorf("weights key %.80q is ambiguous: choose one of %s", key, listed(names(found)))
	}
	var inFile []string
	for _, d := range file.Dictionaries {
		inFile = append(inFile, d.Key)
	}
	inFile, leading := nonEmpty(inFile), nonEmpty(names(all))
	switch {
	case len(inFile) == 0 && len(leading) == 0:
		return candidate{}, fmt.Errorf("weights key %.80q: the file has no keys: open it without a weights key", key)
	case len(all) == 0:
		return candidate{}, fmt.Errorf("the weights key %.80q leads to no network of config.json: "+
			"the file has the keys %s: use the weights file of the generator", key, listed(inFile))
	case len(leading) == 0:
		return candidate{}, fmt.Errorf("the weights key %.80q leads to no network of config.json: "+
			"open the file without a weights key", key)
	}
	return candidate{}, fmt.Errorf("the weights key %.80q leads to no network of config.json: choose %s",
		key, listed(leading))
}

// nonEmpty returns the keys that WithWeightsKey can name: "" is the file itself.
func nonEmpty(keys []string) []string {
	return slices.DeleteFunc(keys, func(key string) bool { return key == "" })
}

// usualKeys are the keys under which publishers save the weights for use.
var usualKeys = []string{"generator", "model_g", "model", "module", "state_dict"}

// isUsual reports whether all parts of the candidate's name are usual keys.
func isUsual(c candidate) bool {
	for _, part := range strings.Split(c.name(), ".") {
		if part != "" && !slices.Contains(usualKeys, part) {
			return false
		}
	}
	return true
}

// isAverage reports whether the candidate's name is one for weights averaged over training.
func isAverage(c candidate) bool {
	return slices.ContainsFunc(words(c.name()), func(word string) bool {
		return word == "ema" || word == "swa" || word == "avg" || word == "averaged" || word == "average"
	})
}

// words returns the words of a name in lower case, split at dots, underscores and hyphens.
func words(name string) []string {
	return strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '.' || r == '_' || r == '-' })
}

// names returns the name of each candidate.
func names(list []candidate) []string {
	var names []string
	for _, c := range list {
		names = append(names, c.name())
	}
	return names
}

// listed returns the first five keys for a message, and the number of the others.
func listed(keys []string) string {
	var list []string
	for _, k := range keys {
		list = append(list, shown(k))
	}
	return enumerate(list)
}

// shown returns a name from a file for a message. It is cut and quoted if it is long, and quoted if it has blanks,
// commas or quotes, or is not ASCII.
func shown(name string) string {
	odd := func(r rune) bool { return r <= ' ' || r >= 0x7f || r == '"' || r == ',' }
	switch {
	case name == "":
		return "the file itself"
	case len(name) > 60 || strings.ContainsFunc(name, odd):
		return fmt.Sprintf("%.60q", name)
	}
	return name
}

// enumerate joins the first five names, and adds the number of the others.
func enumerate(names []string) string {
	const most = 5
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}
