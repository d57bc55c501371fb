package models

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tailwave/tailwave/models/weights"
)

// A candidate is a place in a weights file where tensors have the names of a network: a dictionary, and what precedes
// the names in it.
type candidate struct {
	key    string      // of the dictionary
	prefix string      // such as "generator."; "" if the names stand alone
	shape  []int       // of the first layer's weights
	set    weights.Set // the tensors of the dictionary; of the one that pick has chosen, by their names after the prefix
}

// name returns the keys that lead to the network, such as "state_dict.generator"; "" if there are none.
func (c candidate) name() string { return strings.Trim(c.key+"."+c.prefix, ".") }

// within returns an error about the tensors of the candidate.
func (c candidate) within(err error) error {
	if name := c.name(); name != "" {
		return fmt.Errorf("in %s, %w", shown(name), err)
	}
	return err
}

// full returns names of tensors of the candidate as they are in the file.
func (c candidate) full(names []string) []string {
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = join(c.key, c.prefix+name)
	}
	return list
}

// candidates returns the places in a file that have the first layer of a configuration, in the order of the file.
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

// cut returns the candidate with the tensors after its prefix alone.
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

// prefixes returns what precedes the name of a layer in a set, sorted: nothing, or names that end with a dot.
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

// pick returns the candidate that is meant: the one of the key, or else the only one whose first layer has the shape of
// the configuration. Averages of weights count only if they are asked for, or if there is nothing else. copies are the
// other ones of that shape.
func pick(file *weights.File, a config, key string) (chosen candidate, copies []candidate, err error) {
	all := candidates(file, a)
	_, shape := a.first()
	fitting := slices.DeleteFunc(slices.Clone(all), func(c candidate) bool { return !slices.Equal(c.shape, shape) })
	if key != "" {
		chosen, err = byKey(file, all, key)
	} else {
		chosen, err = theOne(file, a, all, fitting)
	}
	copies = slices.DeleteFunc(fitting, func(c candidate) bool { return c.key == chosen.key && c.prefix == chosen.prefix })
	return chosen.cut(), copies, err
}

// theOne returns the only one of the candidates that fit.
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
	first, shape := a.first()
	return candidate{}, fmt.Errorf("tensor %s%s.weight has shape %v, must be %v: it belongs to another model than config.json",
		all[0].prefix, first, all[0].shape, shape)
}

// byKey returns the candidate of a key: that of its dictionary, or of the dictionary and the prefix.
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
		return candidate{}, fmt.Errorf("weights key %.80q is ambiguous: it may be %s", key, listed(names(found)))
	case len(all) == 0:
		var keys []string
		for _, d := range file.Dictionaries {
			keys = append(keys, d.Key)
		}
		return candidate{}, fmt.Errorf("no network of config.json under the weights key %.80q: the file has %s",
			key, listed(keys))
	}
	return candidate{}, fmt.Errorf("no network of config.json under the weights key %.80q: choose %s", key, listed(names(all)))
}

// usualKeys are the keys under which publishers save the weights that are meant for use.
var usualKeys = []string{"generator", "model_g", "model", "module", "state_dict"}

// isUsual reports whether publishers save the weights that are meant for use under such a name.
func isUsual(c candidate) bool {
	for _, part := range strings.Split(c.name(), ".") {
		if part != "" && !slices.Contains(usualKeys, part) {
			return false
		}
	}
	return true
}

// isAverage reports whether a name says that it is of weights averaged over training.
func isAverage(c candidate) bool {
	return slices.ContainsFunc(words(c.name()), func(word string) bool {
		return word == "ema" || word == "swa" || word == "avg" || word == "averaged" || word == "average"
	})
}

// words returns the words of a name in lower case, which dots, underscores and hyphens separate.
func words(name string) []string {
	return strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '.' || r == '_' || r == '-' })
}

// names returns the names of candidates.
func names(list []candidate) []string {
	var names []string
	for _, c := range list {
		names = append(names, c.name())
	}
	return names
}

// listed names keys in a message.
func listed(keys []string) string {
	var list []string
	for _, k := range keys {
		list = append(list, shown(k))
	}
	return enumerate(list)
}

// shown is a name from a file in a message: quoted if it is long, or holds anything but letters and marks of ASCII.
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

// enumerate joins the first five names, and says how many more there are.
func enumerate(names []string) string {
	const most = 5
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}
